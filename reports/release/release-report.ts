import type { ReleaseView } from '../../harness/lots/release/release-view.ts'
import { barsPlot } from '../charts/bars.ts'
import { individualsPlot, placementPlot, sharePlot } from '../charts/release-charts.ts'
import { type Markup, markup } from '../markup.ts'
import { htmlPage } from '../page.ts'
import { firstPage, isLeftOff } from './first-page.ts'
import { lotWord } from './lot-test.ts'
import { releaseStyle } from './release-style.ts'
import { unitsSection } from './units-section.ts'

/**
 * A lot's release as one self-contained page: what was decided first, then units, defects, measurements, the journal. No script,
 * nothing loaded from outside; the same record gives the same bytes.
 */
export function releaseReport(view: ReleaseView): string {
  const { document, defects } = view
  const title = `Lot ${document.lot}: ${lotWord(view)} – lot release report`
  return htmlPage(
    {
      ...{ title, style: releaseStyle, version: document.software.version },
      pictures: defects.some(({ pictures }) => pictures.length > 0),
    },
    markup`<main>
${firstPage(view)}
${reasonSection(view)}
${unitsSection(view)}
${defectSection(view)}
${measurementSection(view)}
${fitnessSection(view)}
${journalSection(view)}
</main>`,
  )
}

/** What stands at the foot of every printed page. */
export const footOf = (view: ReleaseView): string =>
  `LR-${view.document.lot} · ${lotWord(view)} · manifest ${view.manifestSha256.slice(0, 16)}`

/** All of it, where page one has not the room. */
function reasonSection(view: ReleaseView): Markup | null {
  const { reasons, deviations } = view
  if (!isLeftOff(view)) return null
  const list = (all: readonly string[]) => markup`<ul class="reasons">${all.map(one => markup`<li>${one}</li>`)}</ul>`
  return markup`<section aria-labelledby="reasons"><h2 id="reasons">All reasons and deviations</h2>${
    reasons.length === 0
      ? null
      : markup`<h3>What speaks against the release</h3>${list(reasons.map(({ because }) => because))}`
  }<h3>Deviations and decisions of people</h3>${deviations.length === 0 ? markup`<p>None.</p>` : list(deviations)}</section>`
}

function defectSection({ defects, firstPass }: ReleaseView): Markup {
  return markup`<section class="flows" aria-labelledby="defects"><h2 id="defects">Defects and yield</h2>
${
  defects.length === 0
    ? markup`<p>No check failed at any attempt.</p>`
    : markup`<figure>${barsPlot(
        'What units failed',
        defects.map(({ check, station, units }) => ({ label: `${check}, ${station}`, count: units.length })),
      )}<figcaption>Units that failed a check, at any attempt, the most frequent first.</figcaption></figure>
<div class="scroll" tabindex="0" role="region" aria-label="Table of defects"><table><thead><tr><th scope="col">Check</th><th scope="col">Station</th><th scope="col">Class</th><th scope="col" class="number">Units</th><th scope="col">The first one</th></tr></thead><tbody>
${defects.map(({ check, station, class: its, units, because }) => markup`<tr><th scope="row">${check}</th><td>${station}</td><td>${its}</td><td class="number">${units.length}</td><td>${units[0]!}: ${because}</td></tr>\n`)}</tbody></table></div>${defectFigures(defects)}`
}
<h3>First attempts</h3>
<div class="scroll" tabindex="0" role="region" aria-label="First attempts"><table><thead><tr><th scope="col">Station</th><th scope="col" class="number">Passed</th><th scope="col" class="number">Failed</th><th scope="col" class="number">Not judged</th><th scope="col" class="number">Errors</th><th scope="col" class="number">First-pass yield</th></tr></thead><tbody>
${firstPass.map(({ station, counts: { PASS, FAIL, INCONCLUSIVE, ERROR } }) => {
  const all = PASS + FAIL + INCONCLUSIVE + ERROR
  return markup`<tr><th scope="row">${station}</th><td class="number">${PASS}</td><td class="number">${FAIL}</td><td class="number">${INCONCLUSIVE}</td><td class="number">${ERROR}</td><td class="number">${((100 * PASS) / all).toFixed(1)} %</td></tr>\n`
})}</tbody></table></div>
</section>`
}

function defectFigures(defects: ReleaseView['defects']): Markup | null {
  const shown = defects.flatMap(({ check, station, units, pictures }) =>
    pictures.map(picture => ({ ...picture, said: `${picture.of} of ${units[0]!} at ${station}: ${check}` })),
  )
  if (shown.length === 0) return null
  return markup`<div class="defects">${shown.map(
    ({ bytes, width, height, said }) =>
      markup`<figure><img src="data:image/jpeg;base64,${Buffer.from(bytes).toString('base64')}" width="${width}" height="${height}" alt="${said}"><figcaption>${said}</figcaption></figure>\n`,
  )}</div><p class="soft">The first unit of a defect, as its run showed it. What is secret is blacked out.</p>`
}

