import { showsMark } from '../harness/core/vocabulary.ts'
import { type InspectionRecord, unprovedNamesIn } from '../harness/record/inspection-record.ts'
import { type Markup, markup } from './markup.ts'
import { measurementTable } from './measurement-table.ts'
import { countsSentence, type ReportedInspection, type ReportPicture, unitOf } from './reported-inspection.ts'
import { verdictBadge, verdictClass, verdictSign } from './verdict-sign.ts'

/** One inspection: verdict and because first, then pictures beside findings, then everything else folded away. */
export function unitSection(inspection: ReportedInspection, index: number): Markup {
  const { record, files = [], attempt = 1, settledBecause = null, pictures: given, remark = null } = inspection
  const pictures = given ?? []
  const counts = countsSentence(inspection)
  const unit = unitOf(inspection)
  const { station, verdict, because, photographs } = record
  const id = `unit-${index + 1}`
  const notProved = unprovedNamesIn(record.unproved)
  const shown = pictures.length > 0
  return markup`<article class="unit panel ${verdictClass(verdict)}${counts === null ? '' : ' counts-otherwise'}${settledBecause === null ? '' : ' settled'}" id="${id}" aria-labelledby="${id}-name">
<header><h3 id="${id}-name">${unit ?? 'Unknown unit'}</h3><span class="where">at station ${station}${attempt > 1 ? `, attempt ${attempt}` : ''}</span>${verdictBadge(verdict, 'large')}${notProved.length === 0 ? null : markup`<span class="not-proved">not proved: ${notProved.join(', ')}</span>`}</header>
<p class="because">${because}</p>${counts === null ? null : markup`\n<p class="because"><strong>${counts}</strong></p>`}${settledBecause === null ? null : markup`\n<p class="because"><strong>${settledBecause}</strong></p>`}${files.length === 0 ? null : markup`\n<p class="remark">${files.join(', ')}</p>`}${remark === null ? null : markup`\n<p class="remark">${remark}</p>`}${given === undefined || shown || photographs.length === 0 ? null : markup`\n<p class="remark">${noPictures}</p>`}
<div class="seen${shown ? '' : ' plain'}">
${shown ? cardPicture(pictures) : null}<div>${findingList(record)}</div>
</div>
${shown ? crops(record, pictures) : null}
<details><summary>Every check, reading and measurement</summary>
${findingTable(record)}
${readingTable(record)}
${measurementTable(record.measurements)}
${origin(record)}
</details>
</article>
`
}

const noPictures = 'No pictures of it are here: no card was found that could be masked, or they were taken away.'

/** What is not a pass in full, worst first; passes by name, as there are many of them. */
function findingList(record: InspectionRecord): Markup {
  const { findings } = record
  const order = ['ERROR', 'FAIL', 'INCONCLUSIVE']
  const open = findings
    .filter(({ verdict }) => verdict !== 'PASS')
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
  const passed = findings.filter(({ verdict }) => verdict === 'PASS')
  const left = notRun(record)
  return markup`<h4>Findings</h4>
${
  open.length === 0
    ? null
    : markup`<ul class="findings">
${open.map(
  ({ check, verdict, because, marks }) =>
    markup`<li>${verdictSign(verdict)}<div><b>${check}</b><span class="word ${verdictClass(verdict)}">${verdict}</span></div><p>${because}</p>${besideSeen(record, marks)}</li>\n`,
)}</ul>\n`
}${
  passed.length === 0
    ? null
    : markup`<ul class="passed" aria-label="Checks that passed">
${passed.map(({ check }) => markup`<li>${verdictSign('PASS')}<span class="visually-hidden">PASS </span>${check}</li>\n`)}</ul>\n`
}${left.length === 0 ? null : markup`<p class="remark">Not run: ${left.join(', ')}.</p>\n`}${record.unproved.map(unprovedSentence)}`
}

/** What was read at a finding's marks and what the unit's record says, where these are not the same. */
function besideSeen({ readings, expected = [] }: InspectionRecord, marks: readonly string[]): Markup | null {
  const rows = expected.flatMap(({ mark, text }) => {
    const seen = readings.filter(reading => reading.mark === mark && !reading.secret && reading.text !== null)
    const others = [...new Set(seen.map(reading => reading.text!))].filter(other => withoutScheme(other) !== text)
    return marks.includes(mark) ? others.map(other => ({ mark, text, other })) : []
  })
  if (rows.length === 0) return null
  return markup`<dl class="beside">${rows.map(
    ({ mark, text, other }) =>
      markup`<dt>${mark}, expected</dt><dd class="text">${text}</dd><dt>${mark}, seen</dt><dd class="text">${marked(other, text)}</dd>`,
  )}</dl>`
}

/** Before an address a symbol may say which coin's it is: `bitcoin:`. */
const withoutScheme = (text: string) => text.replace(/^[a-z]+:/i, '')

/** The characters that are others than expected, where the two are of one length. */
function marked(seen: string, expected: string): readonly Markup[] {
  if (seen.length !== expected.length) return [markup`<mark>${seen}</mark>`]
  const runs = seen.match(/./gsu) ?? []
  let at = 0
  return runs.map(character => {
    const isSame = expected.startsWith(character, at)
    at += character.length
    return isSame ? markup`${character}` : markup`<mark>${character}</mark>`
  })
}

