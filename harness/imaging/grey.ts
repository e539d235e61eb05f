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