function measurementSection({ series, share, placements }: ReleaseView): Markup {
  return markup`<section class="flows" aria-labelledby="measurements"><h2 id="measurements">Measurements</h2>
<p class="soft">In the order of the inspections. Dashed: control limits, three sigmas from the mean moving range. Dotted: the product's own limits. Dashes and dots: the mean, or the place that was meant. A ring marks the first value of each kind beyond the limits, or that completes a run of nine on one side or six in one direction (Nelson 1, 2, 3). Control limits say whether the process was steady, not whether a unit is good.</p>
${series.length === 0 && share === null ? markup`<p>Too few values were measured to draw a chart.</p>` : null}
<div class="two">
${share === null ? null : markup`<figure>${sharePlot(share)}<figcaption>Not passed at once, at ${share.station}: p chart over groups of ${share.size}.</figcaption></figure>\n`}${placements.map(
  one =>
    markup`<figure>${placementPlot(one)}<figcaption>Placement of ${one.of}, at ${one.station}: a dot a photograph; the circle is the limit.</figcaption></figure>\n`,
)}${series.map(
  one =>
    markup`<figure>${individualsPlot({ ...one, where: `at ${one.station}` })}<figcaption>${one.name} of ${one.of}, at ${one.station}.</figcaption></figure>\n`,
)}</div></section>`
}

function fitnessSection({ rigs, golden: { seen, bad }, gauges, software, inspectors, document }: ReleaseView): Markup {
  return markup`<section class="flows" aria-labelledby="fitness"><h2 id="fitness">Rigs, software and data</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Rigs"><table><thead><tr><th scope="col">Rig</th><th scope="col">Kind</th><th scope="col">Calibration</th><th scope="col">Last golden card</th></tr></thead><tbody>
${rigs.map(({ name, kind, calibrations, golden }) => markup`<tr><th scope="row">${name}</th><td>${kind}</td><td>${calibrations.length === 0 ? 'none' : calibrations.map(({ id, expiresAt }) => markup`<code>${id.slice(0, 16)}</code>${expiresAt === null ? null : `, until ${expiresAt.slice(0, 10)}`} `)}</td><td class="${golden ?? 'never'}">${golden ?? 'never seen'}</td></tr>\n`)}</tbody></table></div>
<p>${seen} golden ${seen === 1 ? 'card was' : 'cards were'} inspected; ${bad === 0 ? 'none was bad' : `${bad} of these looks did NOT see the card as good`}.${gauges.length === 0 ? ' No gauge study of these rigs stands in the journal: how often they miss a bad card is not known.' : ''}</p>
${gauges.length === 0 ? null : gaugeTable(gauges)}
<dl class="facts"><dt>Inspected with</dt><dd>assay ${software.join(', ')}</dd><dt>Closed with</dt><dd>assay ${document.software.version}</dd><dt>Inspectors</dt><dd>${inspectors.join(', ') || 'nobody was named'}</dd><dt>Lot file</dt><dd>sha256 <code>${document.recordsSha256}</code></dd></dl>
</section>`
}

function gaugeTable(gauges: ReleaseView['gauges']): Markup {
  const share = ({ count, of }: { readonly count: number; readonly of: number }) => `${count} of ${of}`
  const percent = (value: number | null) => (value === null ? 'unknown' : `${(100 * value).toFixed(1)} %`)
  const kappa = (value: number | null) => value?.toFixed(3) ?? 'not defined'
  return markup`<h3>Gauge studies</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Gauge studies"><table><thead><tr><th scope="col">Study</th><th scope="col">Who</th><th scope="col" class="number">Bad, passed</th><th scope="col" class="number">at most</th><th scope="col" class="number">Good, refused</th><th scope="col" class="number">Not judged</th><th scope="col" class="number">Always right</th><th scope="col" class="number">Kappa with truth</th><th scope="col" class="number">with itself</th></tr></thead><tbody>
${gauges.map(({ gauge, rig, otherNames, station, at, unfit, appraised }) =>
  appraised.map(
    (one, i) =>
      markup`<tr>${i === 0 ? markup`<th scope="row">${gauge}, ${at.slice(0, 10)}, ${station}</th>` : markup`<td></td>`}<td${i === 0 ? markup` class="${unfit.length === 0 ? 'pass' : 'fail'}"` : null}>${i === 0 ? `rig ${rig}${otherNames}: ${unfit.length === 0 ? 'fit' : 'not fit'}` : one.appraiser}</td><td class="number">${share(one.missed)}</td><td class="number">${percent(one.missed.high)}</td><td class="number">${share(one.falseAlarms)}</td><td class="number">${share(one.unread)}</td><td class="number">${share(one.effectiveness)}</td><td class="number">${kappa(one.truthKappa)}</td><td class="number">${kappa(one.withinKappa)}</td></tr>\n`,
  ),
)}</tbody></table></div>
<p class="soft">Known cards, in every trial; shares count cards, as often as each was ever called so. «At most» is the exact upper bound, 95 % one-sided.</p>`
}

function journalSection({ extract, document }: ReleaseView): Markup {
  return markup`<section class="flows" aria-labelledby="journal"><h2 id="journal">From the journal</h2>
<p>Everything about this lot but its inspections. The journal had ${document.head.size} entries, the last at ${document.head.at}; root <code>${document.head.root}</code>.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Entries of the journal"><table><thead><tr><th scope="col" class="number">Entry</th><th scope="col">Time (UTC)</th><th scope="col">What</th><th scope="col">Who</th><th scope="col">Says</th></tr></thead><tbody>
${extract.map(({ index, at, kind, who, says }) => markup`<tr><td class="number">${index}</td><td class="whole">${at.slice(0, 19).replace('T', ' ')}</td><td class="whole">${kind}</td><td>${who ?? ''}</td><td>${says}</td></tr>\n`)}</tbody></table></div></section>`
}
