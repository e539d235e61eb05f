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
  /** Places of values beyond the limits, and of those that complete a pattern (Nelson's rules 2 and 3). */
  readonly signals: readonly { readonly at: number; readonly rule: 1 | 2 | 3 }[]
}

/** d₂ of two values: the mean range of two normal values, in sigmas; and D₄ of two. */
const [d2, d4] = [1.128, 3.267]
/** Nelson's rule 2: so many on one side of the mean; rule 3: so many rising or falling. */
const [sideRun, trendRun] = [9, 6]

/** An individuals and moving range chart (I-MR). @param values in their order, two at least */
export function individualsChart(values: readonly number[]): IndividualsChart {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const moves = values.slice(1).map((value, i) => Math.abs(value - values[i]!))
  const range = moves.reduce((sum, move) => sum + move, 0) / moves.length
  const sigma = range / d2
  const [upper, lower] = [mean + 3 * sigma, mean - 3 * sigma]
  return { mean, upper, lower, sigma, range, rangeUpper: d4 * range, signals: signalsIn(values, mean, upper, lower) }
}

function signalsIn(values: readonly number[], mean: number, upper: number, lower: number): IndividualsChart['signals'] {
  const signals: { at: number; rule: 1 | 2 | 3 }[] = []
  let [side, sideLength, trend, trendLength] = [0, 0, 0, 1]
  values.forEach((value, at) => {
    if (value > upper || value < lower) signals.push({ at, rule: 1 })
    const itsSide = Math.sign(value - mean)
    sideLength = itsSide !== 0 && itsSide === side ? sideLength + 1 : 1
    side = itsSide
    if (itsSide !== 0 && sideLength >= sideRun) signals.push({ at, rule: 2 })
    const itsTrend = at === 0 ? 0 : Math.sign(value - values[at - 1]!)
    trendLength = itsTrend !== 0 && itsTrend === trend ? trendLength + 1 : itsTrend === 0 ? 1 : 2
    trend = itsTrend
    if (trendLength >= trendRun) signals.push({ at, rule: 3 })
  })
  return signals
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
