/**
 * The regularized incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22, Lentz's way), right to some 1e-14.
 * It is the tail of the binomial and of the F distribution.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // The fraction converges quickly below the mean only (DLMF 8.17.4).
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a
  const tiny = 1e-300
  let [c, d] = [1, 1 / notZero(1 - ((a + b) * x) / (a + 1), tiny)]
  let fraction = d
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    for (const term of [even, odd]) {
      d = 1 / notZero(1 + term * d, tiny)
      c = notZero(1 + term / c, tiny)
      fraction *= c * d
    }
    if (Math.abs(c * d - 1) < 1e-16) break
  }
  return front * fraction
}

const notZero = (value: number, tiny: number) => (Math.abs(value) < tiny ? tiny : value)

/** Lanczos' approximation with g = 7 and nine terms, right to some 1e-15. */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]
function logGamma(z: number): number {
  const base = z + 6.5
  const sum = lanczos.reduce((total, term, i) => (i === 0 ? term : total + term / (z - 1 + i)), 0)
  return 0.5 * Math.log(2 * Math.PI) + (z - 0.5) * Math.log(base) - base + Math.log(sum)
}

/** Chance of an F value of `f` or more, with these degrees of freedom. */
export const fTail = (f: number, above: number, below: number): number =>
  incompleteBeta(below / (below + above * f), below / 2, above / 2)

/** The exact two-sided bounds of Clopper and Pearson for a share; one-sided where `tail` is all that is left out. @param tail chance beyond each bound */
export function exactBounds(count: number, of: number, tail: number): { readonly low: number; readonly high: number } {
  return {
    low: count === 0 ? 0 : bisect(p => incompleteBeta(p, count, of - count + 1) - tail),
    high: count === of ? 1 : bisect(p => tail - (1 - incompleteBeta(p, count + 1, of - count))),
  }
}

/** Where a rising function over 0…1 crosses zero. */
function bisect(rising: (p: number) => number): number {
  let [low, high] = [0, 1]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (rising(middle) < 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The standard normal value below which `p` lies, by bisection on its distribution; ±8 at most. */
export function normalQuantile(p: number): number {
  return bisect(at => normalBelow(16 * at - 8) - p) * 16 - 8
}

/** By the series of the error function (DLMF 7.6.2): enough for |z| ≤ 8. */
export function normalBelow(z: number): number {
  let [term, sum] = [z, z]
  for (let n = 1; n < 400 && Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (z * z) / (2 * n + 1)
    sum += term
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)
}
