import { type GreyRaster, shrinkGrey } from '../picture/grey.ts'
import type { Homography } from './homography.ts'

/** A picture derived from the searched one, with the map from its px back to the searched picture's. */
export interface View {
  readonly name: string
  readonly grey: GreyRaster
  readonly toPicture: Homography
}

/** The picture shrunk by an integer factor. */
export function shrunkView(grey: GreyRaster, factor: number): View {
  return { name: `1/${factor}`, grey: shrinkGrey(grey, factor), toPicture: [factor, 0, 0, 0, factor, 0, 0, 0, 1] }
}

/** An axis-aligned part of the picture, shrunk by an integer factor; the part is clipped to the picture. */
export function cropView(
  grey: GreyRaster,
  box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
  factor: number,
): View {
  const left = Math.max(0, Math.floor(box.left))
  const top = Math.max(0, Math.floor(box.top))
  const width = Math.max(0, Math.min(grey.width, Math.ceil(box.right)) - left)
  const height = Math.max(0, Math.min(grey.height, Math.ceil(box.bottom)) - top)
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const from = (top + y) * grey.width + left
    data.set(grey.data.subarray(from, from + width), y * width)
  }
  const crop: GreyRaster = { width, height, channels: 1, data }
  return {
    name: `crop 1/${factor}`,
    grey: shrinkGrey(crop, factor),
    toPicture: [factor, 0, left, 0, factor, top, 0, 0, 1],
  }
}
