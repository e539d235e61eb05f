import type { Homography } from '../../imaging/homography.ts'
import { ranked } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import type { RectMm } from '../../products/profile.ts'
import { PIXELS_PER_MM } from './flat-card.ts'
import { toneOf } from './surface-maps.ts'

/** What lies on one side of an edge and not on the rest of it: dots and letters at a rim, a nick, residue, strokes that look out. */
export interface EdgePlace {
  /** mm in the frame of the outline. */
  readonly rect: RectMm
  /** As a multiple of the most that good cards show. */
  readonly strength: number
  readonly isBright: boolean
}

/** The edge of a card, a sticker or a cover, which light and shadow follow evenly. */
export interface Edge {
  readonly outline: RectMm
  /** Left out at both ends of a side, mm. */
  readonly cornerMm: number
  /** Looked at from so far outside (less than nothing) to so far inside, mm. */
  readonly fromMm: number
  readonly toMm: number
  /** What stands there by right, mm in the frame of the outline. */
  readonly explained: readonly RectMm[]
  readonly most: EdgeLimits
}

/** Scatters of a spot in its row, and its tone, natural logarithm: both. */
interface SpotLimit {
  readonly scatters: number
  readonly tone: number
}

interface EdgeLimits {
  readonly dark: SpotLimit
  /** Null where lamps and wear make bright spots. */
  readonly bright: SpotLimit | null
  /** Scatters of the third darkest spot of a side, a millimetre and more from both others: dust comes alone. */
  readonly third: number
}

/**
 * Of 25 photographs of good sealed and etched cards, without hands and sleeves: at the rim of the card the darkest spot has at most 10.5
 * scatters, the third 7.7; about the sticker 7.3 and 5.8, the brightest 10.7; about the cover 6.1 and 3.8, and 6.4. Limits from the cards of
 * even numbers, whose values are no larger but for the brightest, would be the same.
 */
export const edgeLimits: Readonly<Record<'card' | 'sticker' | 'cover', EdgeLimits>> = {
  card: { dark: { scatters: 14, tone: 0.28 }, bright: null, third: 9.5 },
  sticker: { dark: { scatters: 10, tone: 0.19 }, bright: { scatters: 16, tone: 0.3 }, third: 7.5 },
  cover: { dark: { scatters: 8, tone: 0.15 }, bright: { scatters: 8, tone: 0.16 }, third: 5.5 },
}

/** A spot is the mean of so many samples to each side. */
const SPOT_PX = 1
/** Light changes slowly along an edge: what is usual is the median over so many mm to each side. */
const ALONG_MM = 4
/** No row scatters less, natural logarithm. */
const LEAST_SCATTER = 0.02
/** From the median distance to the standard deviation of a normal distribution. */
const MAD = 1.4826
/** Two spots of one side are so far apart, mm. */
const APART_MM = 1
const SHOWN_MM = 1
const LEAST_SIDE_MM = 2 * ALONG_MM

/** The strongest place along each side. @param mmToPixels from the frame of the outline to the photograph */
export function besideEdge(raster: Raster, mmToPixels: Homography, edge: Edge): EdgePlace[] {
  return stripsOf(edge).map(({ rect, isLevel }) => {
    const along = (mm: number) => Math.round(mm * PIXELS_PER_MM)
    const flat = rectify(raster, mmToPixels, rect, PIXELS_PER_MM)
    const rows = rowsOf(flat, isLevel, explainedIn(rect, flat, edge.explained))
    const length = rows[0]!.length
    const darkest = new Float32Array(length)
    let best = { strength: 0, t: 0, d: 0, isBright: false }
    for (let d = SPOT_PX; d < rows.length - SPOT_PX; d++) {
      const spots = spotsOf(rows, d)
      const scatter = scatterOf(spots)
      for (let t = 0; t < length; t++) {
        const isBright = spots[t]! > 0
        const scatters = Math.abs(spots[t]!) / scatter
        if (!isBright && scatters > darkest[t]!) darkest[t] = scatters
        const most = isBright ? edge.most.bright : edge.most.dark
        if (most === null) continue
        const strength = Math.min(scatters / most.scatters, Math.abs(spots[t]!) / most.tone)
        if (strength > best.strength) best = { strength, t, d, isBright }
      }
    }
    const third = thirdOf(darkest, along(APART_MM))
    if (third.scatters / edge.most.third > best.strength)
      best = { strength: third.scatters / edge.most.third, t: third.t, d: rows.length >> 1, isBright: false }
    const [x, y] = (isLevel ? [best.t, best.d] : [best.d, best.t]).map(px => px / PIXELS_PER_MM - SHOWN_MM / 2) as [
      number,
      number,
    ]
    const shown = { x: rect.x + x, y: rect.y + y, width: SHOWN_MM, height: SHOWN_MM }
    return { rect: shown, strength: best.strength, isBright: best.isBright }
  })
}

