import { levelInside } from './bilinear.ts'
import type { GreyRaster } from './grey.ts'
import { compose, type Homography } from './homography.ts'

/**
 * Cuts a symbol out of a picture as if seen straight from above.
 *
 * @param toPixels modules (origin: the symbol's own top left corner) to px of `grey`
 * @param modules modules a side
 * @param quiet modules of surroundings on each side
 * @returns a square of `(modules + 2 * quiet) * modulePx` px; white where the picture ends
 */
export function warpedSymbol(
  grey: GreyRaster,
  toPixels: Homography,
  modules: number,
  { modulePx = 8, quiet = 4 }: { readonly modulePx?: number; readonly quiet?: number } = {},
): GreyRaster {
  const size = Math.round((modules + 2 * quiet) * modulePx)
  const toModules: Homography = [1 / modulePx, 0, -quiet, 0, 1 / modulePx, -quiet, 0, 0, 1]
  return warp(grey, compose(toPixels, toModules), size, size)
}

/**
 * A new picture whose every pixel is taken, bilinearly, from where `toPicture` puts its centre; white where that is
 * outside.
 */
export function warp(grey: GreyRaster, m: Homography, toWidth: number, toHeight: number): GreyRaster {
  const warped = new Uint8Array(toWidth * toHeight).fill(255)
  for (let row = 0, at = 0; row < toHeight; row++) {
    const v = row + 0.5
    for (let column = 0; column < toWidth; column++, at++) {
      const u = column + 0.5
      const w = m[6] * u + m[7] * v + m[8]
      const level = levelInside(grey, (m[0] * u + m[1] * v + m[2]) / w, (m[3] * u + m[4] * v + m[5]) / w)
      if (!Number.isNaN(level)) warped[at] = level + 0.5
    }
  }
  return { width: toWidth, height: toHeight, channels: 1, data: warped }
}
