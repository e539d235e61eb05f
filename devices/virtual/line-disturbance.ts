import type { Faults } from './faults.ts'
import type { RandomStream } from './seeded-random.ts'

/** One byte in so many is struck. */
const oneIn = 80

/** What a bad serial line does to the bytes that go through it, while a fault says that it is bad. */
export class LineDisturbance {
  readonly #faults: Faults
  readonly #random: RandomStream

  constructor(faults: Faults, random: RandomStream) {
    this.#faults = faults
    this.#random = random
  }

  pass(bytes: Uint8Array): Uint8Array {
    const loses = this.#faults.has('lost-bytes')
    const flips = this.#faults.has('line-noise')
    if (!loses && !flips) return bytes
    const out: number[] = []
    for (const byte of bytes) {
      if (loses && this.#random.uniform() < 1 / oneIn) continue
      const struck = flips && this.#random.uniform() < 1 / oneIn
      out.push(struck ? byte ^ (1 << Math.floor(8 * this.#random.uniform())) : byte)
    }
    return Uint8Array.from(out)
  }
}
