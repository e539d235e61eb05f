import type { Raster } from './raster.ts'

/** A part of a picture, px: from the first column and row to before the last. */
export interface BoxPx {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Copies a part of a picture, which must lie inside it. */
export function cropped<R extends Raster>(
  raster: R,
  { left, top, right, bottom }: BoxPx,
): Raster & Pick<R, 'channels'> {
  const { width, data } = raster
  const channels: R['channels'] = raster.channels
  const row = (right - left) * channels
  const out = new Uint8Array((bottom - top) * row)
  for (let y = top, to = 0; y < bottom; y++, to += row) {
    const from = (y * width + left) * channels
    out.set(data.subarray(from, from + row), to)
  }
  return { width: right - left, height: bottom - top, channels, data: out }
}
