import type { LotIdentity, LotRow } from './lot-rows.ts'

/** All that a decision is worked out from. */
export interface LotFacts {
  readonly lot: LotIdentity
  readonly rows: readonly LotRow[]
  /** What is wrong with the journal as a whole, in sentences. */
  readonly journalFaults: readonly string[]
  /** Units that lie there to be shipped, as somebody counted them. */
  readonly counted: number
}
