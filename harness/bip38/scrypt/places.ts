/**
 * A fixed number of places, each taken by one at a time. Whoever asks gets the lowest that is free; where none is, those
 * who asked first get what comes free first.
 */
export class Places {
  readonly #free: number[]
  readonly #waiting = new Set<(place: number) => void>()

  constructor(count: number) {
    this.#free = Array.from({ length: count }, (_, place) => place)
  }

  /** A place, from 0; give it back with {@link Places.give}. Rejects with the signal's reason when stopped before. */
  take(signal?: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const free = this.#free.shift()
      if (free !== undefined) return resolve(free)
      const stop = (): void => {
        this.#waiting.delete(take)
        reject(signal?.reason)
      }
      // A signal of a whole lot must not gather a listener for every unit.
      const take = (place: number): void => {
        signal?.removeEventListener('abort', stop)
        resolve(place)
      }
      this.#waiting.add(take)
      signal?.addEventListener('abort', stop)
    })
  }

  give(place: number): void {
    const [next] = this.#waiting
    if (next === undefined) this.#free.splice(this.#free.findLastIndex(other => other < place) + 1, 0, place)
    else {
      this.#waiting.delete(next)
      next(place)
    }
  }
}
