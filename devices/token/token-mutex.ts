import { untilAborted } from '../../harness/core/until-aborted.ts'
import { tokenClosed } from './token-error.ts'

/** One call to a token at a time, and none after it was closed. */
export class TokenMutex {
  readonly #what: string
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(what: string) {
    this.#what = what
  }

  /** Does `work` when all calls before are done. @throws TokenError `token-closed`; the signal's reason */
  async take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const turn = this.#last.then(async () => {
      signal?.throwIfAborted()
      if (this.#closed) throw tokenClosed(this.#what)
      return await work()
    })
    this.#last = turn.catch(() => {})
    return await untilAborted(turn, signal)
  }

  /** The last call of all; later ones find the token closed. */
  async end(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(async () => {
      if (this.#closed) return
      this.#closed = true
      await work()
    })
    this.#last = turn.catch(() => {})
    await turn
  }
}
