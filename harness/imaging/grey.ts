import type { Raster } from './raster.ts'

/** A one-channel {@link Raster}. */
export type GreyRaster = Raster & { readonly channels: 1 }

/** Every stage of seeing asks for the luma of the same photograph. */
const known = new WeakMap<Raster, GreyRaster>()

/**
 * Luma of a raster (ITU-R BT.601 weights on the encoded values: what every decoder here was measured with), made once for
 * each raster. A grey raster comes back as it is.
 */
export function toGrey(raster: Raster): GreyRaster {
  const { width, height, data } = raster
  if (raster.channels === 1) return { width, height, channels: 1, data }
  const before = known.get(raster)
  if (before !== undefined) return before
  const grey = new Uint8Array(width * height)
  for (let i = 0, j = 0; i < grey.length; i++, j += 3) {
    grey[i] = (77 * data[j]! + 150 * data[j + 1]! + 29 * data[j + 2]! + 128) >> 8
  }
  const luma: GreyRaster = { width, height, channels: 1, data: grey }
  known.set(raster, luma)
  return luma
}

/**
 * A raster reduced by an integer factor, each pixel the mean of a `factor` × `factor` block. A rest at the right and
 * bottom edge that fills no block is dropped, so coordinates scale by exactly `factor`.
 */
export function shrinkGrey(raster: GreyRaster, factor: number): GreyRaster {
  if (factor === 1) return raster
  const width = Math.floor(raster.width / factor)
  const height = Math.floor(raster.height / factor)
  const { data } = raster
  const small = new Uint8Array(width * height)
  if (factor === 2) {
    for (let y = 0, to = 0; y < height; y++) {
      let from = 2 * y * raster.width
      for (let x = 0; x < width; x++, to++, from += 2) {
        const below = from + raster.width
        small[to] = (data[from]! + data[from + 1]! + data[below]! + data[below + 1]! + 2) >> 2
      }
    }
    return { width, height, channels: 1, data: small }
  }
  const sums = new Uint32Array(width)
  const area = factor * factor
  for (let y = 0; y < height; y++) {
    sums.fill(area >> 1)
    for (let row = 0; row < factor; row++) {
      let from = (y * factor + row) * raster.width
      for (let x = 0; x < width; x++) {
        let sum = 0
        for (let column = 0; column < factor; column++) sum += data[from++]!
        sums[x]! += sum
      }
    }
    const to = y * width
    for (let x = 0; x < width; x++) small[to + x] = sums[x]! / area
  }
  return { width, height, channels: 1, data: small }
}
