/** Lets one caller at a time through, in the order of asking. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /**
   * Runs `work` once everything asked for earlier has settled. Rejects with the signal's reason if it aborts while
   * waiting; once `work` has begun, aborting is its own affair.
   */
  take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#last
    const mine = abortable(before, signal).then(work)
    // Whoever gave up waiting has not finished what was before it.
    this.#last = Promise.allSettled([before, mine])
    return mine
  }
}

function abortable(work: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(signal?.reason)
    if (signal?.aborted) return aborted()
    signal?.addEventListener('abort', aborted, { once: true })
    void work.finally(() => {
      signal?.removeEventListener('abort', aborted)
      resolve()
    })
  })
}
