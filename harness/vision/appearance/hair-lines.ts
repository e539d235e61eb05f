import { lineMeans } from '../../imaging/line-means.ts'
import { ranked } from '../../imaging/quantile.ts'
import type { RectMm } from '../../products/profile.ts'
import { isBrushed } from './brushed.ts'
import { boxSum, type Field, halved, lessMean } from './local-means.ts'
import { toneOf } from './surface-maps.ts'
import type { SurfaceView } from './surface-view.ts'

/** A straight line too fine or too faint to be seen at any one place of it: a hair scratch, a slit, the edge of a film. */
export interface HairLine {
  /** mm from the surface's top left corner. */
  readonly rect: RectMm
  /** How far it stands out, as a multiple of {@link MOST}. */
  readonly strength: number
  readonly isBright: boolean
}

/** Brushing runs along the rows: each place is compared with its own row over so many mm to each side. */
const ROW_MM = 2
/** The spread about each place is taken over so many mm to each side. */
const SPREAD_MM = 6
/** No surface is quieter than this, natural logarithm. */
const LEAST_SPREAD = 0.03
/** One place counts no more than so many times the spread: a dot is no line. */
export const MOST_ONE = 3
/** Light falls off along a rim. */
const RIM_MM = 3
/** Such a line is longer than the strokes of letters, and than crumbs. */
const LENGTH_MM = 9
const SLOPES = 12
/** Lines of a direction scatter at least so much. */
const LEAST_SCATTER = 0.15
/** From the 90th percentile of distances to the standard deviation of a normal distribution. */
export const SPREADS = 1 / 1.645
const SAMPLED = 5
const ASIDE_PX = 3
/** A line moves little from one end to the next. */
const ENDS_PX = 2
/** Of 20 photographs of good cards none has more than 0.85 of it, and of the virtual rig's none more than half. */
const MOST = 9.5

/**
 * The darkest and the brightest straight line of a surface. On one that is not brushed (lacquer, anodised metal, plastic) wear itself
 * draws bright ones, and they are left out.
 * @param even the surface evened, where that was done already
 */
export function hairLines(view: SurfaceView, even = evened(view)): HairLine[] {
  const samples = halved(even)
  const length = Math.round((LENGTH_MM * view.pixelsPerMm) / 2)
  const { width, height, data } = samples
  const rim = Math.round((RIM_MM * view.pixelsPerMm) / 2)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const isInside = Math.min(x, width - 1 - x, y, height - 1 - y) >= rim
      data[i] = isInside ? Math.max(-MOST_ONE, Math.min(MOST_ONE, data[i]!)) : 0
    }
  const best = [false, ...(isBrushed(view) ? [true] : [])].map(isBright => ({
    isBright,
    strength: 0,
    end: 0,
    step: [1, 0] as readonly number[],
  }))
  const some = new Float32Array(Math.ceil(data.length / SAMPLED))
  const lines = new Float32Array(data.length)
  for (const { step, means } of lineMeans(samples, length, SLOPES)) {
    lines.fill(0)
    // Bands of light are broader: a line is compared with those on both sides of it.
    const aside = step[1] === 1 ? ASIDE_PX : ASIDE_PX * width
    for (let i = aside; i < lines.length - aside; i += ENDS_PX)
      lines[i] = weaker(means[i]!, means[i]! - (means[i - aside]! + means[i + aside]!) / 2)
    const scatter = Math.max(LEAST_SCATTER, SPREADS * usual(lines, aside, some))
    let [low, high] = [0, 0]
    for (let i = aside; i < lines.length - aside; i += ENDS_PX) {
      if (lines[i]! < lines[low]!) low = i
      else if (lines[i]! > lines[high]!) high = i
    }
    for (const one of best) {
      const end = one.isBright ? high : low
      const strength = Math.abs(lines[end]!) / scatter / MOST
      if (strength > one.strength) Object.assign(one, { strength, end, step })
    }
  }
  const mm = (px: number) => (2 * px) / view.pixelsPerMm
  return best.map(({ isBright, strength, end, step }) => {
    const [x, y] = [end % width, Math.floor(end / width)]
    const [dx, dy] = step.map(one => one * (length - 1)) as [number, number]
    const rect = {
      x: mm(Math.min(x, x - dx)),
      y: mm(Math.min(y, y - dy)),
      width: mm(Math.abs(dx) + 1),
      height: mm(Math.abs(dy) + 1),
    }
    return { rect, strength, isBright }
  })
}

/** The distance from 0 that nine in ten means do not reach. @param into long enough for the sampled ones */
function usual(means: Float32Array, first: number, into: Float32Array): number {
  let count = 0
  for (let i = first; i < means.length; i += SAMPLED * ENDS_PX) if (means[i] !== 0) into[count++] = Math.abs(means[i]!)
  return count === 0 ? 0 : ranked(into.subarray(0, count), Math.floor(0.9 * count))
}

/** What both say: beside a bright line it is darker than that, and yet no dark one. */
export function weaker(one: number, other: number): number {
  if (one * other <= 0) return 0
  return Math.abs(one) < Math.abs(other) ? one : other
}

/** The surface's brightness, less its row's and over its spread about each place. */
export function evened({ raster, valid, pixelsPerMm }: SurfaceView): Field {
  const px = (mm: number) => Math.round(mm * pixelsPerMm)
  const rowless = lessMean(toneOf(raster, valid), px(ROW_MM), 0)
  const { width, height, data } = rowless
  const around = px(SPREAD_MM)
  const squares = boxSum(
    data.map(one => one * one),
    width,
    height,
    around,
    around,
  )
  const counts = boxSum(new Float32Array(valid), width, height, around, around)
  for (let i = 0; i < data.length; i++)
    if (valid[i] === 1) data[i]! /= Math.max(LEAST_SPREAD, Math.sqrt(squares[i]! / counts[i]!))
  return rowless
}
