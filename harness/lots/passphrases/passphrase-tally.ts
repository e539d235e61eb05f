import { createHmac, randomBytes } from 'node:crypto'
import type { Secret } from '../../core/secret.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { countedAlphabet, fewestUnits, type PassphraseCounts, prefixLength } from './passphrase-counts.ts'

/**
 * Counts the etched passphrases of a session as they are read. It holds sums, and digests under a key that nobody ever sees, to find
 * what comes again; only the sums leave.
 */
export class PassphraseTally {
  readonly #places: ReadonlyMap<number, number>
  readonly #counts: number[]
  readonly #units = new Set<string>()
  readonly #whole = new Map<string, number>()
  readonly #prefixes = new Map<string, number>()
  readonly #key = randomBytes(32)
  readonly #pairs = { repeats: 0, prefixes: 0 }
  #steps = 0
  #doubles = 0

  /** @returns null where the customer makes the passphrase: nobody's generator is judged by it */
  static of({ passphrase }: ProductProfile): PassphraseTally | null {
    const alphabet = countedAlphabet(passphrase)
    return alphabet === null ? null : new PassphraseTally(alphabet)
  }

  private constructor(alphabet: string) {
    this.#places = new Map([...alphabet].map((symbol, i) => [symbol.charCodeAt(0), i]))
    this.#counts = new Array<number>(this.#places.size).fill(0)
  }

  /** One unit's; a unit that is looked at again is counted once. */
  take(unit: string, passphrase: Secret): void {
    if (this.#units.has(unit)) return
    this.#units.add(unit)
    const bytes = passphrase.expose()
    const symbols = new Uint8Array(bytes.length)
    let [length, before] = [0, -1]
    for (const byte of bytes) {
      const place = this.#places.get(byte)
      // Separators are no symbols.
      if (place === undefined) continue
      this.#counts[place]!++
      if (before >= 0) this.#steps++
      if (place === before) this.#doubles++
      before = place
      symbols[length++] = byte
    }
    this.#pairs.repeats += this.#again(this.#whole, symbols.subarray(0, length))
    this.#pairs.prefixes += this.#again(this.#prefixes, symbols.subarray(0, Math.min(length, prefixLength)))
    symbols.fill(0)
  }

  /** How often it was there before. */
  #again(seen: Map<string, number>, symbols: Uint8Array): number {
    const digest = createHmac('sha256', this.#key).update(symbols).digest('base64')
    const before = seen.get(digest) ?? 0
    seen.set(digest, before + 1)
    return before
  }

  /** The sums; null of too few units. */
  get counts(): PassphraseCounts | null {
    const units = this.#units.size
    if (units < fewestUnits) return null
    const pairs = (units * (units - 1)) / 2
    return {
      ...{ units, symbols: [...this.#counts], steps: this.#steps, doubles: this.#doubles },
      ...{ pairs, repeats: this.#pairs.repeats, prefixes: this.#pairs.prefixes },
    }
  }
}
