/** Limits of a chart of single values, and which values say that something has changed. */
export interface IndividualsChart {
  readonly mean: number
  readonly upper: number
  readonly lower: number
  /** One sigma, from the mean moving range. */
  readonly sigma: number
  /** Mean moving range, and its upper limit. */
  readonly range: number
  readonly rangeUpper: number
  /** Places of values beyond the limits (Nelson's rule 1), and of those that complete a pattern. */
  readonly signals: readonly { readonly at: number; readonly rule: NelsonRule }[]
}

/** A measured value as it is kept and charted: what lies behind the fourth digit is no measurement. */
export const fourDigits = (value: number): number => Number(value.toPrecision(4))

/** Nelson's rules (Journal of Quality Technology 16, 1984), and what each says of the values up to a place. */
export const nelsonRules = {
  1: 'beyond three sigmas',
  2: 'nine on one side of the mean',
  3: 'six rising or falling',
  4: 'fourteen up and down in turn',
  5: 'two of three beyond two sigmas on one side',
  6: 'four of five beyond one sigma on one side',
  7: 'fifteen within one sigma',
  8: 'eight beyond one sigma, on either side',
} as const
export type NelsonRule = keyof typeof nelsonRules

/** d₂ of two values: the mean range of two normal values, in sigmas; and D₄ of two. */
const [d2, d4] = [1.128, 3.267]
/**
 * An individuals and moving range chart (I-MR).
 * @param values in their order, two at least
 * @param rules that are looked for
 */
export function individualsChart(
  values: readonly number[],
  rules: readonly NelsonRule[] = [1, 2, 3],
): IndividualsChart {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const moves = values.slice(1).map((value, i) => Math.abs(value - values[i]!))
  const range = moves.reduce((sum, move) => sum + move, 0) / moves.length
  const sigma = range / d2
  const [upper, lower] = [mean + 3 * sigma, mean - 3 * sigma]
  // In sigmas from the mean. Where nothing ever moved there is no sigma, and nothing to tell.
  const scores = sigma === 0 ? [] : values.map(value => (value - mean) / sigma)
  const signals = scores.flatMap((_, at) => rules.flatMap(rule => (completes[rule](scores, at) ? [{ at, rule }] : [])))
  return { mean, upper, lower, sigma, range, rangeUpper: d4 * range, signals }
}

/** Does the value at this place complete the rule's pattern? @param z in sigmas from the mean */
type Completes = (z: readonly number[], at: number) => boolean

/** The last `count` values all keep `is`. */
const all =
  (count: number, is: (value: number, sign: number) => boolean): Completes =>
  (z, at) => {
    if (at + 1 < count) return false
    for (let i = at - count + 1; i <= at; i++) if (!is(z[i]!, Math.sign(z[at]!))) return false
    return true
  }
/** The value is beyond `sigmas`, and so, on its side, are `count` of the last `of`. */
const most =
  (count: number, of: number, sigmas: number): Completes =>
  (z, at) => {
    const sign = Math.sign(z[at]!)
    let beyond = 0
    for (let i = Math.max(0, at - of + 1); i <= at; i++) if (sign * z[i]! > sigmas) beyond++
    return at + 1 >= of && sign * z[at]! > sigmas && beyond >= count
  }
/** The last `count` steps: each of a sign of its own. */
const steps =
  (count: number, is: (step: number, before: number) => boolean): Completes =>
  (z, at) => {
    if (at < count) return false
    for (let i = at - count + 2; i <= at; i++) {
      if (!is(Math.sign(z[i]! - z[i - 1]!), Math.sign(z[i - 1]! - z[i - 2]!))) return false
    }
    return true
  }

const completes: Readonly<Record<NelsonRule, Completes>> = {
  1: (z, at) => Math.abs(z[at]!) > 3,
  2: all(9, (value, sign) => sign !== 0 && Math.sign(value) === sign),
  3: steps(5, (step, before) => step !== 0 && step === before),
  4: steps(13, (step, before) => step !== 0 && step === -before),
  5: most(2, 3, 2),
  6: most(4, 5, 1),
  7: all(15, value => Math.abs(value) < 1),
  8: all(8, value => Math.abs(value) > 1),
}

/** Limits of a chart of shares, floor 0: one pair for groups of one size. */
export interface ShareChart {
  readonly mean: number
  readonly points: readonly { readonly share: number; readonly upper: number; readonly lower: number }[]
  /** Places of groups beyond their limits. */
  readonly signals: readonly number[]
}

/** A p chart. @param groups bad ones and all of each, in their order */
export function shareChart(groups: readonly { readonly bad: number; readonly all: number }[]): ShareChart {
  const sum = (of: (group: { bad: number; all: number }) => number) => groups.reduce((total, one) => total + of(one), 0)
  const mean = sum(({ bad }) => bad) / sum(({ all }) => all)
  const points = groups.map(({ bad, all }) => {
    const reach = 3 * Math.sqrt((mean * (1 - mean)) / all)
    return { share: bad / all, upper: Math.min(1, mean + reach), lower: Math.max(0, mean - reach) }
  })
  const signals = points.flatMap(({ share, upper, lower }, at) => (share > upper || share < lower ? [at] : []))
  return { mean, points, signals }
}
