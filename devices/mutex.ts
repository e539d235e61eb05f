import { untilAborted } from '../harness/core/until-aborted.ts'

/** Lets one caller at a time through, in the order of asking. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve()

  /**
   * Runs `work` once everything asked for earlier has settled. Rejects with the signal's reason if it aborts while
   * waiting; once `work` has begun, aborting is its own affair.
   */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#last
    const mine = untilAborted(before, signal).then(work)
    // Whoever gave up waiting has not finished what was before it.
    this.#last = Promise.allSettled([before, mine])
    return mine
  }
}
