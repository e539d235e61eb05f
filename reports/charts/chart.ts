import { type Markup, markup } from '../markup.ts'

/*
 * Charts as static SVG, written by hand: four kinds need no library and no DOM. Lines are told apart by their dashes, so that they
 * can be told in grey; colours come from the page. Same numbers, same bytes.
 */

/** From values to places on an axis. */
export interface Scale {
  readonly ticks: readonly number[]
  place(value: number): number
}

/** An axis from `low` to `high` that ends at round numbers. @param from first place, px, @param to last place */
export function scale(low: number, high: number, from: number, to: number, count = 5): Scale {
  const span = high - low || Math.abs(high) || 1
  const raw = span / count
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = power * ([1, 2, 5].find(one => one * power >= raw) ?? 10)
  const [first, last] = [
    Math.floor(low / step + 1e-9),
    Math.max(Math.floor(low / step + 1e-9) + 1, Math.ceil(high / step - 1e-9)),
  ]
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
  const [start, end] = [first * step, last * step]
  return { ticks, place: value => from + ((value - start) / (end - start)) * (to - from) }
}

/** A place as it stands in the file, a hundredth of a pixel fine. */
export const px = (place: number): string => String(Number(place.toFixed(2)))

/** A line through points. */
export const lineThrough = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('')

/** Where the plot lies in its picture, px. */
export const plot = { width: 480, height: 220, left: 54, right: 464, top: 14, bottom: 178 } as const

export interface Axis {
  readonly scale: Scale
  readonly title: string
  readonly format?: (value: number) => string
}

/** A picture with axes around `content`. @param label what it shows, for whoever cannot see it */
export function chartFrame(label: string, x: Axis, y: Axis, content: Markup): Markup {
  const { width, height, left, right, top, bottom } = plot
  const shown = (axis: Axis, value: number) => axis.format?.(value) ?? String(value)
  return markup`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
${y.scale.ticks.map(tick => markup`<path class="grid" d="M${left} ${px(y.scale.place(tick))}H${right}"/><text class="tick end" x="${left - 6}" y="${px(y.scale.place(tick) + 3.5)}">${shown(y, tick)}</text>`)}
${x.scale.ticks.map(tick => markup`<path class="axis" d="M${px(x.scale.place(tick))} ${bottom}v4"/><text class="tick middle" x="${px(x.scale.place(tick))}" y="${bottom + 16}">${shown(x, tick)}</text>`)}
<path class="axis" d="M${left} ${top}V${bottom}H${right}"/>
<text class="title middle" x="${(left + right) / 2}" y="${height - 8}">${x.title}</text>
<text class="title middle" transform="translate(12 ${(top + bottom) / 2}) rotate(-90)">${y.title}</text>
${content}</svg>`
}
