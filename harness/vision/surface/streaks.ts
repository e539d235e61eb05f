import type { Raster } from '../../imaging/raster.ts'

/**
 * How strongly each place of a flat patch is streaked along x, as a part of its brightness: RMS step from row to row of
 * the mean over `alongMm`, within ±`acrossMm`. Averaging along x drowns noise and grain, and keeps what runs along the
 * card: the brushing of bare steel, the edge of a cover, lines of text. A scratch-off's own surface has nearly none.
 *
 * @returns one value a sample, row by row
 */
export function streakMap(grey: Raster, pixelsPerMm: number, alongMm: number, acrossMm: number): Float32Array {
  const { width, height, data } = grey
  const half = Math.max(1, Math.round((alongMm * pixelsPerMm) / 2))
  const across = Math.max(1, Math.round(acrossMm * pixelsPerMm))
  const means = new Float32Array(width * height)
  const sums = new Float64Array(width + 1)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) sums[x + 1] = sums[x]! + data[y * width + x]!
    for (let x = 0; x < width; x++) {
      const from = Math.max(0, x - half)
      const to = Math.min(width, x + half + 1)
      means[y * width + x] = (sums[to]! - sums[from]!) / (to - from)
    }
  }
  const streaks = new Float32Array(width * height)
  const column = new Float64Array(height + 1)
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const above = means[Math.max(0, y - 1) * width + x]!
      const below = means[Math.min(height - 1, y + 1) * width + x]!
      column[y + 1] = column[y]! + (below - above) ** 2
    }
    for (let y = 0; y < height; y++) {
      const from = Math.max(1, y - across)
      const to = Math.min(height - 1, y + across + 1)
      const energy = Math.max(0, column[to]! - column[from]!) / Math.max(1, to - from)
      // A few grey levels of pedestal: in the dark every picture is all noise.
      streaks[y * width + x] = Math.sqrt(energy) / (means[y * width + x]! + 5)
    }
  }
  return streaks
}
