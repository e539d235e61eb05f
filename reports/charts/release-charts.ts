import type { Placement } from '../../harness/lots/release/lot-series.ts'
import type { ReleaseView } from '../../harness/lots/release/release-view.ts'
import { type Markup, markup } from '../markup.ts'
import { chartFrame, lineThrough, plot, px, type Scale, scale } from './chart.ts'

const percent = (value: number) => `${Number((100 * value).toFixed(1))} %`
const across = (low: number, high: number) => scale(low, high, plot.left, plot.right)
const upwards = (low: number, high: number) => scale(low, high, plot.bottom, plot.top)

/** How likely the plan accepts a lot, by how many of its units are bad. */
export function operatingChart(points: ReleaseView['operating'], bad: number | null): Markup | null {
  if (points.length < 2) return null
  const x = across(0, points.at(-1)!.bad)
  const y = upwards(0, 1)
  const line = lineThrough(points.map(point => [x.place(point.bad), y.place(point.accepted)] as const))
  const at =
    bad === null
      ? null
      : points.reduce((best, one) => (Math.abs(one.bad - bad) < Math.abs(best.bad - bad) ? one : best))
  const said = at === null ? '' : ` With ${at.bad} bad units it is accepted with ${percent(at.accepted)}.`
  return chartFrame(
    `Operating characteristic: how likely the plan accepts the lot, by its number of bad units.${said}`,
    { scale: x, title: 'bad units among those drawn from' },
    { scale: y, title: 'accepted', format: percent },
    markup`<path class="line" d="${line}"/>${at === null ? null : markup`<path class="limit" d="M${px(x.place(at.bad))} ${plot.bottom}V${px(y.place(at.accepted))}"/><circle class="point" cx="${px(x.place(at.bad))}" cy="${px(y.place(at.accepted))}" r="3.5"/><text class="note" x="${px(x.place(at.bad) + 7)}" y="${px(y.place(at.accepted) - 5)}">${at.bad} bad: ${percent(at.accepted)}</text>`}`,
  )
}

/** So many points are drawn one by one; of more, the least and the most of each column. */
const mostPoints = 240

/** One measured value over the lot's inspections in their order, with control limits and the product's own. */
export function individualsPlot({
  values,
  min,
  max,
  unit,
  name,
  of,
  where,
  chart,
}: Omit<ReleaseView['series'][number], 'station' | 'values' | 'entries'> & {
  /** «at sealed» */
  readonly where: string
  readonly values: readonly number[]
}): Markup {
  const limits = [min, max].filter(limit => limit !== null)
  const all = [...limits, chart.upper, chart.lower]
  // Not spread: a large lot has more values than a call may have arguments.
  const least = values.reduce((a, b) => Math.min(a, b), Math.min(...all))
  const most = values.reduce((a, b) => Math.max(a, b), Math.max(...all))
  const x = across(1, values.length)
  const y = upwards(least, most)
  const isDense = values.length > mostPoints
  const at = (value: number, i: number) => [x.place(i + 1), y.place(value)] as const
  const across_ = (value: number) => `M${plot.left} ${px(y.place(value))}H${plot.right}`
  const first = chart.signals.filter(
    ({ rule, at: place }) => chart.signals.find(one => one.rule === rule)?.at === place,
  )
  const beyond = chart.signals.filter(({ rule }) => rule === 1).length
  return chartFrame(
    `${name} of ${of} ${where}: ${values.length} values, mean ${short(chart.mean)}, control limits ${short(chart.lower)} to ${short(chart.upper)} ${unit}; ${beyond} beyond them.`,
    { scale: x, title: `${values.length} inspections ${where}, in their order` },
    { scale: y, title: unit },
    markup`${isDense ? markup`<path class="band" d="${columns(values, at)}"/>` : markup`<path class="line thin" d="${lineThrough(values.map(at))}"/>`}<path class="mean" d="${across_(chart.mean)}"/><path class="limit" d="${across_(chart.upper)}${across_(chart.lower)}"/>${limits.map(limit => markup`<path class="bound" d="${across_(limit)}"/>`)}${first.map(
      signal => {
        const [cx, cy] = at(values[signal.at]!, signal.at)
        return markup`<circle class="signal" cx="${px(cx)}" cy="${px(cy)}" r="4.5"/>`
      },
    )}`,
  )
}

