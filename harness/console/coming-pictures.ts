import type { IncomingMessage, ServerResponse } from 'node:http'

/** Photographs that come at one time, of all and of one who sends: a page sends one after the other. */
const MOST_COMING = 6
const MOST_OF_ONE = 2
/** What comes slower than this is a line that broke, or somebody who keeps others out. */
const LEAST_BYTES = 1 << 16

/** Photographs on their way. None holds a place that the next one could have without bringing anything. */
export class ComingPictures {
  readonly #coming = new Map<string, number>()
  readonly #patienceMs: number

  /** @param patienceMs in each such time so much of it has to come, or its line is cut */
  constructor(patienceMs = 5000) {
    this.#patienceMs = patienceMs
  }

  /** Has it a place? @param from who sends it */
  take(from: string, { socket }: IncomingMessage, answer: ServerResponse): boolean {
    const its = this.#coming.get(from) ?? 0
    const all = [...this.#coming.values()].reduce((sum, one) => sum + one, 0)
    if (its >= MOST_OF_ONE || all >= MOST_COMING) return false
    this.#coming.set(from, its + 1)
    let before = socket.bytesRead
    const watch = setInterval(() => {
      if (socket.bytesRead - before < LEAST_BYTES) socket.destroy()
      before = socket.bytesRead
    }, this.#patienceMs)
    answer.once('close', () => {
      clearInterval(watch)
      const left = this.#coming.get(from)! - 1
      if (left === 0) this.#coming.delete(from)
      else this.#coming.set(from, left)
    })
    return true
  }
}
