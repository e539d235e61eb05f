import { weight0, weight1, weight2, weight3 } from './catmull-rom.ts'
import { type BoxPx, cropped } from './crop.ts'
import { type Homography, localScale, project } from './homography.ts'
import type { Rect } from './quad.ts'
import type { Raster } from './raster.ts'
import { shrunk } from './shrink.ts'

/** How much finer the photograph may be than the result before it is averaged down. */
const SHRINK_FROM = 1.6
/** Room around a cut before it is averaged down: a few samples of the coarsest level. */
const MARGIN_PX = 40

/**
 * Cuts the rectangle `rectMm` out of a photograph and lays it flat: `round(width · pixelsPerMm)` by
 * `round(height · pixelsPerMm)` samples, Catmull-Rom interpolated. Where the photograph is finer than the result it is
 * averaged down first, so that nothing aliases. Outside the photograph the nearest edge sample is repeated.
 *
 * @param mmToPixels from the frame of `rectMm` (mm) to the photograph (px)
 * @throws RangeError for a result larger than 64 million samples
 */
export function rectify(raster: Raster, mmToPixels: Homography, rectMm: Rect, pixelsPerMm: number): Raster {
  const width = Math.max(1, Math.round(rectMm.width * pixelsPerMm))
  const height = Math.max(1, Math.round(rectMm.height * pixelsPerMm))
  if (!(width * height <= 64e6)) throw new RangeError(`a rectified patch of ${width} × ${height} px is too large`)

  const middle = [rectMm.x + rectMm.width / 2, rectMm.y + rectMm.height / 2] as const
  let ratio = localScale(mmToPixels, middle) / pixelsPerMm
  let source = raster
  let shrink = 1
  let left = 0
  let top = 0
  if (ratio > SHRINK_FROM) {
    const box = boundingBox(raster, mmToPixels, rectMm)
    ;({ left, top } = box)
    source = cropped(raster, box)
  }
  while (ratio > SHRINK_FROM && source.width > 3 && source.height > 3) {
    source = shrunk(source, 2)
    shrink *= 2
    ratio /= 2
  }

  // Sample centres of the result → pixel centres of the (shrunken) source, all in one matrix.
  const sx = rectMm.width / width
  const sy = rectMm.height / height
  const h = mmToPixels
  const column = [h[0] * sx, h[3] * sx, h[6] * sx]
  const origin = [0, 1, 2].map(
    k => h[k * 3]! * (rectMm.x + sx / 2) + h[k * 3 + 1]! * (rectMm.y + sy / 2) + h[k * 3 + 2]!,
  )
  const { channels } = source
  const out = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    let u = origin[0]! + h[1] * sy * y
    let v = origin[1]! + h[4] * sy * y
    let w = origin[2]! + h[7] * sy * y
    let o = y * width * channels
    for (let x = 0; x < width; x++, o += channels) {
      sample(source, (u / w - left) / shrink - 0.5, (v / w - top) / shrink - 0.5, out, o)
      u += column[0]!
      v += column[1]!
      w += column[2]!
    }
  }
  return { width, height, channels, data: out }
}

/** The part of the photograph that the rectangle shows, with room for interpolation; never empty. */
function boundingBox(raster: Raster, mmToPixels: Homography, { x, y, width, height }: Rect): BoxPx {
  const corners = [project(mmToPixels, [x, y]), project(mmToPixels, [x + width, y])]
  corners.push(project(mmToPixels, [x, y + height]), project(mmToPixels, [x + width, y + height]))
  const clamp = (value: number, most: number) => (value > 0 ? (value < most ? Math.floor(value) : most) : 0)
  const xs = corners.map(corner => corner[0])
  const ys = corners.map(corner => corner[1])
  const left = clamp(Math.min(...xs) - MARGIN_PX, raster.width - 1)
  const top = clamp(Math.min(...ys) - MARGIN_PX, raster.height - 1)
  return {
    left,
    top,
    right: Math.max(left + 1, clamp(Math.max(...xs) + MARGIN_PX, raster.width)),
    bottom: Math.max(top + 1, clamp(Math.max(...ys) + MARGIN_PX, raster.height)),
  }
}

/** Catmull-Rom at pixel-centre coordinates (x, y), all channels, clamped to 0..255. */
function sample(source: Raster, x: number, y: number, out: Uint8Array, at: number): void {
  const { width, height, channels, data } = source
  const maxX = width - 1
  const maxY = height - 1
  // A point behind the camera or far outside shows the nearest edge, and never a NaN index.
  const cx = x > 0 ? (x < maxX ? x : maxX) : 0
  const cy = y > 0 ? (y < maxY ? y : maxY) : 0
  const ix = cx | 0
  const iy = cy | 0
  const fx = cx - ix
  const fy = cy - iy
  const wx0 = weight0(fx)
  const wx1 = weight1(fx)
  const wx2 = weight2(fx)
  const wx3 = weight3(fx)
  const wy0 = weight0(fy)
  const wy1 = weight1(fy)
  const wy2 = weight2(fy)
  const wy3 = weight3(fy)
  const x0 = (ix > 0 ? ix - 1 : 0) * channels
  const x1 = ix * channels
  const x2 = (ix < maxX ? ix + 1 : maxX) * channels
  const x3 = (ix + 1 < maxX ? ix + 2 : maxX) * channels
  const row = width * channels
  const y0 = (iy > 0 ? iy - 1 : 0) * row
  const y1 = iy * row
  const y2 = (iy < maxY ? iy + 1 : maxY) * row
  const y3 = (iy + 1 < maxY ? iy + 2 : maxY) * row
  for (let c = 0; c < channels; c++) {
    const value =
      wy0 *
        (wx0 * data[y0 + x0 + c]! + wx1 * data[y0 + x1 + c]! + wx2 * data[y0 + x2 + c]! + wx3 * data[y0 + x3 + c]!) +
      wy1 *
        (wx0 * data[y1 + x0 + c]! + wx1 * data[y1 + x1 + c]! + wx2 * data[y1 + x2 + c]! + wx3 * data[y1 + x3 + c]!) +
      wy2 *
        (wx0 * data[y2 + x0 + c]! + wx1 * data[y2 + x1 + c]! + wx2 * data[y2 + x2 + c]! + wx3 * data[y2 + x3 + c]!) +
      wy3 * (wx0 * data[y3 + x0 + c]! + wx1 * data[y3 + x1 + c]! + wx2 * data[y3 + x2 + c]! + wx3 * data[y3 + x3 + c]!)
    out[at + c] = value < 0 ? 0 : value > 255 ? 255 : value + 0.5
  }
}
