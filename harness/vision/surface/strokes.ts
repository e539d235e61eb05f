import type { Raster } from '../../imaging/raster.ts'

/** A band of rows in a flat patch, px. */
export interface Band {
  readonly top: number
  readonly bottom: number
}

/**
 * How strongly each column of a band is crossed by strokes, as a part of the band's brightness: RMS step along x of the
 * means over a third of the band's height. Strokes of letters give steps along x; brushing along x and a cover do not.
 *
 * @returns one value a column
 */
export function strokeProfile(grey: Raster, band: Band): Float32Array {
  const { width, data } = grey
  const top = Math.max(0, Math.round(band.top))
  const bottom = Math.min(grey.height, Math.round(band.bottom))
  const profile = new Float32Array(width)
  const thirds = 3
  const means = new Float32Array(width)
  for (let part = 0; part < thirds; part++) {
    const from = top + Math.floor(((bottom - top) * part) / thirds)
    const to = Math.max(from + 1, top + Math.floor(((bottom - top) * (part + 1)) / thirds))
    if (to > grey.height) continue
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let y = from; y < to; y++) sum += data[y * width + x]!
      means[x] = sum / (to - from)
    }
    for (let x = 1; x < width - 1; x++) profile[x]! += ((means[x + 1]! - means[x - 1]!) / (means[x]! + 5)) ** 2 / thirds
  }
  for (let x = 0; x < width; x++) profile[x] = Math.sqrt(profile[x]!)
  return profile
}
