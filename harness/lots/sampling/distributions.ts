/**
 * Probabilities that a sample of `sample` units, drawn without putting back from `lot` units of which `bad` are bad, holds
 * 0, 1, 2, … bad ones (hypergeometric).
 * Worked out from the likeliest count in both directions by exact ratios and divided by their sum: nothing underflows, and each
 * value is right to some 1e-13 of itself.
 */
export function badInSample(lot: number, bad: number, sample: number): Float64Array {
  const least = Math.max(0, sample - (lot - bad))
  const most = Math.min(sample, bad)
  const mode = Math.min(most, Math.max(least, Math.floor(((sample + 1) * (bad + 1)) / (lot + 2))))
  return fromMode(sample, mode, least, most, k => ((bad - k) * (sample - k)) / ((k + 1) * (lot - bad - sample + k + 1)))
}

/** `ratio(k)`: probability of k + 1 over that of k. */
function fromMode(
  sample: number,
  mode: number,
  least: number,
  most: number,
  ratio: (k: number) => number,
): Float64Array {
  const weights = new Float64Array(sample + 1)
  weights[mode] = 1
  for (let k = mode; k < most; k++) weights[k + 1] = weights[k]! * ratio(k)
  for (let k = mode; k > least; k--) weights[k - 1] = weights[k]! / ratio(k - 1)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map(weight => weight / total)
}

/** Probability of at most `count`. */
export function atMost(probabilities: Float64Array, count: number): number {
  return probabilities.subarray(0, Math.max(0, count + 1)).reduce((sum, probability) => sum + probability, 0)
}
