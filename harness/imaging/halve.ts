import type { Raster } from './raster.ts'

/** Half the size by averaging 2×2 samples; an odd last row or column is dropped. */
export function halved(raster: Raster): Raster {
  const { data, channels } = raster
  const width = raster.width >> 1
  const height = raster.height >> 1
  const row = raster.width * channels
  const out = new Uint8Array(width * height * channels)
  let o = 0
  for (let y = 0; y < height; y++) {
    let p = 2 * y * row
    for (let x = 0; x < width; x++, p += channels) {
      for (let c = 0; c < channels; c++, p++, o++) {
        out[o] = (data[p]! + data[p + channels]! + data[p + row]! + data[p + row + channels]! + 2) >> 2
      }
    }
  }
  return { width, height, channels, data: out }
}
