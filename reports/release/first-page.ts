import { create } from 'qrcode'
import type { LotDecision } from '../../harness/lots/release/lot-kinds.ts'
import type { ReleaseView } from '../../harness/lots/release/release-view.ts'
import { operatingChart } from '../charts/release-charts.ts'
import { Markup, markup } from '../markup.ts'
import { becomes, lotWord } from './lot-test.ts'

/**
 * Lines of text that page one has for reasons, deviations and the fitness of rigs, so that whoever signs finds their signature on it; so
 * many at least for the first two, and of those for deviations.
 */
const [lines, leastForBoth, leastForDeviations] = [12, 8, 2]
const lettersInLine = 105
const linesOf = (text: string) => Math.ceil(text.length / lettersInLine)

/** What has room on page one: in so many lines, with what is long cut short. The whole stands behind it. */
function fitting(all: readonly string[], room: number): { readonly shown: readonly string[]; readonly left: number } {
  const shown: string[] = []
  let used = 0
  for (const text of all.map(inShort)) {
    used += linesOf(text)
    if (used > room) break
    shown.push(text)
  }
  return { shown, left: all.length - shown.length }
}

/** The first five of many units or entries in brackets, and no more than two lines. */
function inShort(text: string): string {
  const short = text.replace(
    /\(((?:[^(),]+, ){5})((?:[^(),]+, )+[^(),]+)\)/g,
    (_, some: string, others: string) => `(${some}and ${others.split(', ').length} more)`,
  )
  const most = 2 * lettersInLine
  return short.length <= most ? short : `${short.slice(0, most - 1)}…`
}

function onPageOne(view: ReleaseView) {
  const { reasons, deviations } = view
  const room = Math.max(leastForBoth, lines - linesOf(fitness(view).text.replaceAll(/<[^>]+>/g, '')))
  // One reason alone stands in the decision's own sentence.
  const against = reasons.length > 1 ? reasons.map(({ because }) => because) : []
  const why = fitting(against, room - leastForDeviations)
  const used = why.shown.reduce((sum, text) => sum + linesOf(text), 0)
  return { why, by: fitting(deviations, room - used) }
}

/** Has page one not the room for all reasons and deviations, word by word? */
export function isLeftOff(view: ReleaseView): boolean {
  const { why, by } = onPageOne(view)
  const said = [...view.reasons.map(({ because }) => because), ...view.deviations]
  return why.left + by.left > 0 || said.some(text => inShort(text) !== text)
}

/** Page one: what was decided, what it rests on, who signed. */
export function firstPage(view: ReleaseView): Markup {
  const { document } = view
  const { why, by } = onPageOne(view)
  return markup`<section aria-labelledby="release">
<div class="head"><h1 id="release">Lot release report</h1><span>Report LR-${document.lot}</span></div>
${document.rehearsal ? markup`<p class="rehearsal">Rehearsal: these units were seen on virtual rigs. Nothing real is released by it.</p>` : null}
${decision(view)}
${why.shown.length + why.left === 0 ? null : list(why)}
${identity(view)}
${checkTable(view)}
${quantities(view)}
${passphrases(view)}
<div class="two"><div>${promise(view)}</div>${curve(view)}</div>
<h2 class="minor">Deviations and decisions of people</h2>
${by.shown.length + by.left === 0 ? markup`<p>None.</p>` : list(by)}
${fitness(view)}
${signatures(view)}
${evidence(view)}
</section>`
}

const list = ({ shown, left }: ReturnType<typeof fitting>) =>
  markup`<ul class="reasons">${shown.map(one => markup`<li>${one}</li>`)}${left === 0 ? null : markup`<li><a href="#reasons">And ${left} more.</a></li>`}</ul>`

/** RELEASED in large letters only where something is: what waits for signatures looks like nothing that has them. */
function decision(view: ReleaseView): Markup {
  const { decided, reasons, unsigned, document } = view
  const word = lotWord(view)
  const shape = isDecision(word) ? word : 'open'
  const because = reasons.length > 1 ? `${reasons.length} reasons speak against the release.` : inShort(decided.because)
  const before =
    word === decided.decision
      ? ''
      : `${document.rehearsal ? '' : `Nothing is released: ${unsigned.join(', and ')}. `}Worked out: ${decided.decision}. `
  return markup`<div class="verdict ${shape === 'open' ? 'HELD' : shape}">${sign(shape)}<div><strong>${word}</strong><p>${before}${because}</p></div></div>`
}

const outlines = {
  RELEASED: 'M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22zM6.8 12.4l3.6 3.6 7-7.6',
  HELD: 'M12 .8L23.2 12 12 23.2.8 12zM9.5 8v8M14.5 8v8',
  REJECTED: 'M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4zM8 8l8 8M16 8l-8 8',
  /** Of what waits for signatures, or is none. */
  open: 'M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22zM7 12h.01M12 12h.01M17 12h.01',
} as const

const isDecision = (word: string): word is LotDecision => word in outlines

/** A shape of its own for each word, told apart in grey. */
const sign = (decision: keyof typeof outlines) =>
  markup`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="${outlines[decision]}" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>`

