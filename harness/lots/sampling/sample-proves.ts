import { atMost, badInSample } from './distributions.ts'

/** What a sample proves of its lot, one-sided and exact. `confidence`: 0.95 for «95 % sure». */

/** At most so many of the lot's units are bad, counting those that were found: 0 of 13 of 500 leaves up to 101 at 95 %. */
export function mostBadInLot(lot: number, sample: number, found: number, confidence: number): number {
  // Accepting gets less likely with every bad unit: the largest number that could still have given so few.
  let [possible, impossible] = [found, lot - sample + found + 1]
  while (impossible - possible > 1) {
    const bad = (possible + impossible) >> 1
    if (atMost(badInSample(lot, bad, sample), found) > 1 - confidence) possible = bad
    else impossible = bad
  }
  return possible
}

/** The fewest bad units that are such a share of a lot: one in a hundred of 30 is a third of a unit, and one bad unit is more than that. */
export const leastBad = (lot: number, share: number): number => Math.max(1, Math.ceil(share * lot - 1e-9))

/**
 * The smallest sample that, with at most `accept` bad units in it, makes `confidence` sure that fewer than `share` of the lot are bad.
 * @returns the whole lot where nothing less does
 */
export function leastSample(lot: number, share: number, confidence: number, accept = 0): number {
  const bad = leastBad(lot, share)
  let [tooFew, enough] = [accept, lot]
  while (enough - tooFew > 1) {
    const sample = (tooFew + enough) >> 1
    if (atMost(badInSample(lot, bad, sample), accept) <= 1 - confidence + 1e-12) enough = sample
    else tooFew = sample
  }
  return enough
}

/** A point of an operating characteristic: how likely a lot with so many bad units is accepted. */
export interface OperatingPoint {
  readonly bad: number
  readonly accepted: number
}

/** The operating characteristic of a plan for a lot of its own. @param bad numbers of bad units */
export function operatingCharacteristic(
  lot: number,
  { sample, accept }: { readonly sample: number; readonly accept: number },
  bad: readonly number[],
): readonly OperatingPoint[] {
  return bad.map(count => ({ bad: count, accepted: atMost(badInSample(lot, count, Math.min(sample, lot)), accept) }))
}
