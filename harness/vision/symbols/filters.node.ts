import type { Sharp } from 'sharp'
import type { GreyRaster } from '../../imaging/grey.ts'
import { sharp } from '../../imaging/sharp.node.ts'
import type { Filters } from './views.ts'

/** By libvips. */
export const filters: Filters = {
  scaled: (grey, width, height) => changed(grey, image => image.resize(width, height, { fit: 'fill' })),
  sharpened: grey => changed(grey, image => image.sharpen({ sigma: 1.5, m1: 2, m2: 3 })),
  smoothed: grey => changed(grey, image => image.median(3)),
  stretched: grey => changed(grey, image => image.normalise({ lower: 1, upper: 99 })),
}

async function changed({ width, height, data }: GreyRaster, change: (image: Sharp) => Sharp): Promise<GreyRaster> {
  const image = sharp(data, { raw: { width, height, channels: 1 } })
  const { data: pixels, info } = await change(image).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)
  return { width: info.width, height: info.height, channels: 1, data: bytes }
}