const short = (value: number) => String(Number(value.toPrecision(3)))

/** Least and most of each column of consecutive values, as one stroke each. */
function columns(values: readonly number[], at: (value: number, i: number) => readonly [number, number]): string {
  const width = Math.ceil(values.length / mostPoints)
  return Array.from({ length: Math.ceil(values.length / width) }, (_, i) => {
    const its = values.slice(i * width, (i + 1) * width)
    const [x, top] = at(Math.max(...its), i * width)
    const [, bottom] = at(Math.min(...its), i * width)
    return `M${px(x)} ${px(top)}V${px(Math.max(bottom, top + 0.8))}`
  }).join('')
}

/** The share of inspections that did not pass at once, group by group. */
export function sharePlot({ chart, size, station }: NonNullable<ReleaseView['share']>): Markup {
  const { points, mean, signals } = chart
  const x = across(1, points.length)
  const y = upwards(0, Math.max(0.02, ...points.flatMap(({ share, upper }) => [share, upper])))
  const of = (pick: (point: (typeof points)[number]) => number) =>
    lineThrough(points.map((point, i) => [x.place(i + 1), y.place(pick(point))] as const))
  return chartFrame(
    `Share of units that did not pass at once at ${station}: ${points.length} groups of ${size}, mean ${percent(mean)}; ${signals.length} beyond their limits.`,
    { scale: x, title: `groups of ${size} inspections at ${station}, in their order` },
    { scale: y, title: 'not passed at once', format: percent },
    markup`<path class="line" d="${of(({ share }) => share)}"/><path class="mean" d="M${plot.left} ${px(y.place(mean))}H${plot.right}"/><path class="limit" d="${of(({ upper }) => upper)}"/>${signals.map(at => markup`<circle class="signal" cx="${px(x.place(at + 1))}" cy="${px(y.place(points[at]!.share))}" r="4.5"/>`)}`,
  )
}

/**
 * Where stickers sat, as one looks at the card: how far to the right and up from their place, a millimetre as long on both axes, the
 * limit a circle. Dots that fall on each other are drawn once.
 */
export function placementPlot({ points, maxShiftMm, of, station }: Placement): Markup {
  const far = points.map(([x, y]) => Math.hypot(x, y))
  const farthest = far.reduce((a, b) => Math.max(a, b), 0)
  // Not spread: a large lot has more points than a call may have arguments.
  const reach = points.reduce((most, [x, y]) => Math.max(most, Math.abs(x), Math.abs(y)), maxShiftMm ?? 0)
  const up = upwards(-reach, reach)
  const pxPerMm = up.place(0) - up.place(1)
  const middle = (plot.left + plot.right) / 2
  const step = up.ticks[1]! - up.ticks[0]!
  const most = Math.floor((plot.right - middle) / pxPerMm / step)
  const right: Scale = {
    ticks: Array.from({ length: 2 * most + 1 }, (_, i) => Number(((i - most) * step).toPrecision(12))),
    place: value => middle + value * pxPerMm,
  }
  const dots = new Set(points.map(([x, y]) => `M${Math.round(right.place(x))} ${Math.round(up.place(-y))}h0`))
  const out = maxShiftMm === null ? 0 : far.filter(one => one > maxShiftMm).length
  const mean = (i: 0 | 1) => points.reduce((sum, point) => sum + point[i], 0) / points.length
  const [cx, cy] = [px(right.place(0)), px(up.place(0))]
  return chartFrame(
    `Placement of ${of} at ${station}: ${points.length} photographs, on average ${short(mean(0))} mm to the right and ${short(-mean(1))} mm up, at most ${short(farthest)} mm from its place; ${maxShiftMm === null ? 'no limit' : `${out} beyond the limit of ${maxShiftMm} mm`}.`,
    { scale: right, title: `${of} at ${station}: mm to the right of its place` },
    { scale: up, title: 'mm up' },
    markup`<path class="mean" d="M${plot.left} ${cy}H${plot.right}M${cx} ${plot.top}V${plot.bottom}"/><path class="dots" d="${[...dots].join('')}"/>${maxShiftMm === null ? null : markup`<circle class="bound" cx="${cx}" cy="${cy}" r="${px(maxShiftMm * pxPerMm)}"/>`}`,
  )
}
