import { fTail } from './special-functions.ts'

/** Parts of the variance of a measured value, by who and what it comes from; each as variance, in squared units. */
export interface GaugeVariance {
  readonly repeatability: number
  readonly reproducibility: number
  /** Both together. */
  readonly gauge: number
  readonly part: number
  readonly total: number
  /** Chance of an interaction of parts and appraisers as large as this one without any; it is left out above 5 %. */
  readonly interactionP: number
  /** Share of the study variation that is the gauge's, 0…1: below 0.1 good, above 0.3 not fit (AIAG). */
  readonly gaugeShare: number
  /** Number of parts that can be told apart; five at least are wanted. */
  readonly distinct: number
}

/** With a larger chance than this, an interaction is taken for noise (AIAG; Minitab's default). */
const interactionKept = 0.05

/**
 * Crossed gauge R&R by analysis of variance.
 * @param values by part, appraiser and trial: every appraiser measures every part as often, two of each at least
 */
export function crossedGauge(values: readonly (readonly (readonly number[])[])[]): GaugeVariance {
  const [parts, appraisers, trials] = [values.length, values[0]?.length ?? 0, values[0]?.[0]?.length ?? 0]
  const isCrossed = values.every(its => its.length === appraisers && its.every(one => one.length === trials))
  if (!isCrossed || parts < 2 || appraisers < 2 || trials < 2)
    throw new RangeError('every appraiser measures every part as often; two of each at least')
  if (values.flat().every(trial => trial.every(one => one === trial[0])))
    throw new RangeError('repeated values that never differ tell nothing of the gauge; give them with more digits')
  const all = mean(values.flat(2))
  const partMeans = values.map(its => mean(its.flat()))
  const appraiserMeans = values[0]!.map((_, a) => mean(values.flatMap(its => its[a]!)))
  const squares = (means: readonly number[]) => means.reduce((sum, one) => sum + (one - all) ** 2, 0)
  const partSquares = appraisers * trials * squares(partMeans)
  const appraiserSquares = parts * trials * squares(appraiserMeans)
  const cellSquares = trials * squares(values.flatMap(its => its.map(mean)))
  const interactionSquares = cellSquares - partSquares - appraiserSquares
  const errorSquares = squares(values.flat(2)) - cellSquares
  const degrees = { interaction: (parts - 1) * (appraisers - 1), error: parts * appraisers * (trials - 1) }
  const error = errorSquares / degrees.error
  const interactionP = fTail(interactionSquares / degrees.interaction / error, degrees.interaction, degrees.error)
  const isPooled = interactionP > interactionKept
  const repeatability = isPooled ? (errorSquares + interactionSquares) / (degrees.error + degrees.interaction) : error
  const against = isPooled ? repeatability : interactionSquares / degrees.interaction
  const positive = (variance: number) => Math.max(0, variance)
  const ofAppraisers = positive((appraiserSquares / (appraisers - 1) - against) / (parts * trials))
  const interaction = isPooled ? 0 : positive((against - error) / trials)
  const part = positive((partSquares / (parts - 1) - against) / (appraisers * trials))
  const reproducibility = ofAppraisers + interaction
  const gauge = repeatability + reproducibility
  const total = gauge + part
  return {
    repeatability,
    reproducibility,
    gauge,
    part,
    total,
    interactionP,
    gaugeShare: Math.sqrt(gauge / total),
    distinct: Math.floor(1.41 * Math.sqrt(part / gauge)),
  }
}

/** How a gauge repeats one known value within a tolerance (type 1 study). */
export interface Type1Study {
  readonly bias: number
  /** Of the bias against none. */
  readonly t: number
  readonly cg: number
  readonly cgk: number
}

/** Shares of the tolerance and sigmas that houses set otherwise: printed beside the result. */
export const type1Defaults = { shareOfTolerance: 0.2, sigmas: 6, least: 1.33 } as const

/** @param tolerance width of the tolerance, in the unit of the values */
export function type1Study(values: readonly number[], reference: number, tolerance: number): Type1Study {
  const average = mean(values)
  const deviation = Math.sqrt(values.reduce((sum, one) => sum + (one - average) ** 2, 0) / (values.length - 1))
  return type1Of({ count: values.length, average, deviation }, reference, tolerance)
}

export function type1Of(
  { count, average, deviation }: { readonly count: number; readonly average: number; readonly deviation: number },
  reference: number,
  tolerance: number,
): Type1Study {
  const { shareOfTolerance, sigmas } = type1Defaults
  const bias = average - reference
  return {
    bias,
    t: (Math.abs(bias) * Math.sqrt(count)) / deviation,
    cg: (shareOfTolerance * tolerance) / (sigmas * deviation),
    cgk: ((shareOfTolerance / 2) * tolerance - Math.abs(bias)) / ((sigmas / 2) * deviation),
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
