import type { GalleryView } from '../../harness/lots/yield/gallery-view.ts'
import type { Yield } from '../../harness/lots/yield/yield.ts'
import { barsPlot } from '../charts/bars.ts'
import { type Markup, markup } from '../markup.ts'
import { htmlPage, wideTable } from '../page.ts'
import { releaseStyle } from '../release/release-style.ts'

export interface GalleryOptions {
  readonly version: string
  /** Whose journal it is. */
  readonly place: string
  /** Where a file of a run's folder is reached from the page; null where it is not there. */
  readonly linkOf: (out: string) => string | null
}

/** Runs that are listed at most, the newest: of a year's work the rest is in the journal. */
const mostRuns = 300

/** Stands in every such page, and in no other file of ours. */
export const galleryMark = '<h1 id="gallery">Runs and lots</h1>'

/** Past lots and runs of a workplace, and its yield. Derives everything from the journal. */
export function galleryPage(view: GalleryView, { version, place, linkOf }: GalleryOptions): string {
  const { entries, from, to, lots, runs, gauges, yields } = view
  return htmlPage(
    { title: `Runs and lots of ${place}`, style: releaseStyle, version },
    markup`<main>
<section class="flows" aria-labelledby="gallery"><div class="head"><h1 id="gallery">Runs and lots</h1><span>${place}</span></div>
<p>${from === null ? 'The journal is empty.' : `By ${entries} entries of the journal, ${minute(from)} to ${minute(to!)} UTC.`}</p></section>
${lotSection(lots)}
${yieldSection(yields)}
${gaugeSection(gauges)}
<section class="flows" aria-labelledby="runs"><h2 id="runs">Runs on rigs</h2>
${
  runs.length === 0
    ? markup`<p>No run was begun on a rig.</p>`
    : wideTable(
        'Runs',
        ['Begun (UTC)', 'Rig', 'Lot', 'Station', 'By', '#Looks', '#Units', '#Passed', 'How it ended', 'Results'],
        runs.slice(0, mostRuns).map(run => {
          const link = run.out === null ? null : linkOf(run.out)
          return markup`<tr><th scope="row" class="whole">${minute(run.at)}</th><td>${run.rig}</td><td${inOneLine(run.lot)}>${run.lot ?? ''}</td><td>${run.station ?? ''}</td><td>${run.who ?? 'nobody'}</td><td class="number">${run.looks}</td><td class="number">${run.units}</td><td class="number">${run.passed}</td><td${run.ended === null ? markup` class="open"` : null}>${run.ended ?? 'It has not ended, or broke off.'}</td><td>${link === null ? (run.out ?? '') : markup`<a href="${link}">report</a>`}</td></tr>\n`
        }),
      )
}${runs.length > mostRuns ? markup`<p class="soft">And ${runs.length - mostRuns} older ones.</p>` : null}</section>
</main>`,
  )
}

/** A name stays on one line, but for one that would leave the others no room. */
const inOneLine = (name: string | null) => ((name ?? '').length <= 24 ? markup` class="whole"` : null)

const minute = (iso: string) => iso.slice(0, 16).replace('T', ' ')

