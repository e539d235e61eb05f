import type { Token } from './token.ts'

/** A token with the key of the tests, and what a test may know of it. */
export interface TokenBench extends AsyncDisposable {
  /** Opens it once more. */
  open(): Promise<Token>
  readonly pin: string
  /** Wrong PINs until it is blocked; null: it does not count. */
  readonly tries: number | null
}
