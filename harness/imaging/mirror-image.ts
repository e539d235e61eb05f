import type { Raster } from './raster.ts'

/** The picture with left and right exchanged. */
export function mirrorImage({ width, height, channels, data }: Raster): Raster {
  const mirrored = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = channels * (y * width + x)
      mirrored.set(data.subarray(from, from + channels), channels * (y * width + width - 1 - x))
    }
  }
  return { width, height, channels, data: mirrored }
}
