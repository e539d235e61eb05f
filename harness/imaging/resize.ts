import sharp from 'sharp'
import type { Raster } from './raster.ts'

export interface ResizeOptions {
  /** Default `lanczos3`. */
  readonly kernel?: 'nearest' | 'linear' | 'cubic' | 'mitchell' | 'lanczos2' | 'lanczos3' | undefined
}

/** The raster at another size; the aspect ratio is the caller's. */
export async function resize<R extends Raster>(
  raster: R,
  size: { readonly width: number; readonly height: number },
  options: ResizeOptions = {},
): Promise<Raster & Pick<R, 'channels'>> {
  const channels: R['channels'] = raster.channels
  const image = sharp(raster.data, { raw: { width: raster.width, height: raster.height, channels } })
    .resize(size.width, size.height, { fit: 'fill', kernel: options.kernel ?? 'lanczos3' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  return {
    width: info.width,
    height: info.height,
    channels,
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }
}
