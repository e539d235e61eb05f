import { mostPixels } from './container.ts'
import type { Raster } from './raster.ts'
import { sharp } from './sharp.node.ts'

/** A picture by whatever a decoder can still make of it. */
export interface DecodedAnyway {
  readonly raster: Raster & { readonly channels: 3 }
  /** The same on white and on black, where something of it is seen through. */
  readonly onGrounds: readonly (Raster & { readonly channels: 3 })[]
  /** Frames or pages behind the first one that are not in the raster. */
  readonly furtherFrames: number
}

/**
 * Decodes JPEG, PNG, WebP, TIFF, GIF and whatever else the decoder knows, cut off, torn or followed by anything: for whoever looks for what
 * a picture gives away, and never for a photograph that something is judged by (`decodePicture`). Alpha is taken away, as what lies
 * under it is in the file; and shown on two grounds, as a browser would.
 * @returns null for bytes of which nothing is shown
 */
export async function decodeAnyway(bytes: Uint8Array): Promise<DecodedAnyway | null> {
  const open = () => sharp(bytes, { failOn: 'none', limitInputPixels: mostPixels })
  try {
    const { pages = 1, hasAlpha } = await open().metadata()
    const raster = await colourOf(open())
    if (raster === null) return null
    const isSeenThrough = hasAlpha && !(await open().stats()).isOpaque
    const grounds = isSeenThrough
      ? await Promise.all(['#fff', '#000'].map(background => colourOf(open().flatten({ background }))))
      : []
    return { raster, onGrounds: grounds.filter(one => one !== null), furtherFrames: pages - 1 }
  } catch {
    return null
  }
}

async function colourOf(picture: ReturnType<typeof sharp>): Promise<DecodedAnyway['raster'] | null> {
  const { data, info } = await picture
    .rotate()
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height } = info
  return info.channels === 3 && data.length === 3 * width * height ? { width, height, channels: 3, data } : null
}