interface Strip {
  readonly rect: RectMm
  /** Does the side run along the rows? */
  readonly isLevel: boolean
}

function stripsOf({ outline: { x, y, width, height }, cornerMm, fromMm, toMm }: Edge): Strip[] {
  const deep = toMm - fromMm
  const [wide, high] = [width - 2 * cornerMm, height - 2 * cornerMm]
  const level = (top: number) => ({ rect: { x: x + cornerMm, y: top, width: wide, height: deep }, isLevel: true })
  const upright = (left: number) => ({ rect: { x: left, y: y + cornerMm, width: deep, height: high }, isLevel: false })
  return [
    ...(wide < LEAST_SIDE_MM ? [] : [level(y + fromMm), level(y + height - toMm)]),
    ...(high < LEAST_SIDE_MM ? [] : [upright(x + fromMm), upright(x + width - toMm)]),
  ]
}

/** 1 where a sample of a strip is explained. */
function explainedIn({ x, y }: RectMm, { width, height }: Raster, explained: readonly RectMm[]): Uint8Array {
  const taken = new Uint8Array(width * height)
  for (const one of explained) {
    const at = (mm: number, most: number) => Math.max(0, Math.min(most, Math.round(mm * PIXELS_PER_MM)))
    const [left, right] = [at(one.x - x, width), at(one.x + one.width - x, width)]
    for (let row = at(one.y - y, height); row < at(one.y + one.height - y, height); row++)
      taken.fill(1, row * width + left, row * width + right)
  }
  return taken
}

/** The strip's brightness, a row for each distance from the edge, less what is usual along it; 0 where it is explained. */
function rowsOf(flat: Raster, isLevel: boolean, taken: Uint8Array): Float32Array[] {
  const tone = toneOf(flat, new Uint8Array(flat.width * flat.height).fill(1)).data
  const [length, depth] = isLevel ? [flat.width, flat.height] : [flat.height, flat.width]
  const [along, across] = isLevel ? [1, flat.width] : [flat.width, 1]
  const rows: Float32Array[] = []
  for (let d = 0; d < depth; d++) {
    const row = new Float32Array(length)
    for (let t = 0, i = d * across; t < length; t++, i += along) row[t] = tone[i]!
    takeOffUsual(row)
    for (let t = 0, i = d * across; t < length; t++, i += along) if (taken[i] === 1) row[t] = 0
    rows.push(row)
  }
  return rows
}

/** Takes off the medians around, between which it is straight. */
function takeOffUsual(row: Float32Array): void {
  const reach = Math.round(ALONG_MM * PIXELS_PER_MM)
  const knots: number[] = []
  for (let t = 0; t < row.length + reach; t += reach) {
    const around = row.slice(Math.max(0, Math.min(t, row.length - 1) - reach), t + reach + 1)
    knots.push(ranked(around, around.length >> 1))
  }
  for (let t = 0; t < row.length; t++) {
    const k = Math.floor(t / reach)
    const share = t / reach - k
    row[t]! -= knots[k]! * (1 - share) + knots[k + 1]! * share
  }
}

/** The mean of the samples around each place of a row. */
function spotsOf(rows: readonly Float32Array[], d: number): Float32Array {
  const { length } = rows[d]!
  const sums = new Float32Array(length)
  for (let k = d - SPOT_PX; k <= d + SPOT_PX; k++) {
    const row = rows[k]!
    for (let t = 0; t < length; t++) sums[t]! += row[t]!
  }
  const spots = new Float32Array(length)
  for (let t = SPOT_PX; t < length - SPOT_PX; t++) {
    let sum = 0
    for (let j = t - SPOT_PX; j <= t + SPOT_PX; j++) sum += sums[j]!
    spots[t] = sum / (2 * SPOT_PX + 1) ** 2
  }
  return spots
}

function scatterOf(spots: Float32Array): number {
  const sizes = spots.slice()
  for (let t = 0; t < sizes.length; t++) sizes[t] = Math.abs(sizes[t]!)
  return Math.max(LEAST_SCATTER, MAD * ranked(sizes, sizes.length >> 1))
}

/** Of spots that lie apart, the third darkest. */
function thirdOf(darkest: Float32Array, apart: number): { readonly scatters: number; readonly t: number } {
  const left = darkest.slice()
  let third = 0
  for (let k = 0; k < 3; k++) {
    third = 0
    for (let t = 1; t < left.length; t++) if (left[t]! > left[third]!) third = t
    if (k < 2) left.fill(0, Math.max(0, third - apart), third + apart + 1)
  }
  return { scatters: left[third]!, t: third }
}
