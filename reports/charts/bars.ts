import { type Markup, markup } from '../markup.ts'
import { px } from './chart.ts'

/** The longest are shown; of the rest, how many there are. */
const mostBars = 12
const rowPx = 22

/** Counts as bars, the largest first (a Pareto chart). @param label what they count */
export function barsPlot(label: string, bars: readonly { readonly label: string; readonly count: number }[]): Markup {
  const shown = bars.slice(0, mostBars)
  const height = shown.length * rowPx + 8
  const most = shown[0]!.count
  return markup`<svg class="chart pareto" viewBox="0 0 480 ${height}" role="img" aria-label="${`${label}: ${shown.map(one => `${one.label} ${one.count}`).join('; ')}${bars.length > mostBars ? `; and ${bars.length - mostBars} more` : ''}.`}">
${shown.map(
  (one, i) =>
    markup`<text class="tick end" x="186" y="${i * rowPx + 17}">${one.label}</text><rect class="bar" x="194" y="${i * rowPx + 6}" width="${px((one.count / most) * 240)}" height="14"/><text class="note" x="${px(200 + (one.count / most) * 240)}" y="${i * rowPx + 17}">${one.count}</text>`,
)}</svg>`
}
