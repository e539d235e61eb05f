/**
 * The value below which `share` (0..1) of the values lie.
 * @param values in any order; left as they are
 * @param ofNone what it is where there is no value. Default: NaN
 */
export function quantile(values: ArrayLike<number>, share: number, ofNone = Number.NaN): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? ofNone
}

/** The middle value, of an even number the upper of the two in the middle. */
export function median(values: ArrayLike<number>, ofNone?: number): number {
  return quantile(values, 0.5, ofNone)
}

/** NaN of none. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The middle value, of an even number the mean of the two in the middle; NaN of none. */
export function midpoint(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort()
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** So many samples tell a picture's levels well enough. */
const ENOUGH = 2000

/** Levels below which the shares of a picture's samples lie, told by about {@link ENOUGH} evenly taken ones, sorted once. */
export function levelsAt(data: Float32Array, shares: readonly number[]): readonly number[] {
  const stride = Math.max(1, Math.floor(data.length / ENOUGH))
  const taken = new Float32Array(Math.ceil(data.length / stride))
  for (let i = 0, k = 0; i < data.length; i += stride) taken[k++] = data[i]!
  taken.sort()
  return shares.map(
    share => taken[Math.min(taken.length - 1, Math.max(0, Math.round(share * (taken.length - 1))))] ?? 0,
  )
}
