import { gaussianBlur, resample } from '../../imaging/grey-image.ts'
import { levelsAt } from '../../imaging/quantile.ts'
import type { LineCrop } from './line-crop.ts'
import { levelLine } from './line-views.ts'
import type { TextBand } from './text-band.ts'

/** Cap height, px, at which sharpness is measured. */
const CAP = 32
/** What is looked at: from above the cap line to below the baseline, and beyond the text's ends; cap heights. */
const ABOVE = 1.15
const BELOW = 0.15
const BESIDE = 0.2
/** Takes the grain out, px. */
const SMOOTHING = 0.8
/** Neighbours of a pixel in four directions: columns, rows, and how far apart both sides of it then are. */
const DIRECTIONS = [
  [1, 0, 2],
  [0, 1, 2],
  [1, 1, 2 * Math.SQRT2],
  [-1, 1, 2 * Math.SQRT2],
] as const

/**
 * How steep the strokes' edges are in the direction in which they are softest: the least over four directions of the 95th
 * percentile of the slope, in spans of the line's grey levels a cap height. Motion along a diagonal leaves columns and rows
 * steep, so that two directions are not enough. Uneven light is divided out.
 */
export function sharpnessOf(crop: LineCrop, band: TextBand): number {
  const cap = band.capHeightPx
  const left = Math.max(0, band.left - BESIDE * cap)
  const right = Math.min(crop.raster.width, band.right + BESIDE * cap)
  const window = {
    left,
    top: band.baselineY - ABOVE * cap,
    width: Math.max(cap, right - left),
    height: (ABOVE + BELOW) * cap,
  }
  const width = Math.round((window.width * CAP) / cap)
  const height = Math.round((window.height * CAP) / cap)
  const grey = levelLine(crop, band).flat
  const { data } = gaussianBlur(resample(grey, window, width, height), SMOOTHING)
  const [low, high] = levelsAt(data, [0.02, 0.98]) as [number, number]
  if (!(high > low)) return 0
  const slopes = new Float32Array((width - 2) * (height - 2))
  const steepest = DIRECTIONS.map(([columns, rows, apart]) => {
    const step = rows * width + columns
    let k = 0
    for (let y = 1; y < height - 1; y++)
      for (let x = 1; x < width - 1; x++) {
        const at = y * width + x
        slopes[k++] = Math.abs(data[at + step]! - data[at - step]!) / apart
      }
    return levelsAt(slopes, [0.95])[0]!
  })
  return (Math.min(...steepest) / (high - low)) * CAP
}

/**
 * The blur that leaves edges of this sharpness, cap heights: length of a motion, diameter of a defocus. By the medians of 519
 * lines of photographs blurred by 0.12 to 0.48 in linear light (5.0 at 0.15, 3.7 at 0.25, 3.0 at 0.35, 2.5 at 0.45).
 */
export function blurInCapsAt(sharpness: number): number {
  return Math.max(0, 1.5 / Math.max(0.1, sharpness) - 0.15)
}
