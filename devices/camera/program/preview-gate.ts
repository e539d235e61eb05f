/** For cameras that can either film or take a photograph: a preview stops for each photograph and goes on after it. */
export class PreviewGate {
  /** Photographs that wait or run. */
  #photographs = 0
  #opened: (() => void)[] = []
  readonly #previews = new Set<{ readonly stop: AbortController; readonly stopped: Promise<void> }>()

  /** Does `work` while no preview has the camera. */
  async photograph<T>(work: () => Promise<T>): Promise<T> {
    this.#photographs++
    try {
      await Promise.all(
        [...this.#previews].map(({ stop, stopped }) => {
          stop.abort(new Error('a photograph goes first'))
          return stopped
        }),
      )
      return await work()
    } finally {
      if (--this.#photographs === 0) for (const open of this.#opened.splice(0)) open()
    }
  }

  /** What `film` delivers, begun anew after each photograph, until the signal aborts or `film` ends by itself. */
  async *preview(
    film: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    for (;;) {
      await this.#wait(signal)
      const stop = new AbortController()
      let hasStopped = (): void => {}
      const preview = { stop, stopped: new Promise<void>(resolve => (hasStopped = resolve)) }
      this.#previews.add(preview)
      try {
        for await (const bytes of film(AbortSignal.any([signal, stop.signal]))) yield bytes
        return
      } catch (error) {
        if (signal.aborted || !stop.signal.aborted) throw error
      } finally {
        this.#previews.delete(preview)
        hasStopped()
      }
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    while (this.#photographs > 0) {
      signal.throwIfAborted()
      await new Promise<void>(resolve => {
        this.#opened.push(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    signal.throwIfAborted()
  }
}
