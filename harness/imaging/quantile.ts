/**
 * The value below which `share` (0..1) of the values lie.
 * @param values in any order; left as they are
 * @param ofNone what it is where there is no value. Default: NaN
 */
export function quantile(values: ArrayLike<number>, share: number, ofNone = Number.NaN): number {
  const copy = new Float64Array(values)
  return copy.length === 0 ? ofNone : ranked(copy, Math.min(copy.length - 1, Math.floor(copy.length * share)))
}

/**
 * What would stand at an index if the values were sorted (Hoare's selection): in a time that grows with their number only.
 * @param values put into another order
 */
export function ranked(values: Float32Array | Float64Array, index: number): number {
  let left = 0
  let right = values.length - 1
  // NaN sorts behind all else, and stops no search.
  for (let i = 0; i <= right; i++) if (Number.isNaN(values[i]!)) return values.sort()[index]!
  while (left < right) {
    const pivot = middleOfThree(values[left]!, values[(left + right) >> 1]!, values[right]!)
    let low = left
    let high = right
    while (low <= high) {
      while (values[low]! < pivot) low++
      while (values[high]! > pivot) high--
      if (low > high) break
      const swapped = values[low]!
      values[low++] = values[high]!
      values[high--] = swapped
    }
    if (index <= high) right = high
    else if (index >= low) left = low
    else break
  }
  return values[index]!
}

function middleOfThree(a: number, b: number, c: number): number {
  return a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b
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
  const sorted = new Float64Array(values).sort()
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** So many samples tell a picture's levels well enough. */
const ENOUGH = 2000

/** Levels below which the shares of a picture's samples lie, told by about {@link ENOUGH} evenly taken ones. */
export function levelsAt(data: Float32Array, shares: readonly number[]): readonly number[] {
  const stride = Math.max(1, Math.floor(data.length / ENOUGH))
  const taken = new Float32Array(Math.ceil(data.length / stride))
  for (let i = 0, k = 0; i < data.length; i += stride) taken[k++] = data[i]!
  if (taken.length === 0) return shares.map(() => 0)
  return shares.map(share =>
    ranked(taken, Math.min(taken.length - 1, Math.max(0, Math.round(share * (taken.length - 1))))),
  )
}
