import { type Verdict, verdicts } from '../harness/core/vocabulary.ts'
import { type InspectionRecord, unprovedNamesIn } from '../harness/record/inspection-record.ts'
import { type Markup, markup } from './markup.ts'
import { htmlPage } from './page.ts'
import { reportStyle } from './report-style.ts'
import {
  countingVerdict,
  countsSentence,
  type ReportedFile,
  type ReportedInspection,
  unitOf,
} from './reported-inspection.ts'
import { unitSection } from './unit-section.ts'
import { signDefinitions, verdictBadge, verdictClass, verdictSign } from './verdict-sign.ts'

export interface HtmlReportOptions {
  /** Default: «Inspection report». */
  readonly title?: string
  /** One sentence under the title, e.g. how to repeat the run. */
  readonly subtitle?: string
  /** Files that were put before Assay and have no record. */
  readonly files?: readonly ReportedFile[]
  /** Why the run is not at its end, in a sentence: nothing of it has passed then. Default: it is. */
  readonly unfinished?: string | null
}

/**
 * The inspections as one self-contained HTML page: summary first, then a table, then every unit with its findings,
 * pictures and measurements. No scripts, nothing loaded from outside, prints well. Derives everything from the records;
 * the same records give the same bytes.
 */
export function htmlReport(given: readonly ReportedInspection[], options: HtmlReportOptions = {}): string {
  const inspections = given.toSorted((a, b) => urgency(a) - urgency(b))
  const records = inspections.map(({ record }) => record)
  const title = options.title ?? 'Inspection report'
  const files = options.files ?? []
  const totals = totalsOf(inspections, files, options.unfinished ?? null)
  const head = {
    title: `${title} – ${summarySentence(totals)}`,
    style: reportStyle,
    version: records[0]?.software.version ?? '',
    pictures: true,
  }
  return htmlPage(
    head,
    markup`<a class="skip" href="#units">Skip to the units</a>
${signDefinitions}
<header class="top"><div class="top-inner">
<p class="mark-of-house">Assay</p>
<h1>${title}</h1>
<p>${headline(records)}</p>${options.subtitle === undefined ? null : markup`\n<p>${options.subtitle}</p>`}
</div></header>
<main>
${summaryPanel(inspections, totals)}
${inspections.length > 1 ? filter : null}
${overview(inspections)}
${fileTable(files)}
<section aria-labelledby="units"><h2 id="units">Units</h2>
${inspections.map(unitSection)}</section>
</main>
<footer>${footnote(records)}</footer>`,
  )
}

/** What needs a person soonest stands first; what is alike stays in the order in which it was inspected. */
const urgency = (inspection: ReportedInspection): number => {
  const { alarm } = inspection.record
  if (alarm !== null && !alarm.acknowledged) return -1
  return isSettled(inspection) ? worstFirst.length : worstFirst.indexOf(countingVerdict(inspection))
}
const isSettled = ({ settledBecause = null }: ReportedInspection) => settledBecause !== null
const worstFirst: readonly Verdict[] = ['FAIL', 'ERROR', 'INCONCLUSIVE', 'PASS']

/** How many of what was put before Assay came out how. Files without a result are errors; what counts elsewhere is not counted. */
interface Totals {
  readonly counts: Readonly<Record<Verdict, number>>
  readonly lost: number
  readonly all: number
  /** Attempts in whose place another one counts. */
  readonly settled: number
  readonly unfinished: string | null
}

/** How many of all that was put before Assay came out how, as the page says it first. */
export function summaryOf(
  inspections: readonly ReportedInspection[],
  { files = [], unfinished = null }: Pick<HtmlReportOptions, 'files' | 'unfinished'>,
): string {
  return summarySentence(totalsOf(inspections, files, unfinished))
}

function totalsOf(
  inspections: readonly ReportedInspection[],
  files: readonly ReportedFile[],
  unfinished: string | null,
): Totals {
  const counts = { PASS: 0, INCONCLUSIVE: 0, FAIL: 0, ERROR: 0 }
  const counting = inspections.filter(one => !isSettled(one))
  for (const inspection of counting) counts[countingVerdict(inspection)]++
  const lost = files.filter(({ isSettled }) => !isSettled).length
  return {
    counts: { ...counts, ERROR: counts.ERROR + lost },
    lost,
    all: counting.length + lost,
    settled: inspections.length - counting.length,
    unfinished,
  }
}

function summarySentence({ unfinished, settled, ...totals }: Totals): string {
  const settledToo =
    settled === 0
      ? ''
      : settled === 1
        ? ' Another attempt is shown, too.'
        : ` ${settled} other attempts are shown, too.`
  return `${unfinished === null ? '' : 'Not finished. '}${countSentence(totals)}${settledToo}`
}