function lotSection(lots: GalleryView['lots']): Markup {
  return markup`<section class="flows" aria-labelledby="lots"><h2 id="lots">Lots</h2>
${
  lots.length === 0
    ? markup`<p>No lot was planned or closed.</p>`
    : wideTable(
        'Lots',
        ['Lot', 'Decision', 'Closed (UTC)', 'Signed by', 'Manifest'],
        lots.map(({ lot, rehearsal, plannedAt, closed, before, since, signed }) => {
          const word = closed === null ? 'not closed' : closed.decision
          const isOpen =
            word === 'RELEASED' &&
            (rehearsal || !['inspector', 'releaser'].every(as => signed.some(one => one.endsWith(` as ${as}`))))
          const isLeft = word === 'RELEASED' && since !== null
          const look = isLeft && since.isBad ? 'fail' : isOpen || isLeft ? 'open' : (classOf[word] ?? 'open')
          const more = [
            ...(isOpen ? [rehearsal ? 'as a rehearsal' : 'if it is signed'] : []),
            ...(isLeft
              ? [
                  `but since then the journal has ${since.entries} ${since.entries === 1 ? 'entry' : 'entries'} about it (the first one ${since.first}): assay lot verify FOLDER --journal says what it comes to`,
                ]
              : []),
            ...(before.length === 0 ? [] : [`closed before as ${before.join(', ')}`]),
          ]
          return markup`<tr><th scope="row"${inOneLine(lot)}>${lot}${rehearsal ? markup` <small>(rehearsal)</small>` : null}</th><td class="${look}">${word}${more.length === 0 ? null : `, ${more.join('; ')}`}</td><td class="whole">${closed === null ? `planned ${plannedAt === null ? 'never' : minute(plannedAt)}` : minute(closed.at)}</td><td>${closed === null ? '' : signed.join(', ') || 'nobody yet'}</td><td>${closed === null ? null : markup`<code>${closed.manifestSha256.slice(0, 16)}</code>`}</td></tr>\n`
        }),
      )
}</section>`
}

const classOf: Readonly<Record<string, string>> = { RELEASED: 'pass', HELD: 'open', REJECTED: 'fail' }

function gaugeSection(gauges: GalleryView['gauges']): Markup | null {
  if (gauges.length === 0) return null
  return markup`<section class="flows" aria-labelledby="gauges"><h2 id="gauges">Gauge studies</h2>${wideTable(
    'Gauge studies',
    ['Study', 'Rig', 'Station', 'Result', '#Bad, passed', '#Good, refused'],
    gauges.map(({ gauge, at, rig, station, unfit, appraised: [its] }) => {
      const { missed, falseAlarms } = its!
      return markup`<tr><th scope="row">${gauge}, ${at.slice(0, 10)}</th><td>${rig}</td><td>${station}</td><td class="${unfit.length === 0 ? 'pass' : 'fail'}">${unfit.length === 0 ? 'fit' : unfit.join('; ')}</td><td class="number">${missed.count} of ${missed.of}</td><td class="number">${falseAlarms.count} of ${falseAlarms.of}</td></tr>\n`
    }),
  )}</section>`
}

/** What is looked at and counts for no yield. */
export const knownSentence = (known: number): string =>
  `${known} more ${known === 1 ? 'inspection was of a decoy or a card' : 'inspections were of decoys and cards'} of a gauge study, which ${known === 1 ? 'is' : 'are'} no production.`

function yieldSection({ by, rows, findings, unknown, known }: Yield): Markup {
  const share = (count: number, of: number) => `${((100 * count) / of).toFixed(1)} %`
  return markup`<section class="flows" aria-labelledby="yield"><h2 id="yield">Yield</h2>
${
  rows.length === 0
    ? markup`<p>No unit was inspected.</p>`
    : wideTable(
        'Yield',
        [
          ...(by === 'station' ? [] : [`${by[0]!.toUpperCase()}${by.slice(1)}`]),
          'Station',
          '#Units',
          '#Passed at once',
          '#First-pass yield',
          '#Passed',
          '#Final yield',
          '#Attempts',
        ],
        rows.map(
          ({ group, station, units, first, final, attempts }) =>
            markup`<tr>${by === 'station' ? null : markup`<th scope="row"${inOneLine(group)}>${group}</th>`}<td>${station}</td><td class="number">${units}</td><td class="number">${first.PASS}</td><td class="number">${share(first.PASS, units)}</td><td class="number">${final.PASS}</td><td class="number">${share(final.PASS, units)}</td><td class="number">${attempts}</td></tr>\n`,
        ),
      )
}
${
  findings.length === 0
    ? markup`<p>No unit failed a check.</p>`
    : markup`<figure>${barsPlot(
        'What units failed',
        findings.map(({ check, station, units }) => ({ label: `${check}, ${station}`, count: units })),
      )}<figcaption>Units that failed a check at a station, at any attempt.</figcaption></figure>`
}
${unknown === 0 ? null : markup`<p>In ${unknown} more inspections no unit was recognised.</p>`}${known === 0 ? null : markup`<p>${knownSentence(known)}</p>`}</section>`
}
