import type { ReleaseView } from '../../harness/lots/release/release-view.ts'
import { type Markup, markup } from '../markup.ts'
import { becomes } from './lot-test.ts'

/** So many units stand in the table one by one; of more, those with something to say, and the serials of the others. */
const mostListed = 400

/** Every unit: where it was seen, with which result, and what became of it. */
export function unitsSection({ decided, cases, document }: ReleaseView): Markup {
  const { units } = decided
  const stations = [...new Set(cases.map(({ station }) => station))]
  const byUnit = Map.groupBy(cases, ({ unit }) => unit)
  const isPlain = ({ unit, fate }: (typeof units)[number]) =>
    fate === 'shipped' && byUnit.get(unit)!.every(({ verdict, attempts }) => verdict === 'PASS' && attempts === 1)
  const plain = units.length > mostListed ? units.filter(isPlain) : []
  const listed = plain.length === 0 ? units : units.filter(unit => !isPlain(unit))
  return markup`<section aria-labelledby="units"><h2 id="units">Units</h2>
${plain.length === 0 ? null : markup`<p>${plain.length} units passed at every station at the first attempt, and ${document.decision === 'RELEASED' ? 'ship' : 'would ship'}: they are listed below. These have more to say:</p>`}
<div class="scroll" tabindex="0" role="region" aria-label="Table of units"><table><thead><tr><th scope="col">Unit</th><th scope="col">Becomes</th>${stations.map(station => markup`<th scope="col">${station}</th>`)}<th scope="col">Because</th></tr></thead><tbody>
${listed.map(({ unit, fate, isDrawn, verdict }) => {
  const its = byUnit.get(unit) ?? []
  const worst = verdict === 'PASS' ? undefined : its.find(one => one.verdict === verdict)
  return markup`<tr><th scope="row">${unit}</th><td>${becomes(fate, document)}${isDrawn ? ' (drawn)' : its.some(({ decoyAt }) => decoyAt !== null) ? ' (decoy)' : ''}</td>${stations.map(
    station => {
      const here = its.find(one => one.station === station)
      if (here === undefined) return markup`<td>–</td>`
      const { verdict: at, attempts } = here
      return markup`<td class="${at ?? 'never'}">${at ?? 'never seen'}${attempts > 1 ? markup` <small>(attempt ${attempts})</small>` : null}</td>`
    },
  )}<td>${worst?.because ?? ''}</td></tr>\n`
})}</tbody></table></div>
${plain.length === 0 ? null : plainUnits(plain.map(({ unit }) => unit))}
</section>`
}

/** One text, laid out when somebody opens it or prints: ten thousand places of their own took longer than all else of the page. */
const plainUnits = (serials: readonly string[]): Markup =>
  markup`<details><summary>The ${serials.length} units that passed everything at once</summary>\n<p class="serials">${serials.join(' ')}</p></details>`