function identity({ document, plan, inspected, rigs }: ReleaseView): Markup {
  const { lot, product, serials, closedBy, closedAt } = document
  const range = serials.length === 1 ? serials[0]! : `${serials[0]} to ${serials.at(-1)}`
  return markup`<dl class="facts">
<dt>Lot</dt><dd><strong>${lot}</strong>, ${product}, ${serials.length} units, serials ${range}</dd>
<dt>Inspected</dt><dd>${inspected === null ? 'never' : `${minute(inspected.from)} to ${minute(inspected.to)} UTC, ${rigs.map(({ name, kind }) => (kind === 'real' ? `rig ${name}` : `${kind} ${name}`)).join(', ')}`}</dd>
<dt>Closed</dt><dd>${minute(closedAt)} UTC by ${closedBy}</dd>
<dt>Plan</dt><dd>${plan === null ? 'none in the journal' : planText(plan)}</dd>
</dl>`
}

const minute = (iso: string) => iso.slice(0, 16).replace('T', ' ')

function planText({ opening, path }: NonNullable<ReleaseView['plan']>): string {
  const every = `every unit at ${path.map(({ station }) => station).join(', ')}`
  if (opening === null) return `${every}; none is opened, only its customer can.`
  const { basis, letter, planLetter, sample, accept, reject } = opening
  const by =
    basis.by === 'claim'
      ? `a claim (${percent(basis.confidence)} sure that less than ${percent(basis.badShare)} are bad)`
      : `${basis.by}, single, ${basis.inspection}, level ${basis.level}, AQL ${basis.limit}, letter ${letter}${planLetter === letter ? '' : ` (arrow to ${planLetter})`}`
  return `${every}; ${sample} opened by ${by}, Ac ${accept}, Re ${reject}.`
}

const percent = (share: number) => `${Number((100 * share).toFixed(4))} %`

const results = { pass: 'pass', fail: 'FAILED', open: 'open' } as const

function checkTable({ decided, cases }: ReleaseView): Markup {
  const { checks, sampled } = decided
  const unread = new Set(
    cases.flatMap(({ unit, verdict }) => (verdict === 'INCONCLUSIVE' || verdict === 'ERROR' ? [unit] : [])),
  ).size
  const opened = sampled !== null && sampled.opened === sampled.planned
  const result = sampled === null ? 'pass' : sampled.bad > sampled.accept ? 'fail' : opened ? 'pass' : 'open'
  return markup`<div class="scroll checks" tabindex="0" role="region" aria-label="Checks"><table><thead><tr><th scope="col">Check</th><th scope="col" class="number">Planned</th><th scope="col" class="number">Done</th><th scope="col" class="number">Failed</th><th scope="col">Limit</th><th scope="col">Result</th></tr></thead><tbody>
${checks.map(({ title, planned, done, failed, result: its }) => markup`<tr><th scope="row">${title}</th><td class="number">${planned}</td><td class="number">${done}</td><td class="number">${failed}</td><td>0 that ship</td><td class="${its}">${results[its]}</td></tr>\n`)}${
  sampled === null
    ? null
    : markup`<tr><th scope="row">Opened: key opens the address (destroyed)</th><td class="number">${sampled.planned}</td><td class="number">${sampled.opened}</td><td class="number">${sampled.bad}</td><td>Ac ${sampled.accept}, Re ${sampled.reject}</td><td class="${result}">${results[result]}</td></tr>\n`
}<tr><th scope="row">Not judged good or bad</th><td class="number"></td><td class="number"></td><td class="number">${unread}</td><td>0 that ship</td><td class="${unread === 0 ? 'pass' : 'open'}">${unread === 0 ? 'none' : 'see units'}</td></tr>
</tbody></table></div>`
}

function quantities({ decided, document }: ReleaseView): Markup {
  const { made, shipped, opened, scrapped, held, counted } = decided.quantities
  return markup`<p><strong>Quantities:</strong> made ${made} = ${becomes('shipped', document)} ${shipped} + opened ${opened} + scrapped ${scrapped} + held ${held}; counted to ship: ${counted}.</p>`
}

function promise({ decided, claim }: ReleaseView): Markup {
  if (decided.sampled === null)
    return markup`<h2 class="minor">What this can promise</h2><p>No unit was opened. What is covered was proved before it was covered, on every unit.</p>`
  return markup`<h2 class="minor">What the sample can promise</h2>
<p>${claim ?? 'Nothing yet: the sample is not whole.'} Everything else was looked at on every unit.</p>`
}

function curve({ operating, decided }: ReleaseView): Markup | null {
  const chart = operatingChart(operating, decided.sampled?.mostBadLeft ?? null)
  return chart === null
    ? null
    : markup`<figure>${chart}<figcaption>How likely this plan accepts a lot, by its bad units.</figcaption></figure>`
}

