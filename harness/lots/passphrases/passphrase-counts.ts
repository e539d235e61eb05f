import { z } from 'zod'
import type { ProductProfile } from '../../products/profile.ts'

const count = z.int().min(0)
/** Sums over the etched passphrases of units; nothing of any one of them. */
const counts = {
  units: z.int().min(1),
  /** How often each symbol of the alphabet came. */
  symbols: z.array(count).min(2),
  /** Places behind another symbol, and how many of them have the same one. */
  steps: count,
  doubles: count,
  /** Pairs of units that were compared; how many have the same passphrase, and how many begin alike. */
  pairs: count,
  repeats: count,
  prefixes: count,
}
export type PassphraseCounts = z.infer<z.ZodObject<typeof counts>>

/** `lot-passphrases-counted`: what one session at `etched` counted. */
export const PassphrasesCountedFacts = z.strictObject({ lot: z.string(), ...counts })

/** Of fewer units the counts of a session would tell too much of each. */
export const fewestUnits = 8

/** The symbols that are counted; null where the customer makes the passphrase, or any symbol will do: no generator is judged by it. */
export const countedAlphabet = ({ madeBy, alphabet }: ProductProfile['passphrase']): string | null =>
  madeBy === 'maker' ? alphabet : null

/** Symbols by which passphrases begin alike. */
export const prefixLength = 4

/** Chance that a good generator is blamed by one of the rules: 1 in 100,000, and that quantile of the normal distribution. */
const [blamed, blamedZ] = [1e-5, 4.2649]

/**
 * Can these be the counts of passphrases like this, each of another unit? Whoever writes sums by hand has to get them all right.
 * @param seen units that can have been counted
 */
export function addsUp(
  { units, symbols, steps, doubles, pairs, repeats, prefixes }: PassphraseCounts,
  passphrase: ProductProfile['passphrase'],
  seen: number,
): boolean {
  const { groups, groupLength } = passphrase
  const all = symbols.reduce((sum, one) => sum + one, 0)
  const length = groups === null || groupLength === null ? all / units : groups * groupLength
  return (
    symbols.length === [...(countedAlphabet(passphrase) ?? '')].length &&
    units >= fewestUnits &&
    units <= seen &&
    all === units * length &&
    steps === all - units &&
    doubles <= steps &&
    pairs === (units * (units - 1)) / 2 &&
    // What is the same begins alike.
    repeats <= prefixes &&
    prefixes <= pairs
  )
}

/** The counts of several sessions, of each alphabet by itself: none of another one takes a bad count away. */
export function mergedCounts(all: readonly PassphraseCounts[]): PassphraseCounts[] {
  return [...Map.groupBy(all, ({ symbols }) => symbols.length).values()].map(its => {
    const sum = (of: (one: PassphraseCounts) => number) => its.reduce((total, one) => total + of(one), 0)
    return {
      units: sum(one => one.units),
      symbols: its[0]!.symbols.map((_, i) => sum(one => one.symbols[i]!)),
      steps: sum(one => one.steps),
      doubles: sum(one => one.doubles),
      pairs: sum(one => one.pairs),
      repeats: sum(one => one.repeats),
      prefixes: sum(one => one.prefixes),
    }
  })
}

/** What is not as a generator that draws every symbol alike would make it, as sentences. */
export function unlikeChance({ units, symbols, steps, doubles, pairs, repeats, prefixes }: PassphraseCounts): string[] {
  const size = symbols.length
  const expected = symbols.reduce((sum, one) => sum + one, 0) / size
  const chiSquare = symbols.reduce((sum, one) => sum + (one - expected) ** 2 / expected, 0)
  const part = 2 / (9 * (size - 1))
  // Wilson and Hilferty's approximation of the quantile.
  const limit = (size - 1) * (1 - part + blamedZ * Math.sqrt(part)) ** 3
  const alike = pairs / size ** prefixLength
  const doubled = steps / size
  const sentences: (string | false)[] = [
    repeats > 0 && `${repeats} pairs of ${units} units have the same passphrase`,
    // Fewer than five of a symbol are expected: the test means nothing yet (Cochran).
    expected >= 5 &&
      chiSquare > limit &&
      `symbols do not come equally often (chi² ${chiSquare.toFixed(0)}, at most ${limit.toFixed(0)} by chance)`,
    poissonTail(prefixes, alike) < blamed &&
      `${prefixes} pairs begin with the same ${prefixLength} symbols, and by chance ${alike.toPrecision(2)} do`,
    doubled >= 5 &&
      Math.abs(doubles - doubled) > blamedZ * Math.sqrt(doubled) &&
      `${doubles} times a symbol follows itself, and by chance ${doubled.toFixed(0)} times`,
  ]
  return sentences.filter(one => one !== false)
}

/** Chance of `count` or more where `mean` are expected. */
function poissonTail(count: number, mean: number): number {
  let [term, below] = [Math.exp(-mean), 0]
  for (let k = 0; k < count; k++) {
    below += term
    term *= mean / (k + 1)
  }
  return 1 - below
}
