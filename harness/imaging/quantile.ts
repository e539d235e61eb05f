/**
 * The value below which `share` (0..1) of the values lie.
 * @param values in any order; left as they are
 * @param ofNone what it is where there is no value. Default: NaN
 */
export function quantile(values: ArrayLike<number>, share: number, ofNone = Number.NaN): number {
  const { length } = values
  if (length === 0) return ofNone
  const taken = new Float64Array(length)
  let isOrdered = true
  for (let i = 0; i < length; i++) {
    taken[i] = values[i]!
    if (Number.isNaN(taken[i]!)) isOrdered = false
  }
  const at = Math.min(length - 1, Math.floor(length * share))
  // NaN sorts last, and no comparison says so.
  return length < FEW || !isOrdered ? taken.sort()[at]! : selected(taken, at)
}

/** So few are sorted sooner than searched. */
const FEW = 48

/** The value that would stand at `at` if all were sorted (Hoare's selection). Reorders them. */
function selected(values: Float64Array, at: number): number {
  let [left, right] = [0, values.length - 1]
  while (left < right) {
    const pivot = middleOf(values[left]!, values[(left + right) >> 1]!, values[right]!)
    let [low, high] = [left, right]
    while (low <= high) {
      while (values[low]! < pivot) low++
      while (values[high]! > pivot) high--
      if (low > high) break
      const swapped = values[low]!
      values[low++] = values[high]!
      values[high--] = swapped
    }
    if (at <= high) right = high
    else if (at >= low) left = low
    else break
  }
  return values[at]!
}

const middleOf = (a: number, b: number, c: number) => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))

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
