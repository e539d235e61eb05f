import { type Verdict, verdicts } from '../harness/core/vocabulary.ts'
import { type InspectionRecord, unprovedNamesIn } from '../harness/record/inspection-record.ts'
import { type Markup, Markup as MarkupText, markup } from './markup.ts'
import { reportStyle } from './report-style.ts'
import type { ReportedInspection } from './reported-inspection.ts'
import { unitSection } from './unit-section.ts'
import { signDefinitions, verdictBadge, verdictClass, verdictSign } from './verdict-sign.ts'

export interface HtmlReportOptions {
  /** Default: «Inspection report». */
  readonly title?: string
  /** One sentence under the title, e.g. how to repeat the run. */
  readonly subtitle?: string
}

/**
 * The inspections as one self-contained HTML page: summary first, then a table, then every unit with its findings,
 * pictures and measurements. No scripts, nothing loaded from outside, prints well. Derives everything from the records;
 * the same records give the same bytes.
 */
export function htmlReport(inspections: readonly ReportedInspection[], options: HtmlReportOptions = {}): string {
  const records = inspections.map(({ record }) => record)
  const title = options.title ?? 'Inspection report'
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="generator" content="assay ${records[0]?.software.version ?? ''}">
<title>${title} – ${summarySentence(records)}</title>
<style>${MarkupText.trusted(reportStyle)}</style>
</head>
<body>
<a class="skip" href="#units">Skip to the units</a>
${signDefinitions}
<header class="top"><div class="top-inner">
<p class="mark-of-house">Assay</p>
<h1>${title}</h1>
<p>${headline(records)}</p>${options.subtitle === undefined ? null : markup`\n<p>${options.subtitle}</p>`}
</div></header>
<main>
${summaryPanel(records)}
${overview(inspections)}
<section aria-labelledby="units"><h2 id="units">Units</h2>
${inspections.map(unitSection)}</section>
</main>
<footer>${footnote(records)}</footer>
</body>
</html>
`
  return page.text
}

const count = (records: readonly InspectionRecord[], verdict: Verdict) =>
  records.filter(record => record.verdict === verdict).length

function summarySentence(records: readonly InspectionRecord[]): string {
  if (records.length === 0) return 'Nothing was inspected.'
  const passed = count(records, 'PASS')
  const inspections = records.length === 1 ? 'inspection' : 'inspections'
  if (passed === records.length)
    return records.length === 1 ? 'The inspection passed.' : `All ${passed} inspections passed.`
  const rest = [
    [count(records, 'FAIL'), 'failed'],
    [count(records, 'INCONCLUSIVE'), 'could not be judged'],
    [count(records, 'ERROR'), 'ended with an error'],
  ].filter(([number]) => number !== 0)
  return `${passed} of ${records.length} ${inspections} passed; ${rest.map(([number, word]) => `${number} ${word}`).join(', ')}.`
}

function headline(records: readonly InspectionRecord[]): string {
  const several = (pick: (record: InspectionRecord) => string | null, one: string, many: string) => {
    const all = [...new Set(records.map(pick).filter(value => value !== null))]
    return all.length === 0 ? [] : [`${all.length === 1 ? one : many} ${all.join(', ')}`]
  }
  const times = records.map(({ started }) => started).sort()
  return [
    ...several(({ product }) => product, 'Product', 'Products'),
    ...several(({ lot }) => lot, 'lot', 'lots'),
    ...several(({ station }) => station, 'station', 'stations'),
    ...(times[0] === undefined ? [] : [shownTime(times[0])]),
  ].join(' · ')
}

/** «21 Nov 2026, 08:00 UTC» without the reader's own locale, so that a report is the same everywhere. */
function shownTime(iso: string): string {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  const [year = '', month = '', day = ''] = iso.slice(0, 10).split('-')
  return `${Number(day)} ${months[Number(month) - 1]} ${year}, ${iso.slice(11, 16)} UTC`
}

const tallyWords: Readonly<Record<Verdict, string>> = {
  PASS: 'every check passed',
  INCONCLUSIVE: 'take again, or a person looks',
  FAIL: 'something is wrong with the unit',
  ERROR: 'the inspection itself broke',
}

function summaryPanel(records: readonly InspectionRecord[]): Markup {
  const alarms = records.filter(({ alarm }) => alarm !== null)
  return markup`<section class="summary panel" aria-label="Summary">
<p class="sentence">${summarySentence(records)}</p>
<ul class="tally">
${verdicts.map(verdict => {
  const number = count(records, verdict)
  return markup`<li class="${verdictClass(verdict)}${number === 0 ? ' none' : ''}">${verdictSign(verdict)}<div><b>${number}</b><strong>${verdict}</strong><span>${tallyWords[verdict]}</span></div></li>\n`
})}</ul>
<div class="share" aria-hidden="true">${verdicts
    .filter(verdict => count(records, verdict) > 0)
    .map(verdict => markup`<i class="${verdictClass(verdict)}" style="flex:${count(records, verdict)}"></i>`)}</div>
${alarms.map(({ alarm, unit }) => markup`<p class="alarm" role="alert">${unit ?? 'Unknown unit'}: ${alarm!.because}${alarm!.acknowledged ? ' It was planted and acknowledged beforehand, and the run went on.' : ''}</p>\n`)}</section>`
}

function overview(inspections: readonly ReportedInspection[]): Markup | null {
  if (inspections.length === 0) return null
  const remarked = inspections.some(({ remark }) => typeof remark === 'string')
  return markup`<section aria-labelledby="overview"><h2 id="overview">Overview</h2>
<div class="overview panel"><table>
<thead><tr><th scope="col">Unit</th><th scope="col">Station</th><th scope="col">Verdict</th><th scope="col">Because</th>${remarked ? markup`<th scope="col">Remark</th>` : null}</tr></thead>
<tbody>
${inspections.map(
  ({ record, remark }, i) =>
    markup`<tr><th scope="row"><a href="#unit-${i + 1}">${record.unit ?? 'unknown unit'}</a></th><td class="station">${record.station}</td><td class="verdict">${verdictBadge(record.verdict)}${notProved(record)}</td><td class="because">${record.because}</td>${remarked ? markup`<td class="remark">${remark ?? ''}</td>` : null}</tr>\n`,
)}</tbody></table></div></section>`
}

function notProved({ unproved }: InspectionRecord): Markup | null {
  const names = unprovedNamesIn(unproved)
  return names.length === 0 ? null : markup`<span class="not-proved">not proved: ${names.join(', ')}</span>`
}

function footnote(records: readonly InspectionRecord[]): string {
  const software = [...new Set(records.map(({ software: { name, version } }) => `${name} ${version}`))].join(', ')
  const rigs = [
    ...new Set(
      records.map(({ rig: { kind, name } }) => (kind === 'files' ? 'photograph files' : `${kind} rig ${name}`)),
    ),
  ].join(', ')
  return `${software === '' ? 'Assay' : software}, ${rigs}. This page derives from the inspection records, which are the only truth. Secret marks are blacked out in every picture.`
}