function countSentence({ counts, lost, all }: Omit<Totals, 'unfinished' | 'settled'>): string {
  if (all === 0) return 'Nothing was inspected.'
  const passed = counts.PASS
  const inspections = all === 1 ? ' inspection' : ' inspections'
  if (passed === all) return all === 1 ? 'The inspection passed.' : `All ${passed} inspections passed.`
  const rest = [
    [counts.FAIL, 'failed'],
    [counts.INCONCLUSIVE, 'could not be judged'],
    [counts.ERROR - lost, 'ended with an error'],
    [lost, lost === 1 ? 'is a file without a result' : 'are files without a result'],
  ].filter(([number]) => number !== 0)
  // A file without a result is no inspection.
  return `${passed} of ${all}${lost > 0 ? '' : inspections} passed; ${rest.map(([number, word]) => `${number} ${word}`).join(', ')}.`
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

/** Without a script: the style sheet hides what has passed while the box is ticked. */
const filter = markup`<p class="filter"><label><input type="checkbox" id="only-open"> Show only what has not passed</label></p>`

const tallyWords: Readonly<Record<Verdict, string>> = {
  PASS: 'every check passed',
  INCONCLUSIVE: 'take again, or a person looks',
  FAIL: 'something is wrong with the unit',
  ERROR: 'the inspection itself broke',
}

function summaryPanel(inspections: readonly ReportedInspection[], totals: Totals): Markup {
  const { counts } = totals
  const alarms = inspections.flatMap(one =>
    one.record.alarm === null ? [] : [{ alarm: one.record.alarm, unit: unitOf(one) }],
  )
  return markup`<section class="summary panel" aria-label="Summary">
<p class="sentence">${summarySentence(totals)}</p>${totals.unfinished === null ? null : markup`\n<p class="alarm" role="alert">${totals.unfinished}</p>`}
<ul class="tally">
${verdicts.map(verdict => {
  const number = counts[verdict]
  return markup`<li class="${verdictClass(verdict)}${number === 0 ? ' none' : ''}">${verdictSign(verdict)}<div><b>${number}</b><strong>${verdict}</strong><span>${tallyWords[verdict]}</span></div></li>\n`
})}</ul>
<div class="share" aria-hidden="true">${verdicts
    .filter(verdict => counts[verdict] > 0)
    .map(verdict => markup`<i class="${verdictClass(verdict)}" style="flex:${counts[verdict]}"></i>`)}</div>
${alarms.map(({ alarm, unit }) => markup`<p class="alarm" role="alert">${unit ?? 'Unknown unit'}: ${alarm.because}${alarm.acknowledged ? ' It was planted and acknowledged beforehand, and the run went on.' : ''}</p>\n`)}</section>`
}

function overview(inspections: readonly ReportedInspection[]): Markup | null {
  if (inspections.length === 0) return null
  const remarked = inspections.some(({ remark }) => typeof remark === 'string')
  return markup`<section aria-labelledby="overview"><h2 id="overview">Overview</h2>
<div class="overview panel"><table>
<thead><tr><th scope="col">Unit</th><th scope="col">Station</th><th scope="col">Verdict</th><th scope="col">Because</th>${remarked ? markup`<th scope="col">Remark</th>` : null}</tr></thead>
<tbody>
${inspections.map(
  ({ record, serial = null, remark, files = [], attempt = 1, stands = null, settledBecause = null }, i) =>
    markup`<tr class="${verdictClass(countingVerdict({ record, stands }))}${settledBecause === null ? '' : ' settled'}"><th scope="row"><a href="#unit-${i + 1}">${unitOf({ record, serial }) ?? 'unknown unit'}</a>${[...(attempt > 1 ? [`attempt ${attempt}`] : []), ...files].map(line => markup`<br><small>${line}</small>`)}</th><td class="station">${record.station}</td><td class="verdict">${verdictBadge(record.verdict)}${notProved(record)}</td><td class="because">${record.because}${strongLine(countsSentence({ record, stands }))}${strongLine(settledBecause)}</td>${remarked ? markup`<td class="remark">${remark ?? ''}</td>` : null}</tr>\n`,
)}</tbody></table></div></section>`
}

const strongLine = (said: string | null) => (said === null ? null : markup`<br><strong>${said}</strong>`)

/** What was put before Assay and has no inspection: a batch in which a picture was lost has not passed. */
function fileTable(files: readonly ReportedFile[]): Markup | null {
  if (files.length === 0) return null
  return markup`<section aria-labelledby="files"><h2 id="files">Without an inspection</h2>
<div class="overview panel"><table>
<thead><tr><th scope="col">File or card</th><th scope="col">Why</th></tr></thead>
<tbody>
${files.map(({ file, because }) => markup`<tr><th scope="row">${file}</th><td class="because">${because}</td></tr>\n`)}</tbody></table></div></section>`
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