function fitness({ rigs, golden: { seen, bad }, gauges, decoys, document, software }: ReleaseView): Markup {
  const golden = rigs
    .map(
      ({ name, golden: last, isClosed, calibrations }) =>
        `${name} ${last === 'PASS' ? 'good' : (last ?? 'never')}${isClosed ? ', after the last unit' : ', NOT seen after the last unit'}${calibrations.length === 0 ? '' : `, calibration due ${calibrations.at(-1)!.expiresAt?.slice(0, 10) ?? 'nobody knows when'}`}`,
    )
    .join('; ')
  return markup`<p><strong>Rig fitness:</strong> ${seen} ${seen === 1 ? 'look' : 'looks'} at golden cards, ${bad === 0 ? 'none of them bad' : `${bad} of them NOT good`}; the last one of each rig: ${golden || 'none'}. ${gauges.length === 0 ? 'No gauge study: how often these rigs pass a bad card is not known.' : `Gauge: ${gauges.map(gaugeText).join('; ')}.`} ${decoyText(decoys)} <strong>Software:</strong> assay ${software.join(', ') || document.software.version}.</p>`
}

function passphrases({ passphrases: counted, plan }: ReleaseView): Markup {
  const said =
    counted === null
      ? `NOT counted against chance${plan?.passphrasesUncounted === true ? ': the plan waives it' : ''}.`
      : `of ${counted.units} units${plan === null ? '' : `, of ${plan.units} in the lot,`} counted against chance (symbols, repeats, shared beginnings): ${counted.unlike.join('; ') || 'nothing unlike it'}.`
  return markup`<p><strong>Passphrases:</strong> ${said}</p>`
}

/** «Decoys in every session at sealed: 3 units, refused 4 times, passed 0 times.» */
function decoyText({ asked, units, refused, passed, void: others }: ReleaseView['decoys']): string {
  const what = asked.length === 0 ? 'The plan asks for no decoys' : `Decoys in every session at ${asked.join(', ')}`
  if (units === 0) return asked.length === 0 ? `${what}: nobody tried the rigs while they judged.` : `${what}: none.`
  return `${what}: ${units} ${units === 1 ? 'unit was one' : 'units were some'}, refused ${refused} and passed ${passed} times${others === 0 ? '' : `; ${others} more ${others === 1 ? 'refusal tries' : 'refusals try'} no rig, being made otherwise than the lot was`}.`
}

/** «bench at sealed, 2026-07-01, fit: 0 of 20 bad cards passed (95 % sure: at most 13.9 %), 1 of 30 good refused; not studied again since the last unit». */
function gaugeText(study: ReleaseView['gauges'][number]): string {
  const { rig, station, at, unfit, appraised, isSince, before, unfitBefore, otherNames } = study
  const { missed, falseAlarms } = appraised[0]!
  const bound = missed.high === null ? '' : ` (95 % sure: at most ${percent(Number(missed.high.toFixed(3)))})`
  return `${rig}${otherNames} at ${station}, ${at.slice(0, 10)}, ${unfit.length === 0 ? 'fit' : 'NOT FIT'}: ${missed.count} of ${missed.of} bad cards passed${bound}, ${falseAlarms.count} of ${falseAlarms.of} good refused${before === 0 ? '' : `; of ${before} earlier ${before === 1 ? 'study' : 'studies'} here ${unfitBefore === 0 ? 'none' : unfitBefore} found it NOT FIT`}${isSince ? '' : '; not studied again since the last unit'}`
}

function signatures({ signatures: signed, fingerprints }: ReleaseView): Markup {
  if (signed.length === 0)
    return markup`<div class="signs"><div>Inspected by: <em>not signed yet</em></div><div>Released by: <em>not signed yet</em></div></div>`
  return markup`<div class="signs">${signed.map(
    ({ signer }, i) =>
      markup`<div><strong>${signer.as === 'inspector' ? 'Inspected' : 'Decided'} by ${signer.name}</strong>, ${minute(signer.at)} UTC<br>“${signer.means}”<br><small>key <code>${fingerprints[i]!}</code></small></div>`,
  )}</div>`
}

function evidence({ document, manifestSha256 }: ReleaseView): Markup {
  const { head, lot } = document
  return markup`<div class="evidence"><div><p>Evidence: manifest sha256 <code>${manifestSha256}</code></p><p>Journal head ${head.size}: <code>${head.root}</code></p><p>Verify: <code>assay lot verify FOLDER</code>, or by hand as docs/sign-off.md tells. This page derives from the record beside it; where they differ, the record counts.</p></div>${qr(`assay lot ${lot}\nmanifest ${manifestSha256}\nhead ${head.size} ${head.root}`)}</div>`
}

/** A symbol as one path. */
function qr(text: string): Markup {
  const { modules } = create([{ data: Buffer.from(text), mode: 'byte' }], { errorCorrectionLevel: 'L' })
  const { size } = modules
  const path = Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [i % size, Math.floor(i / size)]
    return modules.data[i] ? `M${x + 4} ${y + 4}h1v1h-1z` : ''
  }).join('')
  return markup`<svg class="qr" viewBox="0 0 ${size + 8} ${size + 8}" role="img" aria-label="Manifest and journal head as a QR code" shape-rendering="crispEdges"><path d="${Markup.trusted(path)}" fill="#000"/></svg>`
}
