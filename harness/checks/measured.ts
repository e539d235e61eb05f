import type { Verdict } from '../core/verdict.ts'
import type { Measurement } from '../vision/reading.ts'
import type { Judgement } from './check.ts'
import { listed } from './wording.ts'

/**
 * Half the width of the band around a limit in which a value is neither good nor bad, as a share of the limit. Measuring
 * twice gives two values; a decision must not hang on which of them came first.
 */
export const MARGINAL_SHARE = 0.05

/** Where a value stands against its limits: INCONCLUSIVE within the marginal band, and for what is not a number. */
export function judgeMeasurement({ value, limits }: Measurement): Verdict {
  if (limits === null) return 'PASS'
  if (!Number.isFinite(value)) return 'INCONCLUSIVE'
  const { min, max } = limits
  // Positive inside.
  const slacks = [
    ...(min === null ? [] : [{ slack: value - min, band: Math.abs(min) * MARGINAL_SHARE }]),
    ...(max === null ? [] : [{ slack: max - value, band: Math.abs(max) * MARGINAL_SHARE }]),
  ]
  if (slacks.some(({ slack, band }) => slack < -band)) return 'FAIL'
  return slacks.some(({ slack, band }) => slack < 0 || (band > 0 && slack < band)) ? 'INCONCLUSIVE' : 'PASS'
}

/** Has it a limit at all? What has none is recorded, not judged. */
export function isJudged({ limits }: Measurement): boolean {
  return limits !== null && (limits.min !== null || limits.max !== null)
}

/** The judgement over measurements that have limits; null when none has, so that nothing was judged. */
export function judgeMeasurements(measurements: readonly Measurement[]): Judgement | null {
  const judged = measurements
    .filter(isJudged)
    .map(measurement => ({ measurement, verdict: judgeMeasurement(measurement) }))
  if (judged.length === 0) return null
  const marks = (some: typeof judged) => [...new Set(some.map(({ measurement }) => measurement.of))]
  const failed = judged.filter(({ verdict }) => verdict === 'FAIL')
  if (failed.length > 0) {
    const because = `Outside the limits: ${listed([...new Set(failed.map(({ measurement }) => describeMeasurement(measurement)))])}.`
    return { verdict: 'FAIL', because, marks: marks(failed) }
  }
  const marginal = judged.filter(({ verdict }) => verdict === 'INCONCLUSIVE')
  if (marginal.length > 0) {
    const because = `Too close to a limit to call: ${listed(marginal.map(({ measurement }) => describeMeasurement(measurement)))}; take the photograph again.`
    return { verdict: 'INCONCLUSIVE', because, marks: marks(marginal) }
  }
  const because = `Within limits: ${listed(judged.map(({ measurement }) => describeMeasurement(measurement)))}.`
  return { verdict: 'PASS', because, marks: marks(judged) }
}

/** What an operator calls a measurement; those without a line here go by their own name. */
const titles: Readonly<Record<string, string>> = {
  'cover-open-strokes': 'length of text that stands open',
  'layer-bottom-colour': "share of the sheet in the bottom layer's colour",
  'layer-cut-shift': 'distance of the print from its place on the sheet',
  'layer-cut-turn': 'turn of the print on the sheet',
  'layer-exposed': 'share of the sticker in the colour below',
  'placement-print-offset': 'distance of the print from its place on the sticker',
  'placement-shift': 'distance from its place',
  'placement-turn': 'turn against its place',
  'text-height': 'height of the characters',
  'text-weakest-stroke': 'faintest stroke against the rest of the text',
  'unused-error-correction': 'unused error correction',
}

/** «top-layer: distance from its place 0.31 mm (at most 0.6)». */
export function describeMeasurement({ name, of, value, unit, limits }: Measurement): string {
  const number = Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'not measured'
  const bounds = [
    ...(limits?.min == null ? [] : [`at least ${limits.min}`]),
    ...(limits?.max == null ? [] : [`at most ${limits.max}`]),
  ]
  const shownUnit = unit === 'ratio' || unit === 'count' || unit === 'index' ? '' : ` ${unit}`
  return `${of}: ${titles[name] ?? name} ${number}${shownUnit}${bounds.length === 0 ? '' : ` (${bounds.join(' and ')})`}`
}

/** Names of measurements by the check that judges them; a name belongs to the first family that knows it. */
const families: readonly { readonly check: MeasuredCheckName; readonly pattern: RegExp }[] = [
  { check: 'cover-intact', pattern: /^(cover|scratch)-/ },
  { check: 'layer-intact', pattern: /^(layer|peel)-/ },
  { check: 'placement', pattern: /^(placement|sticker|offset|rotation)-?/ },
  { check: 'legibility', pattern: /^(text|stroke|glyph|etch|character)-/ },
]
export type MeasuredCheckName = 'cover-intact' | 'layer-intact' | 'placement' | 'print-quality' | 'legibility'

/** The measurements that `check` judges. What no family knows is print quality, so that no limit goes unjudged. */
export function measurementsFor(check: MeasuredCheckName, all: readonly Measurement[]): readonly Measurement[] {
  return all.filter(
    ({ name }) => (families.find(({ pattern }) => pattern.test(name))?.check ?? 'print-quality') === check,
  )
}
