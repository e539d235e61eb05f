import type { Raster } from '../../imaging/raster.ts'

/** Neighbours share noise (demosaicing, compression): only every so-manieth pixel of a row, and row, is looked at. */
const stride = 7

/**
 * One-bit samples of a camera's own noise: the lowest bit of the difference of two photographs in the dark. The difference
 * removes whatever the sensor shows every time; two equal photographs (a stuck or replayed camera) give zeros alone, which
 * the health tests stop at.
 *
 * @param first of the same size as `second`
 * @returns one sample a byte, 0 or 1
 * @throws RangeError when the photographs differ in size
 */
export function darkNoise(first: Raster, second: Raster): Uint8Array<ArrayBuffer> {
  const { width, height, channels } = first
  if (second.width !== width || second.height !== height || second.channels !== channels) {
    throw new RangeError('the two photographs differ in size')
  }
  // Green, where there are colours: the sensor has most of it.
  const channel = channels === 3 ? 1 : 0
  const samples = new Uint8Array(Math.ceil(width / stride) * Math.ceil(height / stride))
  let count = 0
  for (let y = 0; y < height; y += stride) {
    for (let x = 0; x < width; x += stride) {
      const at = (y * width + x) * channels + channel
      samples[count++] = (first.data[at]! - second.data[at]!) & 1
    }
  }
  return samples.subarray(0, count)
}
