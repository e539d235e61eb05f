import { mostPixels } from './container.ts'
import type { Raster } from './raster.ts'
import { sharp } from './sharp.node.ts'

/** A picture by whatever a decoder can still make of it. */
export interface DecodedAnyway {
  readonly raster: Raster & { readonly channels: 3 }
  /** Frames or pages behind the first one that are not in the raster. */
  readonly furtherFrames: number
}

/**
 * Decodes JPEG, PNG, WebP, TIFF, GIF and whatever else the decoder knows, cut off, torn or followed by anything: for whoever looks for what
 * a picture gives away, and never for a photograph that something is judged by (`decodePicture`). Alpha is taken away, as what lies
 * under it is in the file.
 * @returns null for bytes of which nothing is shown
 */
export async function decodeAnyway(bytes: Uint8Array): Promise<DecodedAnyway | null> {
  try {
    const picture = sharp(bytes, { failOn: 'none', limitInputPixels: mostPixels })
    const { pages = 1 } = await picture.metadata()
    const { data, info } = await picture
      .rotate()
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const { width, height } = info
    if (info.channels !== 3 || data.length !== 3 * width * height) return null
    return { raster: { width, height, channels: 3, data }, furtherFrames: pages - 1 }
  } catch {
    return null
  }
}
