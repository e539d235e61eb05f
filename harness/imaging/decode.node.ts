import type { Metadata } from 'sharp'
import { type ContainerFault, examineContainer, mostPixels } from './container.ts'
import type { PictureFormat } from './format.ts'
import { withoutHarmlessFlaws } from './harmless-flaws.ts'
import { codedDamage, shownDamage } from './picture-damage.ts'
import { PictureError } from './picture-error.ts'
import type { Raster } from './raster.ts'
import { sharp } from './sharp.node.ts'

/** Nothing smaller can show a card; a 1×1 tracking pixel is not a photograph. */
const MIN_SIDE_PX = 64
const DECODE_TIMEOUT_S = 60

// No picture is decoded twice: libvips would keep the last ones' pixels, some 80 MB over a day of photographs.
sharp.cache(false)

/** A decoded picture: itself the {@link Raster} as it is to be shown, 3 channels, plus where it came from. */
export interface Picture extends Raster {
  readonly channels: 3
  readonly format: PictureFormat
  /** EXIF orientation that was applied, 1..8; 1 when the file had none. */
  readonly orientation: number
  /** What was converted away, for the record: `cmyk`, `b-w`, `rgb16`, … as libvips names it; `srgb` when nothing was. */
  readonly colourSpace: string
  readonly hadAlpha: boolean
}

export interface DecodeOptions {
  readonly signal?: AbortSignal | undefined
  /** Upper limit for width × height, checked on the header before a pixel is decoded. Default: 100 million. */
  readonly maxPixels?: number | undefined
  /** Lower limit for width and height, px. Default: {@link MIN_SIDE_PX}; a crop of one line may be smaller. */
  readonly minSidePx?: number | undefined
  /** How the picture is called in error sentences. Default: «the picture». */
  readonly name?: string | undefined
}

/**
 * Decodes a JPEG, PNG, WebP or TIFF to 8-bit sRGB, upright as its EXIF orientation says, alpha laid on white.
 *
 * Any colour model (CMYK, grey, palette, 16 bits a sample, embedded ICC profile) comes out the same way. The format is
 * told by content. Everything else is a {@link PictureError}: what is not whole is not judged.
 *
 * @throws {PictureError} one sentence and a stable code for every bad input
 * @throws the signal's reason when aborted
 */
export async function decodePicture(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Picture> {
  const { signal, maxPixels = mostPixels, minSidePx = MIN_SIDE_PX, name = 'the picture' } = options
  signal?.throwIfAborted()
  const container = examineContainer(bytes, maxPixels)
  if ('fault' in container) throw faults[container.fault](name, container.because)

  const hole = codedDamage(bytes, container.format)
  if (hole !== null) throw damaged(name, new Error(hole))

  const header = await withAbort(readHeader(bytes, name), signal)
  const width = header.width
  const height = header.height
  // What was examined is what a decoder goes by; were it not, the limit would have been of another picture.
  if (width * height > maxPixels) throw damaged(name)
  if (width < minSidePx || height < minSidePx) {
    throw new PictureError(
      'picture-too-small',
      `${name} has only ${width} × ${height} px: a photograph needs at least ${minSidePx} px a side`,
    )
  }
  if ((header.pages ?? 1) > 1) throw severalFrames(name)

  const { data, info } = await withAbort(
    readPixels(withoutHarmlessFlaws(bytes, container.format), maxPixels, name),
    signal,
  )
  if (info.channels !== 3 || data.length !== info.width * info.height * 3) throw damaged(name)
  const size = { width: info.width, height: info.height }
  const pixels = { ...size, channels: 3, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) } as const
  const orientation = header.orientation ?? 1
  const torn = shownDamage(pixels, bytes, container.format, orientation)
  if (torn !== null) throw new PictureError('picture-damaged', `${name} ${torn}: copy or take it again`)
  return {
    ...pixels,
    format: container.format,
    orientation,
    colourSpace: header.space ?? 'srgb',
    hadAlpha: header.hasAlpha === true,
  }
}

const faults: Readonly<Record<ContainerFault['fault'], (name: string, because: string) => PictureError>> = {
  empty: (name, because) => new PictureError('picture-empty', `${name} ${because}: copy it again`),
  unknown: name =>
    new PictureError('picture-not-a-picture', `${name} is not a picture: give a JPEG, PNG, WebP or TIFF file`),
  foreign: (name, because) =>
    new PictureError('picture-unsupported-format', `${name} ${because}: save it as JPEG, PNG, WebP or TIFF`),
  'cut-short': name => truncated(name),
  damaged: (name, because) => new PictureError('picture-damaged', `${name} ${because}: copy or take it again`),
  'several-frames': name => severalFrames(name),
  'too-large': (name, because) =>
    new PictureError('picture-too-large', `${name} ${because}: take it at a lower resolution`),
}

async function readHeader(bytes: Uint8Array, name: string): Promise<Metadata> {
  try {
    return await sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' }).metadata()
  } catch (cause) {
    throw asPictureError(cause, name)
  }
}

async function readPixels(bytes: Uint8Array, maxPixels: number, name: string) {
  try {
    return await sharp(bytes, { limitInputPixels: maxPixels, failOn: 'warning', sequentialRead: true })
      .timeout({ seconds: DECODE_TIMEOUT_S })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
  } catch (cause) {
    throw asPictureError(cause, name)
  }
}

/** libvips has no error codes, only text; what it says of a missing end is told from other damage by its words. */
const saysCutShort = /truncat|premature|end of (stream|file|input)|EOF|not enough data|read error|unexpected end/i

function asPictureError(cause: unknown, name: string): PictureError {
  const text = cause instanceof Error ? cause.message : String(cause)
  return saysCutShort.test(text) ? truncated(name, cause) : damaged(name, cause)
}

function truncated(name: string, cause?: unknown): PictureError {
  return new PictureError('picture-truncated', `${name} is cut short: copy or take it again`, { cause })
}

function damaged(name: string, cause?: unknown): PictureError {
  return new PictureError('picture-damaged', `${name} is damaged and cannot be decoded: copy or take it again`, {
    cause,
  })
}

function severalFrames(name: string): PictureError {
  return new PictureError(
    'picture-several-frames',
    `${name} holds several frames or pages, and which one is meant is not guessed: save the one to judge as its own file`,
  )
}

/** Rejects as soon as the signal fires; the decoder's own thread then ends by itself, its result unused. */
function withAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
