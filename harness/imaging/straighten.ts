import { weight0, weight1, weight2, weight3 } from './catmull-rom.ts'
import { bendAt, type LensTerms } from './lens.ts'
import type { Raster, SizePx } from './raster.ts'

/** A channel at or above this level has no more to tell. */
export const clippedLevel = 253
/** The brightest that a correction may make of what was not clipped. */
export const brightest = clippedLevel - 1

/** Into so many spans is a line parted; a lens bends so little within one that places in it lie evenly. */
const spansPerLine = 96
/** Places are integers in parts of a pixel, and samples are weighed in the nearest of so many phases between two pixels. */
const [placeBits, phaseBits, weightBits] = [15, 8, 14]
const perPlace = 1 << placeBits
const halfPhase = 1 << (placeBits - phaseBits - 1)
const halfWeight = 1 << (weightBits - 1)
/** A place that is not found by then is one at which the lens folds the picture over: nobody's. */
const mostTurns = 20
/** Samples that a row or a column is continued by on both sides, so that each of its places has four. */
const [before, after] = [1, 2]

/** The weights of the four samples around a place, phase by phase. */
const [weights0, weights1, weights2, weights3] = [weight0, weight1, weight2, weight3].map(weight =>
  Int32Array.from({ length: 1 << phaseBits }, (_, phase) =>
    Math.round(weight(phase / (1 << phaseBits)) * (1 << weightBits)),
  ),
) as [Int32Array, Int32Array, Int32Array, Int32Array]

/**
 * Puts every pixel where it would be without the lens, read between its sixteen neighbours: every row along itself first,
 * then across the rows. What was clipped next to its place stays so, and nothing else becomes so.
 */
export function straighten(picture: Raster, lens: LensTerms): Raster {
  const { width, height, channels } = picture
  const stride = width * channels
  const rows = alongRows(picture, lens)
  const data = new Uint8Array(height * stride)
  const places = new Int32Array(width)
  for (let y = 0; y < height; y++) {
    follow(places, height - 1, x => placeAcross(lens, picture, x, y))
    blend({ from: rows, perPlace: stride, perPixel: channels, apart: stride }, places, channels, data, y * stride)
  }
  return { width, height, channels, data }
}

/** Every row with its pixels moved sideways only, to above or below where they belong; rows repeated before and after. */
function alongRows(picture: Raster, lens: LensTerms): Uint8Array {
  const { width, height, channels, data } = picture
  const stride = width * channels
  const rows = new Uint8Array((before + height + after) * stride)
  const row = new Uint8Array((before + width + after) * channels)
  const places = new Int32Array(width)
  for (let y = 0; y < height; y++) {
    row.set(data.subarray(y * stride, (y + 1) * stride), before * channels)
    repeatEnds(row, width, channels)
    follow(places, width - 1, x => placeAlong(lens, picture, x, y))
    const samples = { from: row, perPlace: channels, perPixel: 0, apart: channels }
    blend(samples, places, channels, rows, (before + y) * stride)
  }
  repeatEnds(rows, height, stride)
  return rows
}

/** Of `count` pieces of a length, with room before and after. */
function repeatEnds(pieces: Uint8Array, count: number, length: number): void {
  const last = before + count - 1
  for (let i = 0; i < before; i++) pieces.copyWithin(i * length, before * length, (before + 1) * length)
  for (let i = 1; i <= after; i++) pieces.copyWithin((last + i) * length, last * length, (last + 1) * length)
}

/** In which row of the picture, counted from the first one's middle, that stands what belongs to the pixel (x, y). */
function placeAcross(lens: LensTerms, size: SizePx, x: number, y: number): number {
  const dy = y + 0.5 - lens.centrePx[1]
  return lens.centrePx[1] + bendAt(lens, size, x + 0.5 - lens.centrePx[0], dy) * dy - 0.5
}

/** In which column of the picture's row `y` that stands which belongs to column `x`, whatever row it belongs to. */
function placeAlong(lens: LensTerms, size: SizePx, x: number, y: number): number {
  const dx = x + 0.5 - lens.centrePx[0]
  const seen = y + 0.5 - lens.centrePx[1]
  let by = bendAt(lens, size, dx, seen)
  for (let turns = 0; turns < mostTurns; turns++) {
    const better = bendAt(lens, size, dx, seen / by)
    const isFound = Math.abs(better - by) < 4e-6
    by = better
    if (isFound) break
  }
  return lens.centrePx[0] + by * dx - 0.5
}

/** Places of a whole line, exact where spans meet and even between; kept within 0 and `last`. */
function follow(places: Int32Array, last: number, exactly: (x: number) => number): void {
  const most = last * perPlace
  const span = Math.max(1, Math.round(places.length / spansPerLine))
  let to = Math.round(exactly(0) * perPlace) | 0
  for (let start = 0; start < places.length; start += span) {
    let at = to
    to = Math.round(exactly(start + span) * perPlace) | 0
    const step = Math.round((to - at) / span) | 0
    const end = Math.min(places.length, start + span)
    for (let x = start; x < end; x++) {
      places[x] = (at < 0 ? 0 : at > most ? most : at) + halfPhase
      at = (at + step) | 0
    }
  }
}

/** Where samples lie: first of those of a place and a pixel, and how far one is from the next. */
interface Samples {
  readonly from: Uint8Array
  readonly perPlace: number
  readonly perPixel: number
  readonly apart: number
}

/** A line of pixels, each between the four samples around its place. */
function blend(
  { from, perPlace, perPixel, apart }: Samples,
  places: Int32Array,
  channels: number,
  into: Uint8Array,
  at: number,
): void {
  const phases = (1 << phaseBits) - 1
  for (let x = 0; x < places.length; x++) {
    const place = places[x]!
    const phase = (place >> (placeBits - phaseBits)) & phases
    const w0 = weights0[phase]!
    const w1 = weights1[phase]!
    const w2 = weights2[phase]!
    const w3 = weights3[phase]!
    const i = Math.imul(place >> placeBits, perPlace) + Math.imul(x, perPixel)
    into[at++] = between(from, i, apart, w0, w1, w2, w3)
    if (channels === 1) continue
    into[at++] = between(from, i + 1, apart, w0, w1, w2, w3)
    into[at++] = between(from, i + 2, apart, w0, w1, w2, w3)
  }
}

/** Of four samples, whose weights they are; a clipped one among the inner two is what it is. */
function between(from: Uint8Array, i: number, apart: number, w0: number, w1: number, w2: number, w3: number): number {
  const left = from[i + apart]!
  const right = from[i + 2 * apart]!
  if (left >= clippedLevel || right >= clippedLevel) return left > right ? left : right
  const outer = Math.imul(w0, from[i]!) + Math.imul(w3, from[i + 3 * apart]!)
  const level = (Math.imul(w1, left) + Math.imul(w2, right) + outer + halfWeight) >> weightBits
  return level < 0 ? 0 : level > brightest ? brightest : level
}
