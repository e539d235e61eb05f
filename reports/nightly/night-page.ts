import type { Night, NightStep } from '../../harness/lots/nightly/night.ts'
import { individualsPlot } from '../charts/release-charts.ts'
import { markup } from '../markup.ts'
import { htmlPage, wideTable } from '../page.ts'
import { releaseStyle } from '../release/release-style.ts'

const words: Readonly<Record<NightStep['state'], readonly [word: string, style: string]>> = {
  good: ['good', 'pass'],
  doubt: ['look at it', 'open'],
  bad: ['BAD', 'fail'],
  'left-out': ['left out', ''],
}

/** What a night said of a rig, as a page. */
export function nightPage(night: Night, state: NightStep['state']): string {
  const { rig, product, version, started, ended, steps, trends } = night
  const all = trends.flatMap(({ chart, ...rest }) => (chart === null ? [] : [{ ...rest, chart }]))
  const charted = all.filter(({ chart }) => chart.sigma > 0)
  const still = all.filter(({ chart }) => chart.sigma === 0).map(({ name, of }) => `${name} of ${of}`)
  const [word, decision] =
    state === 'good' ? ['GOOD', 'RELEASED'] : state === 'doubt' ? ['LOOK AT IT', 'HELD'] : ['BAD', 'REJECTED']
  return htmlPage(
    { title: `Night of rig ${rig}: ${word}`, style: releaseStyle, version },
    markup`<main>
<section class="flows" aria-labelledby="night"><div class="head"><h1 id="night">Night of rig ${rig}</h1><span>${product}</span></div>
<div class="verdict ${decision}"><div><strong>${word}</strong><p>${ended === null ? 'The night is not at its end, or broke off: nothing of it has passed.' : `${minute(started)} to ${minute(ended)} UTC.`}</p></div></div>
${wideTable(
  'Parts of the night',
  ['Part', 'Result', 'Because'],
  steps.map(step => {
    const [its, style] = words[step.state]
    return markup`<tr><th scope="row">${step.name}</th><td class="${style}">${its}</td><td>${step.because}</td></tr>\n`
  }),
)}</section>
<section class="flows" aria-labelledby="trends"><h2 id="trends">Trends of the golden card</h2>
<p class="soft">The same card every time: what changes is the rig. Dashed: control limits, three sigmas from the mean moving range (I-MR). Dashes and dots: the mean. A ring marks the first value of each of Nelson's rules that is kept.</p>
${all.length === 0 ? markup`<p>Too few golden cards were seen to draw a chart; it takes eight.</p>` : null}
${still.length === 0 ? null : markup`<p>Never moved: ${still.join(', ')}.</p>`}
<div class="two">${charted.map(
      ({ drift, ...trend }) =>
        markup`<figure>${individualsPlot({ ...trend, min: null, max: null, where: 'of the golden card' })}<figcaption>${trend.name} of ${trend.of}${drift.length === 0 ? '.' : markup`: <strong class="open">${drift.join('; ')}</strong>.`}</figcaption></figure>\n`,
    )}</div></section>
</main>`,
  )
}

const minute = (iso: string) => iso.slice(0, 16).replace('T', ' ')