function unprovedSentence({ name, because, holds, accepted }: InspectionRecord['unproved'][number]): Markup {
  const meaning = accepted
    ? 'accepted by whoever ran this'
    : holds
      ? 'the unit does not pass without it'
      : 'said, not asked for'
  return markup`<p class="remark">Not proved: <b>${name}</b>, because ${because} (${meaning}).</p>\n`
}

function notRun({ findings, plannedChecks }: InspectionRecord): readonly string[] {
  const done = new Set<string>(findings.map(({ check }) => check))
  return plannedChecks.filter(name => !done.has(name))
}

function findingTable({ findings }: InspectionRecord): Markup | null {
  if (findings.length === 0) return null
  return markup`<h4>Every check</h4>
<div class="scroll" tabindex="0" role="region" aria-label="Every check"><table>
<thead><tr><th scope="col">Check</th><th scope="col">Verdict</th><th scope="col">Because</th></tr></thead>
<tbody>
${findings.map(
  ({ check, verdict, because }) =>
    markup`<tr><th scope="row">${check}</th><td>${verdictBadge(verdict)}</td><td>${because}</td></tr>\n`,
)}</tbody></table></div>`
}

function cardPicture(pictures: readonly ReportPicture[]): Markup {
  const card = pictures.filter(({ of }) => of === 'card')
  return markup`<div>${card.map(picture => {
    const text = `The card, laid flat${picture.masked ? '. Secret marks are blacked out' : ''}.`
    return markup`<figure class="card-front">${image(picture, text)}<figcaption>${text}</figcaption></figure>\n`
  })}</div>`
}

/** The marks one by one, those with a finding first. */
function crops(record: InspectionRecord, pictures: readonly ReportPicture[]): Markup | null {
  const secret = new Set(record.readings.filter(reading => reading.secret).map(({ mark }) => mark))
  const judged = new Set(record.findings.filter(({ verdict }) => verdict !== 'PASS').flatMap(({ marks }) => marks))
  // A secret mark's crop is nothing but black; the card's picture shows where it lies.
  const marks = pictures
    .filter(({ of }) => of !== 'card' && of !== 'words' && !secret.has(of) && wasSeen(record, of))
    .sort((a, b) => Number(judged.has(b.of)) - Number(judged.has(a.of)))
  if (marks.length === 0) return null
  return markup`<div class="crops">
${marks.map(picture => markup`<figure${judged.has(picture.of) ? markup` class="bad"` : null}>${image(picture, cropText(record, picture.of))}<figcaption>${picture.of}</figcaption></figure>\n`)}</div>`
}

const wasSeen = ({ readings }: InspectionRecord, of: string) =>
  readings.some(({ mark, outcome }) => mark === of && showsMark[outcome] !== false)

function cropText({ readings }: InspectionRecord, of: string): string {
  const reading = readings.find(({ mark }) => mark === of)
  if (reading === undefined) return of
  return reading.text === null ? `${of}: ${reading.outcome}` : `${of}, read as ${reading.text}`
}

function image({ mediaType, bytes, width, height }: ReportPicture, alt: string): Markup {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return markup`<img src="data:${mediaType};base64,${data}" width="${width}" height="${height}" alt="${alt}">`
}

function readingTable({ readings, expected = [] }: InspectionRecord): Markup | null {
  if (readings.length === 0) return null
  return markup`<h4>Readings</h4>
<div class="scroll" tabindex="0" role="region" aria-label="Readings"><table>
<thead><tr><th scope="col">Mark</th><th scope="col">Outcome</th><th scope="col">Text as seen</th>${expected.length === 0 ? null : markup`<th scope="col">Expected</th>`}<th scope="col">Confidence</th><th scope="col">Because</th></tr></thead>
<tbody>
${readings.map(
  ({ mark, outcome, secret, text, confidence, readers, because }) =>
    markup`<tr><th scope="row">${mark}</th><td>${outcome}</td><td class="text">${text ?? (secret && outcome === 'read' ? '[secret]' : '–')}</td>${expected.length === 0 ? null : markup`<td class="text">${expected.find(one => one.mark === mark)?.text ?? '–'}</td>`}<td class="number">${showsMark[outcome] === true ? `${(confidence * 100).toFixed(1)} %` : '–'}</td><td>${because}${readers.length === 0 ? '' : ` (${readers.join(', ')})`}</td></tr>\n`,
)}</tbody></table></div>`
}

function origin(record: InspectionRecord): Markup {
  const { product, lot, rig, software, operator, started, ended, photographs, readingsSha256, planSha256 } = record
  const facts: readonly (readonly [string, string])[] = [
    ['Product', product],
    ['Lot', lot ?? 'not known'],
    [
      'Rig',
      `${rig.kind} ${rig.name}, ${rig.calibration === null ? 'no calibration' : `calibration ${rig.calibration}`}`,
    ],
    ['Software', `${software.name} ${software.version}${software.revision === null ? '' : ` (${software.revision})`}`],
    ...(software.modelsSha256 === undefined ? [] : [['Models', `sha256 ${software.modelsSha256}`] as const]),
    ...(planSha256 === undefined ? [] : [['Plan', `sha256 ${planSha256}`] as const]),
    ['Operator', operator ?? 'not named'],
    ['Time', `${started} to ${ended}`],
    ...photographs.map(({ id, how }): readonly [string, string] => [
      'Photograph',
      `${id} (${how.camera}, light ${how.light})`,
    ]),
    ['Readings', readingsSha256 === null ? 'none were written down' : `sha256 ${readingsSha256}`],
  ]
  return markup`<h4>Origin</h4>
<dl class="facts">${facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`
}
