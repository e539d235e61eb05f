import type { GreyRaster } from '../picture/grey.ts'
import { type Homography, project } from './homography.ts'

/**
 * Cuts a symbol out of a picture as if seen straight from above.
 *
 * @param toPixels modules (origin: the symbol's own top left corner) to px of `grey`
 * @param modules modules a side
 * @param quiet modules of surroundings on each side
 * @returns a square of `(modules + 2 * quiet) * modulePx` px; white where the picture ends
 */
export function rectify(
  grey: GreyRaster,
  toPixels: Homography,
  modules: number,
  { modulePx = 8, quiet = 4 }: { readonly modulePx?: number; readonly quiet?: number } = {},
): GreyRaster {
  const size = Math.round((modules + 2 * quiet) * modulePx)
  const { width, height, data } = grey
  const patch = new Uint8Array(size * size).fill(255)
  for (let row = 0, at = 0; row < size; row++) {
    for (let column = 0; column < size; column++, at++) {
      const [x, y] = project(toPixels, (column + 0.5) / modulePx - quiet, (row + 0.5) / modulePx - quiet)
      const px = x - 0.5
      const py = y - 0.5
      const x0 = Math.floor(px)
      const y0 = Math.floor(py)
      if (!(x0 >= 0 && y0 >= 0 && x0 + 1 < width && y0 + 1 < height)) continue
      const fx = px - x0
      const fy = py - y0
      const i = y0 * width + x0
      patch[at] =
        (data[i]! * (1 - fx) + data[i + 1]! * fx) * (1 - fy) +
        (data[i + width]! * (1 - fx) + data[i + width + 1]! * fx) * fy +
        0.5
    }
  }
  return { width: size, height: size, channels: 1, data: patch }
}
