import { type GreyImage, gaussianBlur, greyOf, resample } from './grey-image.ts'
import type { LineCrop } from './line-crop.ts'
import { straightened } from './line-views.ts'
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
  const scale = STROKE_CAP / band.capHeightPx
  const grey = straightened(greyOf(crop.raster), band.slope)
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
  const closed = extreme(extreme(dark, radius, Math.max), radius, Math.min)
  const data = new Float32Array(dark.data.length)
  for (let i = 0; i < data.length; i++) data[i] = 1 - dark.data[i]! / Math.max(8, closed.data[i]!)
  return { width: dark.width, height: dark.height, data }
}

function negative(image: GreyImage): GreyImage {
  return { ...image, data: image.data.map(level => 255 - level) }
}

/** Maximum or minimum over a (2·radius+1)² window, edges going on. */
function extreme(image: GreyImage, radius: number, choose: (a: number, b: number) => number): GreyImage {
  const { width, height, data } = image
  const between = new Float32Array(data.length)
  for (let y = 0; y < height; y++) extremeOfLine(data, between, y * width, 1, width, radius, choose)
  const out = new Float32Array(data.length)
  for (let x = 0; x < width; x++) extremeOfLine(between, out, x, width, height, radius, choose)
  return { width, height, data: out }
}

/** Running extreme in three comparisons a sample, whatever the radius (van Herk 1992, Gil and Werman 1993). */
function extremeOfLine(
  source: Float32Array,
  target: Float32Array,
  base: number,
  step: number,
  length: number,
  radius: number,
  choose: (a: number, b: number) => number,
): void {
  const size = 2 * radius + 1
  const padded = length + 2 * radius
  const ahead = new Float32Array(padded)
  const behind = new Float32Array(padded)
  const at = (i: number) => source[base + Math.min(length - 1, Math.max(0, i - radius)) * step]!
  for (let i = 0; i < padded; i++) ahead[i] = i % size === 0 ? at(i) : choose(ahead[i - 1]!, at(i))
  for (let i = padded - 1; i >= 0; i--)
    behind[i] = i === padded - 1 || (i + 1) % size === 0 ? at(i) : choose(behind[i + 1]!, at(i))
  for (let i = 0; i < length; i++) target[base + i * step] = choose(behind[i]!, ahead[i + size - 1]!)
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
