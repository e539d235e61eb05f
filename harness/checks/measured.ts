import type { Verdict } from '../core/verdict.ts'
import type { CheckName } from '../core/vocabulary.ts'
import type { Measurement } from '../vision/reading.ts'
import type { CheckInput, JudgedMeasurement, Judgement } from './check.ts'
import { saysItsWords } from './fixed-words.ts'
import { limitsOf } from './limits.ts'
import { type Limits, measurementRows as rows } from './measurements.ts'
import { isRead } from './seen.ts'
import { listed } from './wording.ts'

/**
 * Judges each measurement by its row of the table, for the checks that are planned.
 *
 * A value beyond its limits that the picture itself may have made is no evidence: INCONCLUSIVE where nothing better is known
 * of the same measurement, and left out beside a photograph that can tell.
 */
export function judgeMeasurements(
  { profile, marks, required }: Pick<CheckInput, 'profile' | 'marks' | 'required'>,
  planned: readonly CheckName[],
  measurements: readonly Measurement[],
): readonly JudgedMeasurement[] {
  const all = measurements.map(measurement => {
    const { name, of } = measurement
    const row = rows[name]
    const limits = limitsOf(profile, measurement)
    const mark = marks.get(of)
    const isEvidence =
      (!row?.needs.includes('read-text') || (required.includes(of) && mark !== undefined && isRead(mark))) &&
      (!row?.needs.includes('right-words') || (mark !== undefined && saysItsWords(mark)))
    const judged = limits !== null && row !== undefined && planned.includes(row.check) && isEvidence
    if (!judged) return { ...measurement, limits, verdict: null }
    const verdict = row.sparesUnfit && measurement.fit === false && isWithin(measurement, limits) ? 'PASS' : null
    return { ...measurement, limits, verdict: verdict ?? standing(measurement, limits) }
  })
  const tells = ({ name, of }: Measurement) =>
    all.some(one => one.name === name && one.of === of && one.verdict !== null && !isDoubtful(one))
  return all.map(one => (isDoubtful(one) ? { ...one, verdict: tells(one) ? null : 'INCONCLUSIVE' } : one))
}

/** Beyond its limits, in a picture that may have made it so? */
function isDoubtful({ name, value, limits, fit, verdict }: JudgedMeasurement): boolean {
  if (verdict === null || fit !== false || !rows[name]?.needs.includes('fit-picture')) return false
  return limits !== null && !isWithin({ value }, limits)
}

const isWithin = ({ value }: Pick<Measurement, 'value'>, { min, max }: Limits) =>
  value >= (min ?? value) && value <= (max ?? value)

/** So near to a limit, on either side of it, a value of this measurement is neither good nor bad. */
export const marginOf = (name: string, limit: number): number => Math.abs(limit) * (rows[name]?.marginalShare ?? 0)

/** Where a value stands against its limits: INCONCLUSIVE within the marginal band, and for what is not a number. */
export function standing({ name, value }: Measurement, { min, max }: Limits): Verdict {
  if (!Number.isFinite(value)) return 'INCONCLUSIVE'
  // Positive inside.
  const slacks = [
    ...(min === null ? [] : [{ slack: value - min, band: marginOf(name, min) }]),
    ...(max === null ? [] : [{ slack: max - value, band: marginOf(name, max) }]),
  ]
  if (slacks.some(({ slack, band }) => slack < -band)) return 'FAIL'
  return slacks.some(({ slack, band }) => slack < band) ? 'INCONCLUSIVE' : 'PASS'
}

/** What `check` says of the measurements that it judged; null when there are none. */
export function measuredJudgement(check: CheckName, measurements: readonly JudgedMeasurement[]): Judgement | null {
  const judged = measurements.filter(({ name, verdict }) => verdict !== null && rows[name]?.check === check)
  const worst = (['FAIL', 'INCONCLUSIVE', 'PASS'] as const).find(verdict => judged.some(one => one.verdict === verdict))
  if (worst === undefined) return null
  const told = judged.filter(({ verdict }) => verdict === worst)
  const describe = (some: readonly JudgedMeasurement[]) => listed([...new Set(some.map(describeMeasurement))])
  const marks = [...new Set(told.map(({ of }) => of))]
  if (worst === 'FAIL') return { verdict: worst, because: `Outside the limits: ${describe(told)}.`, marks }
  if (worst === 'PASS') return { verdict: worst, because: `Within limits: ${describe(told)}.`, marks }
  const doubtful = told.filter(isDoubtful)
  const close = told.filter(one => !isDoubtful(one))
  const clauses = [
    ...(close.length === 0 ? [] : [`Too close to a limit to call: ${describe(close)}`]),
    ...(doubtful.length === 0
      ? []
      : [`Blur, glare, uneven light or something that lies on it leaves in doubt: ${describe(doubtful)}`]),
  ]
  const look = doubtful.length === 0 ? '' : 'look there, and '
  return { verdict: worst, because: `${clauses.join('; ')}; ${look}take the photograph again.`, marks }
}

/** «top-layer: distance from its place 0.31 mm (at most 0.6)». */
function describeMeasurement({ name, of, value, unit, limits }: JudgedMeasurement): string {
  const number = Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'not measured'
  const bounds = [
    ...(limits?.min == null ? [] : [`at least ${limits.min}`]),
    ...(limits?.max == null ? [] : [`at most ${limits.max}`]),
  ]
  const shownUnit = unit === 'ratio' || unit === 'count' || unit === 'index' ? '' : ` ${unit}`
  return `${of}: ${rows[name]?.title ?? name} ${number}${shownUnit}${bounds.length === 0 ? '' : ` (${bounds.join(' and ')})`}`
}
