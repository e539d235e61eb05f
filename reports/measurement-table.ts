import type { InspectionRecord } from '../harness/record/inspection-record.ts'
import { type Markup, markup } from './markup.ts'
import { verdictBadge, verdictClass } from './verdict-sign.ts'

type Measurement = InspectionRecord['measurements'][number]

/** Measurements with their limits and what their checks made of them; those with limits first, each with a small scale. */
export function measurementTable(measurements: readonly Measurement[]): Markup | null {
  if (measurements.length === 0) return null
  const sorted = [...measurements].sort((a, b) => Number(b.limits !== null) - Number(a.limits !== null))
  return markup`<h4>Measurements</h4>
<div class="scroll" tabindex="0" role="region" aria-label="Measurements"><table>
<thead><tr><th scope="col">Measurement</th><th scope="col">Of</th><th scope="col">Value</th><th scope="col">Limits</th><th scope="col">On its scale</th><th scope="col">Verdict</th></tr></thead>
<tbody>
${sorted.map(
  measurement =>
    markup`<tr><th scope="row">${measurement.name}</th><td>${measurement.of}</td><td class="number">${shownValue(measurement)}</td><td>${shownLimits(measurement)}</td><td>${gauge(measurement)}</td><td>${measurement.verdict === null ? '–' : verdictBadge(measurement.verdict)}</td></tr>\n`,
)}</tbody></table></div>`
}

function shownValue({ value, unit }: Measurement): string {
  if (value === null) return 'not measured'
  const number = String(Number(value.toPrecision(4)))
  return ['ratio', 'count', 'index'].includes(unit) ? number : `${number} ${unit}`
}

function shownLimits({ limits }: Measurement): string {
  if (limits === null) return 'recorded only'
  const { min, max } = limits
  if (min !== null && max !== null) return `${min} to ${max}`
  if (min !== null) return `at least ${min}`
  return max === null ? 'recorded only' : `at most ${max}`
}

/** The value as a mark on a line, the allowed part thick; in the colour of its verdict, grey where it was not judged. */
function gauge({ value, limits, verdict }: Measurement): Markup | null {
  if (value === null || limits === null) return null
  const { min, max } = limits
  const known = [value, ...(min === null ? [] : [min]), ...(max === null ? [] : [max]), 0]
  const low = Math.min(...known)
  const high = Math.max(...known)
  const room = (high - low || 1) * 0.15
  const at = (x: number) => (((x - low + room) / (high - low + 2 * room)) * 140 + 2).toFixed(1)
  const from = min === null ? '2' : at(min)
  const to = max === null ? '142' : at(max)
  const colour = verdict === null ? '' : ` ${verdictClass(verdict)}`
  return markup`<svg class="gauge${colour}" viewBox="0 0 144 14" aria-hidden="true" focusable="false"><path d="M2 7H142" stroke="#c5ccd4" stroke-width="1.5"/><path d="M${from} 7H${to}" stroke="#9fb8ab" stroke-width="6"/><circle cx="${at(value)}" cy="7" r="4.5" fill="currentColor" stroke="#fff" stroke-width="1.5"/></svg>`
}
