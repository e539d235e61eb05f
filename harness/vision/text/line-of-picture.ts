import { boxBlur, greyOf } from '../../imaging/grey-image.ts'
import { levelsAt } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { LineCrop } from './line-crop.ts'

/** Share of the strongest rows' stroke that a row of the text has at least. */
const ROW_SHARE = 0.35
/** A line of text is seldom smaller than this part of its crop. */
const LEAST_PART = 0.15

/**
 * A line crop from a picture of which only is known that it shows one upright line: the longest run of rows with
 * strokes is the text, from cap line to baseline. Not known to be millimetres; `pixelsPerMm` is for a cap of 2.4 mm.
 */
export function lineOfPicture(raster: Raster): LineCrop {
  const { top, bottom } = textRows(raster)
  const capHeightPx = bottom - top
  return { raster, capHeightPx, baselineY: bottom, pixelsPerMm: capHeightPx / 2.4 }
}

function textRows(raster: Raster): { readonly top: number; readonly bottom: number } {
  const grey = greyOf(raster)
  const { width, height } = grey
  const around = boxBlur(grey, Math.max(2, height >> 1), Math.max(2, height >> 1))
  const rows = new Float32Array(height)
  for (let y = 0; y < height; y++) {
    // Differences along the row: strokes change it, a shadow or a stripe of brushing along it does not.
    let sum = 0
    for (let x = 2; x < width; x++) {
      const i = y * width + x
      sum += Math.abs(grey.data[i]! - grey.data[i - 2]!) / Math.max(8, around.data[i]!)
    }
    rows[y] = sum / width
  }
  const soft = boxBlur({ width: 1, height, data: rows }, 0, Math.max(1, Math.round(height * 0.02))).data
  const [floor, strongest] = levelsAt(soft, [0.05, 0.95]) as [number, number]
  const level = floor + ROW_SHARE * (strongest - floor)
  let best = { top: height * 0.2, bottom: height * 0.8 }
  let longest = 0
  let start = -1
  for (let y = 0; y <= height; y++) {
    if (y < height && soft[y]! > level) {
      if (start < 0) start = y
    } else if (start >= 0) {
      if (y - start > longest) {
        longest = y - start
        best = { top: start, bottom: y }
      }
      start = -1
    }
  }
  return longest >= height * LEAST_PART ? best : { top: height * 0.2, bottom: height * 0.8 }
}
