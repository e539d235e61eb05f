import { boxBlur, type GreyImage, greyOf, resample } from '../../imaging/grey-image.ts'
import { levelsAt } from '../../imaging/quantile.ts'
import type { LineCrop } from './line-crop.ts'

/** Cap height, px, at which bands are looked for: fine enough for ±1 px of 48, coarse enough to be quick. */
const SEARCH_CAP = 20
/** How far the text may lie from its place, mm (placement tolerance plus rectification). */
const REACH_MM = 0.7
/** A rectified line is level; one deep descender at an end must not tip it. */
const SLOPE_DOUBT = 5

/** Where the text really lies in the crop, px of the crop. */
export interface TextBand {
  readonly baselineY: number
  readonly capHeightPx: number
  readonly left: number
  readonly right: number
  /** Rise of the baseline to the right, px a px. */
  readonly slope: number
  /** Strokes darker or brighter than what they stand on. */
  readonly strokes: 'dark' | 'bright'
  /** Stroke energy inside the band over that above and below it; about 1 on a blank surface. */
  readonly prominence: number
}

/**
 * Finds the line of text near its known place: the height of strongest strokes against the stripes above and below it,
 * and the columns that hold them.
 */
export function findBand(crop: LineCrop): TextBand {
  const grey = greyOf(crop.raster)
  const scale = SEARCH_CAP / crop.capHeightPx
  const width = Math.max(8, Math.round(grey.width * scale))
  const height = Math.max(8, Math.round(grey.height * scale))
  const small = resample(grey, { left: 0, top: 0, width: grey.width, height: grey.height }, width, height)
  const relief = reliefOf(small)
  const strokes = polarityOf(relief)
  const ink = inkOf(relief, strokes)

  const reach = Math.round(Math.min(REACH_MM * crop.pixelsPerMm * scale, SEARCH_CAP * 0.45))
  const expected = crop.baselineY * scale
  const [from, to] = crop.span
    ? [
        Math.max(0, (crop.span.left - crop.capHeightPx) * scale),
        Math.min(width, (crop.span.right + crop.capHeightPx) * scale),
      ]
    : [0, width]
  let best = { score: Number.NEGATIVE_INFINITY, y: expected, slope: 0, prominence: 1 }
  for (const slope of [0, -0.01, 0.01, -0.02, 0.02, -0.03, 0.03]) {
    const rows = rowSums(ink, slope, from, to)
    for (let dy = -reach; dy <= reach; dy++) {
      const found = bandScore(rows, expected + dy)
      const score = found.contrast * (1 - 0.15 * (dy / Math.max(1, reach)) ** 2 - SLOPE_DOUBT * Math.abs(slope))
      if (score > best.score) best = { score, y: expected + dy, slope, prominence: found.prominence }
    }
  }
  const [left, right] = extentOf(ink, best.y, best.slope, from, to)
  return {
    baselineY: best.y / scale,
    capHeightPx: crop.capHeightPx,
    left: left / scale,
    right: right / scale,
    slope: best.slope,
    strokes,
    prominence: best.prominence,
  }
}

/** Grey over its surroundings, as a part of them: −0.3 is 30 % darker. */
function reliefOf(image: GreyImage): GreyImage {
  const around = boxBlur(boxBlur(image, SEARCH_CAP, SEARCH_CAP), SEARCH_CAP >> 1, SEARCH_CAP >> 1)
  const data = new Float32Array(image.data.length)
  for (let i = 0; i < data.length; i++) data[i] = image.data[i]! / Math.max(8, around.data[i]!) - 1
  return { width: image.width, height: image.height, data }
}

/** Thin strokes are the rare side of the distribution: the sign of the skew tells it. */
function polarityOf(relief: GreyImage): 'dark' | 'bright' {
  const [low, middle, high] = levelsAt(relief.data, [0.02, 0.5, 0.98]) as [number, number, number]
  return high - middle > 1.5 * (middle - low) ? 'bright' : 'dark'
}

function inkOf(relief: GreyImage, strokes: 'dark' | 'bright'): GreyImage {
  const sign = strokes === 'dark' ? -1 : 1
  const middle = levelsAt(relief.data, [0.5])[0]!
  const data = new Float32Array(relief.data.length)
  for (let i = 0; i < data.length; i++) data[i] = Math.min(0.5, Math.max(0, sign * (relief.data[i]! - middle)))
  return { width: relief.width, height: relief.height, data }
}

function rowSums(ink: GreyImage, slope: number, from: number, to: number): Float32Array {
  const rows = new Float32Array(ink.height)
  const middle = ink.width / 2
  const first = Math.floor(from)
  const last = Math.min(ink.width, Math.ceil(to))
  for (let y = 0; y < ink.height; y++) {
    let sum = 0
    for (let x = first; x < last; x++) {
      const at = Math.round(y - slope * (x - middle))
      if (at >= 0 && at < ink.height) sum += ink.data[at * ink.width + x]!
    }
    rows[y] = sum / Math.max(1, last - first)
  }
  return rows
}

function bandScore(rows: Float32Array, baseline: number): { contrast: number; prominence: number } {
  const mean = (from: number, to: number) => {
    let sum = 0
    let count = 0
    for (let y = Math.max(0, Math.round(from)); y < Math.min(rows.length, Math.round(to)); y++, count++) sum += rows[y]!
    return count > 0 ? sum / count : 0
  }
  const inside = mean(baseline - SEARCH_CAP, baseline)
  const flank = SEARCH_CAP * 0.3
  const outside =
    (mean(baseline - SEARCH_CAP - flank, baseline - SEARCH_CAP - 1) + mean(baseline + 1, baseline + flank)) / 2
  return { contrast: inside - outside, prominence: (inside + 1e-3) / (outside + 1e-3) }
}

/** First and last column of the strokes: columns well above the background, gaps of up to two and a half caps bridged. */
function extentOf(
  ink: GreyImage,
  baseline: number,
  slope: number,
  from: number,
  to: number,
): readonly [left: number, right: number] {
  const columns = new Float32Array(ink.width)
  const middle = ink.width / 2
  for (let x = Math.floor(from); x < Math.min(ink.width, Math.ceil(to)); x++) {
    const shift = slope * (x - middle)
    let sum = 0
    for (let y = Math.round(baseline - SEARCH_CAP - shift); y < Math.round(baseline - shift); y++)
      if (y >= 0 && y < ink.height) sum += ink.data[y * ink.width + x]!
    columns[x] = sum / SEARCH_CAP
  }
  const threshold = Math.max(0.02, 0.3 * levelsAt(columns, [0.9])[0]!)
  const bridge = SEARCH_CAP * 2.5
  let best: readonly [number, number] = [from, to]
  let bestInk = 0
  let start = -1
  let last = -1
  let sum = 0
  for (let x = 0; x <= ink.width; x++) {
    const strong = x < ink.width && columns[x]! > threshold
    if (strong) {
      if (start < 0) start = x
      last = x
      sum += columns[x]!
    }
    if (start >= 0 && (x === ink.width || x - last > bridge)) {
      if (sum > bestInk) {
        bestInk = sum
        best = [start, last + 1]
      }
      start = -1
      sum = 0
    }
  }
  return best
}
