import { mean } from '../imaging/quantile.ts'

/** A measure over units: each unit counts once, however many photographs show it. */
export interface Spread {
  readonly mean: number
  /** Standard deviation from unit to unit; 0 of one. */
  readonly sd: number
  /** How far the unit that is furthest off is from the mean. */
  readonly worst: number
  /** Units. */
  readonly n: number
}

/** @param values one a photograph, with the unit that it shows */
export function spreadOf(values: readonly { readonly unit: string; readonly value: number }[]): Spread {
  const byUnit = Map.groupBy(values, ({ unit }) => unit)
  const units = [...byUnit.values()].map(some => mean(some.map(({ value }) => value)))
  const middle = mean(units)
  const squares = units.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  return {
    mean: middle,
    sd: units.length > 1 ? Math.sqrt(squares / (units.length - 1)) : 0,
    worst: Math.max(0, ...units.map(value => Math.abs(value - middle))),
    n: units.length,
  }
}

/** How far the mean of so many units may be from that of all, as a standard deviation. Unknown of one. */
export function standardError({ sd, n }: Spread): number {
  return n > 1 ? sd / Math.sqrt(n) : Number.NaN
}

/**
 * Two-sided normal tolerance factors: mean ± k · sd holds 95 % of all units with 95 % confidence. By number of units, from 2
 * (NIST/SEMATECH e-Handbook, 7.2.6.3, after Howe 1969).
 */
const FACTORS = [
  37.67, 9.916, 6.37, 5.079, 4.414, 4.007, 3.732, 3.532, 3.379, 3.259, 3.162, 3.081, 3.012, 2.954, 2.903, 2.858, 2.819,
  2.784, 2.752,
] as const

/** The factor for `n` units; that of 20 for more. Of fewer than 2 nothing can be said: Infinity. */
export function toleranceFactor(n: number): number {
  return n < 2 ? Number.POSITIVE_INFINITY : FACTORS[Math.min(FACTORS.length - 1, n - 2)]!
}

/** How far from the mean 95 % of all units lie, with 95 % confidence. */
export const toleranceOf = (spread: Spread): number => toleranceFactor(spread.n) * spread.sd
