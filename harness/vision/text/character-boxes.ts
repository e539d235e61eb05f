import { boxBlur, resample } from '../../imaging/grey-image.ts'
import { median } from '../../imaging/quantile.ts'
import type { LineCrop } from './line-crop.ts'
import type { Box } from './line-reading.ts'
import { levelLine } from './line-views.ts'
import type { TextBand } from './text-band.ts'

/**
 * Boxes of the characters whose middles are roughly known (a recogniser's steps are a third of a character wide): cut at
 * the column of least stroke near the middle between neighbours, the outermost ones as wide as a typical one.
 * @param middles x of each character, px of the crop, left to right
 */
export function characterBoxes(crop: LineCrop, band: TextBand, middles: readonly number[]): readonly Box[] {
  if (middles.length === 0) return []
  const columns = strokeColumns(crop, band)
  const gaps = middles.slice(1).map((x, i) => x - middles[i]!)
  const pitch = gaps.length > 0 ? median(gaps) : band.capHeightPx * 0.8
  const cuts = gaps.map((gap, i) => {
    const centre = (middles[i]! + middles[i + 1]!) / 2
    return leastColumn(columns, centre, Math.max(1, Math.min(gap, pitch) * 0.3))
  })
  const first = Math.max(band.left - 0.1 * band.capHeightPx, middles[0]! - pitch * 0.7)
  const last = Math.min(band.right + 0.1 * band.capHeightPx, middles.at(-1)! + pitch * 0.7)
  const edges = [Math.min(first, cuts[0] ?? first), ...cuts, Math.max(last, cuts.at(-1) ?? last)]
  return middles.map((_, i) => ({
    left: Math.max(0, edges[i]!),
    right: Math.min(crop.raster.width, edges[i + 1]!),
    top: band.baselineY - band.capHeightPx,
    bottom: band.baselineY,
  }))
}

/** Stroke in each column of the band, one value a crop pixel. */
function strokeColumns(crop: LineCrop, band: TextBand): Float32Array {
  const { grey } = levelLine(crop, band)
  const rows = 24
  const strip = resample(
    grey,
    { left: 0, top: band.baselineY - band.capHeightPx, width: grey.width, height: band.capHeightPx },
    grey.width,
    rows,
  )
  const around = boxBlur(strip, Math.round(band.capHeightPx), rows)
  const sign = band.strokes === 'dark' ? 1 : -1
  const columns = new Float32Array(grey.width)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < grey.width; x++) {
      const i = y * grey.width + x
      columns[x]! += Math.max(0, sign * (around.data[i]! - strip.data[i]!)) / rows
    }
  return boxBlur({ width: grey.width, height: 1, data: columns }, Math.max(1, Math.round(band.capHeightPx * 0.03)), 0)
    .data
}

function leastColumn(columns: Float32Array, centre: number, reach: number): number {
  let best = Math.round(centre)
  let least = Number.POSITIVE_INFINITY
  for (let x = Math.max(0, Math.ceil(centre - reach)); x <= Math.min(columns.length - 1, centre + reach); x++) {
    // Slightly drawn to the middle, so that a wide gap is cut in its middle.
    const value = columns[x]! * (1 + 0.3 * ((x - centre) / reach) ** 2) + 0.02 * Math.abs(x - centre)
    if (value < least) {
      least = value
      best = x
    }
  }
  return best
}
