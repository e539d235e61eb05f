import { type GreyImage, gaussianBlur, resample } from '../../imaging/grey-image.ts'
import type { LineCrop } from './line-crop.ts'
import { levelLine } from './line-views.ts'
import type { TextBand } from './text-band.ts'

/** Cap height, px, at which strokes are measured: a stroke is then 3 to 6 px wide. */
export const STROKE_CAP = 30
/** Strokes are what a closing of this size (cap heights) fills: wider than a stroke, narrower than a patch of residue. */
const CLOSING = 0.17

/**
 * How dark (or bright) strokes stand on their surroundings, as a part of these: the top-hat of the strip three caps high
 * around the line. Cap line at row {@link STROKE_CAP}, baseline at twice that.
 */
export function strokesOf(crop: LineCrop, band: TextBand): GreyImage {
  let strokes = known.get(band)
  if (strokes === undefined) {
    strokes = topHat(crop, band)
    known.set(band, strokes)
  }
  return strokes
}

/** A band belongs to one crop; its strokes are asked for several times. */
const known = new WeakMap<TextBand, GreyImage>()

function topHat(crop: LineCrop, band: TextBand): GreyImage {
  const scale = STROKE_CAP / band.capHeightPx
  const { grey } = levelLine(crop, band)
  const window = {
    left: 0,
    top: band.baselineY - 2 * band.capHeightPx,
    width: grey.width,
    height: 3 * band.capHeightPx,
  }
  const strip = gaussianBlur(
    resample(grey, window, Math.max(1, Math.round(grey.width * scale)), 3 * STROKE_CAP),
    STROKE_CAP * 0.035,
  )
  const dark = band.strokes === 'dark' ? strip : negative(strip)
  const radius = Math.round(STROKE_CAP * CLOSING)
  const closed = negated(greatest(negated(greatest(dark, radius)), radius))
  const data = new Float32Array(dark.data.length)
  for (let i = 0; i < data.length; i++) data[i] = 1 - dark.data[i]! / Math.max(8, closed.data[i]!)
  return { width: dark.width, height: dark.height, data }
}

function negative(image: GreyImage): GreyImage {
  const data = new Float32Array(image.data.length)
  for (let i = 0; i < data.length; i++) data[i] = 255 - image.data[i]!
  return { ...image, data }
}

function negated(image: GreyImage): GreyImage {
  const data = new Float32Array(image.data.length)
  for (let i = 0; i < data.length; i++) data[i] = -image.data[i]!
  return { ...image, data }
}

/** Maximum over a (2·radius+1)² window, edges going on. */
function greatest(image: GreyImage, radius: number): GreyImage {
  const { width, height, data } = image
  const between = new Float32Array(data.length)
  const scratch = new Float32Array(2 * (Math.max(width, height) + 2 * radius))
  for (let y = 0; y < height; y++) greatestOfLine(data, between, y * width, 1, width, radius, scratch)
  const out = new Float32Array(data.length)
  for (let x = 0; x < width; x++) greatestOfLine(between, out, x, width, height, radius, scratch)
  return { width, height, data: out }
}

/** Running maximum in three comparisons a sample, whatever the radius (van Herk 1992, Gil and Werman 1993). */
function greatestOfLine(
  source: Float32Array,
  target: Float32Array,
  base: number,
  step: number,
  length: number,
  radius: number,
  scratch: Float32Array,
): void {
  const size = 2 * radius + 1
  const padded = length + 2 * radius
  const last = length - 1
  for (let i = 0; i < padded; i++) {
    const k = i - radius
    const value = source[base + (k < 0 ? 0 : k > last ? last : k) * step]!
    const before = i % size === 0 ? value : scratch[i - 1]!
    scratch[i] = before > value ? before : value
  }
  for (let i = padded - 1; i >= 0; i--) {
    const k = i - radius
    const value = source[base + (k < 0 ? 0 : k > last ? last : k) * step]!
    const after = i === padded - 1 || (i + 1) % size === 0 ? value : scratch[padded + i + 1]!
    scratch[padded + i] = after > value ? after : value
  }
  for (let i = 0; i < length; i++) {
    const a = scratch[padded + i]!
    const b = scratch[i + size - 1]!
    target[base + i * step] = a > b ? a : b
  }
}

/** The strongest stroke in each row from `from` to `to`, between two columns. */
export function rowMaxima(image: GreyImage, left: number, right: number, from: number, to: number): Float32Array {
  const first = Math.max(0, Math.round(from))
  const last = Math.min(image.height, Math.round(to))
  const out = new Float32Array(Math.max(0, last - first))
  for (let y = first; y < last; y++) {
    let top = 0
    for (let x = Math.max(0, left); x < Math.min(image.width, right); x++)
      top = Math.max(top, image.data[y * image.width + x]!)
    out[y - first] = top
  }
  return out
}

/** Columns between which strokes of at least `level` lie, as a count of columns from the first to the last; 0 for none. */
export function strokeSpan(
  image: GreyImage,
  [left, right]: readonly [number, number],
  [from, to]: readonly [number, number],
  level: number,
): number {
  let first = -1
  let last = -1
  for (let x = Math.max(0, left); x < Math.min(image.width, right); x++) {
    let strokes = 0
    for (let y = Math.max(0, from); y < Math.min(image.height, to); y++) {
      if (image.data[y * image.width + x]! >= level) strokes++
    }
    if (strokes < 2) continue
    if (first < 0) first = x
    last = x
  }
  return first < 0 ? 0 : last - first + 1
}
