import { crc32 } from './crc32.ts'
import { type PictureFormat, sniffFormat } from './format.ts'
import type { SizePx } from './raster.ts'

/** What the outside of a whole picture file tells, without decoding a pixel. */
export interface Container {
  readonly format: PictureFormat
  /** As stored, before any EXIF turn. */
  readonly size: SizePx
  /** Length of the picture in bytes; what follows is padding. */
  readonly lengthBytes: number
}

/** Why bytes are no whole picture. */
export interface ContainerFault {
  readonly fault: 'empty' | 'unknown' | 'foreign' | 'cut-short' | 'damaged' | 'several-frames' | 'too-large'
  /** The end of a sentence that begins with the picture's name. */
  readonly because: string
}

/** 100 megapixels: every camera and phone that a bench has, and 300 MB of pixels at most. */
export const mostPixels = 100_000_000

/**
 * Walks a JPEG, PNG, WebP or TIFF file to its end mark. Decoders forgive a missing end (libjpeg paints the rest grey), and a
 * grey stripe over a mark would read as «covered»: so a picture that was cut anywhere, even in its last byte, must be told
 * apart, and what nothing needs must be whole as well. Coded pixels are not looked at, but in a PNG, which sums them up.
 * The work is a small multiple of the file's length, and what a decoder would have to make room for is within `limitPixels`.
 */
export function examineContainer(bytes: Uint8Array, limitPixels = mostPixels): Container | ContainerFault {
  if (bytes.length === 0) return { fault: 'empty', because: 'is empty (0 bytes)' }
  const sniffed = sniffFormat(bytes)
  if (sniffed.kind === 'unknown') return { fault: 'unknown', because: 'is no JPEG, PNG, WebP or TIFF file' }
  if (sniffed.kind === 'foreign') return { fault: 'foreign', because: `is ${sniffed.name}, which is not read` }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = walkers[sniffed.format](bytes, view)
  return 'fault' in found ? found : (tooLarge(found.size, limitPixels) ?? found)
}

function tooLarge({ width, height }: SizePx, limitPixels: number): ContainerFault | null {
  if (width * height <= limitPixels) return null
  const mega = (pixels: number) => (pixels / 1e6).toFixed(pixels < 1e7 ? 1 : 0)
  return {
    fault: 'too-large',
    because: `has ${width} × ${height} px (${mega(width * height)} megapixels), more than the limit of ${mega(limitPixels)} megapixels`,
  }
}

const walkers: Readonly<Record<PictureFormat, (bytes: Uint8Array, view: DataView) => Container | ContainerFault>> = {
  jpeg: walkJpeg,
  png: walkPng,
  webp: walkWebp,
  tiff: walkTiff,
}

const cutShort = (what: string): ContainerFault => ({ fault: 'cut-short', because: `is a ${what} that breaks off` })
const damaged = (because: string): ContainerFault => ({ fault: 'damaged', because })
const severalFrames: ContainerFault = { fault: 'several-frames', because: 'holds several frames or pages' }

const SOI = 0xd8
const EOI = 0xd9
const SOS = 0xda
const TEM = 0x01
export const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** A decoder goes through the whole picture for each scan, and a scan may be a few bytes; programs write up to a dozen. */
const MOST_SCANS = 64

/** ITU-T T.81, annex B: segments by length; coded pixels run to the next marker that is neither a stuffed byte nor a restart. */
function walkJpeg(bytes: Uint8Array, view: DataView): Container | ContainerFault {
  let size: SizePx | null = null
  let hasPixels = false
  let scans = 0
  let at = 2
  while (at < bytes.length) {
    if (bytes[at] !== 0xff) return damaged('is a broken JPEG: a marker is missing')
    while (bytes[at] === 0xff) at++
    const marker = bytes[at++]
    if (marker === undefined) break
    if (marker === EOI) {
      if (!hasPixels) return damaged('is a JPEG without pixels')
      return size === null ? damaged('is a broken JPEG: it has no frame') : { format: 'jpeg', size, lengthBytes: at }
    }
    if (marker === TEM || isRestart(marker)) continue
    if (marker === 0 || marker === SOI) return damaged('is a broken JPEG: a marker stands where none may')
    if (at + 2 > bytes.length) break
    const length = view.getUint16(at)
    if (length < 2) return damaged('is a broken JPEG: a segment has no length')
    if (at + length > bytes.length) break
    if (isFrameHeader(marker)) {
      if (length < 8) return damaged('is a broken JPEG: its frame tells no size')
      // Whichever a decoder went by, the other would be another picture.
      if (size !== null) return damaged('is a broken JPEG: it has several frames')
      size = { height: view.getUint16(at + 3), width: view.getUint16(at + 5) }
    }
    at += length
    if (marker !== SOS) continue
    hasPixels = true
    if (++scans > MOST_SCANS) return damaged('is a JPEG of more scans than any program writes')
    at = endOfScan(bytes, at)
  }
  return cutShort('JPEG')
}

/** Where the first marker after coded pixels begins; the length of the file where there is none. */
export function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at)) {
    const next = bytes[at + 1]
    if (next === undefined) break
    if (next === 0xff) at++
    else if (next === 0 || isRestart(next)) at += 2
    else return at
  }
  return bytes.length
}

/** PNG (third edition) 5.3: length, type, data, CRC, until IEND; `acTL` announces an animation. */
function walkPng(bytes: Uint8Array, view: DataView): Container | ContainerFault {
  let size: SizePx | null = null
  let hasPixels = false
  let at = 8
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at)
    const end = at + 12 + length
    if (end > bytes.length) break
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (crc32(bytes, at + 4, end - 4) !== view.getUint32(end - 4)) {
      return damaged(`is a PNG with a damaged ${/^[A-Za-z]{4}$/.test(type) ? type : 'part'}`)
    }
    if (type === 'acTL') return severalFrames
    if ((type === 'IHDR') !== (at === 8)) return damaged('is a PNG whose header stands in a wrong place')
    if (type === 'IHDR' && length === 13) size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) }
    if (type === 'IDAT') hasPixels = true
    if (type === 'IEND') {
      if (size === null) return damaged('is a PNG without a header')
      return hasPixels ? { format: 'png', size, lengthBytes: end } : damaged('is a PNG without pixels')
    }
    at = end
  }
  return cutShort('PNG')
}

const VP8X = 0x56503858

/** WebP container: the RIFF size counts everything after its own field; the VP8X flag 0x02 says animation. */
function walkWebp(bytes: Uint8Array, view: DataView): Container | ContainerFault {
  if (bytes.length < 21) return cutShort('WebP')
  const lengthBytes = 8 + view.getUint32(4, true)
  if (lengthBytes > bytes.length) return cutShort('WebP')
  if (lengthBytes < 21) return damaged('is a WebP without pixels')
  if (view.getUint32(12) === VP8X && (bytes[20]! & 0x02) !== 0) return severalFrames
  const size = sizeOfWebp(bytes, view, lengthBytes)
  return size === null ? damaged('is a broken WebP: it tells no size') : { format: 'webp', size, lengthBytes }
}

/** The largest that any header of the file states: RFC 9649, sections 2.5 to 2.7. */
function sizeOfWebp(bytes: Uint8Array, view: DataView, lengthBytes: number): SizePx | null {
  let [width, height] = [0, 0]
  for (let at = 12; at + 8 <= lengthBytes; ) {
    const type = view.getUint32(at)
    const length = view.getUint32(at + 4, true)
    const inside = at + 8 + Math.min(length, lengthBytes - at - 8)
    const stated = inside >= at + 18 ? statedSizes[type]?.(bytes, at + 8) : undefined
    if (stated !== undefined) [width, height] = [Math.max(width, stated.width), Math.max(height, stated.height)]
    at += 8 + length + (length & 1)
  }
  return width === 0 || height === 0 ? null : { width, height }
}

const statedSizes: Readonly<Record<number, (bytes: Uint8Array, at: number) => SizePx | undefined>> = {
  [VP8X]: (bytes, at) => ({ width: 1 + little24(bytes, at + 4), height: 1 + little24(bytes, at + 7) }),
  // «VP8 »: a key frame begins with its mark, and two bits of scale stand above each side.
  1448097824: (bytes, at) => {
    const hasMark = bytes[at + 3] === 0x9d && bytes[at + 4] === 0x01 && bytes[at + 5] === 0x2a
    return hasMark ? { width: little16(bytes, at + 6) & 0x3fff, height: little16(bytes, at + 8) & 0x3fff } : undefined
  },
  // «VP8L»: 14 bits a side.
  1448097868: (bytes, at) => {
    if (bytes[at] !== 0x2f) return undefined
    const sides = little24(bytes, at + 1) + bytes[at + 4]! * 0x1000000
    return { width: 1 + (sides & 0x3fff), height: 1 + ((sides >>> 14) & 0x3fff) }
  },
}

const little16 = (bytes: Uint8Array, at: number) => bytes[at]! | (bytes[at + 1]! << 8)
const little24 = (bytes: Uint8Array, at: number) => little16(bytes, at) | (bytes[at + 2]! << 16)

/** Bytes of one value by TIFF field type (TIFF 6.0, section 2). */
const tiffTypeBytes: readonly (number | undefined)[] = [undefined, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4]
/** SubIFDs, CFARepeatPatternDim, CFAPattern (TIFF/EP), DNGVersion (DNG 1.4), and what Sony and Pentax mark theirs with. */
const rawTags = [330, 33421, 33422, 50706, 50740]
const IMAGE_WIDTH = 256
const IMAGE_LENGTH = 257
/** Offsets and byte counts of strips, and of tiles. */
const pixelTags = [
  [273, 279],
  [324, 325],
] as const
const SAMPLES_PER_PIXEL = 277
/** Sides of a tile: a decoder makes room for a whole one. */
const tileTags = [322, 323] as const
const neededTags = [IMAGE_WIDTH, IMAGE_LENGTH, SAMPLES_PER_PIXEL, ...tileTags, ...pixelTags.flat()]
/** Colour, black, and one for what shines through. */
const MOST_SAMPLES = 5

/** TIFF 6.0: the one directory, every value it points to, and every strip or tile must lie within the file. */
function walkTiff(bytes: Uint8Array, view: DataView): Container | ContainerFault {
  const little = bytes[0] === 0x49
  const u16 = (at: number) => view.getUint16(at, little)
  const u32 = (at: number) => view.getUint32(at, little)
  if (bytes.length < 8 || u32(4) + 2 > bytes.length) return cutShort('TIFF')
  const directory = u32(4)
  const end = directory + 2 + 12 * u16(directory)
  if (end + 4 > bytes.length) return cutShort('TIFF')
  // DNG, NEF, ARW and their like are TIFF files whose first picture is a preview.
  for (let entry = directory + 2; entry < end; entry += 12) {
    if (rawTags.includes(u16(entry))) return { fault: 'foreign', because: 'is camera raw, which is not read' }
  }
  if (u32(end) !== 0) return severalFrames
  const tags = new Set<number>()
  const values = new Map<number, readonly number[]>()
  for (let entry = directory + 2; entry < end; entry += 12) {
    const [tag, count, size] = [u16(entry), u32(entry + 4), tiffTypeBytes[u16(entry + 2)]]
    // Thousands of tags may share one table: each is read once, and a directory names none twice.
    if (tags.has(tag)) return damaged('is a broken TIFF: it has a tag twice')
    tags.add(tag)
    if (size === undefined) continue
    const at = size * count <= 4 ? entry + 8 : u32(entry + 8)
    if (at + size * count > bytes.length) return cutShort('TIFF')
    if (!neededTags.includes(tag) || (size !== 2 && size !== 4)) continue
    values.set(
      tag,
      Array.from({ length: count }, (_, n) => (size === 2 ? u16(at + 2 * n) : u32(at + 4 * n))),
    )
  }
  const [width, height] = [values.get(IMAGE_WIDTH)?.[0], values.get(IMAGE_LENGTH)?.[0]]
  const pixels = pixelTags.map(tags => tags.map(tag => values.get(tag))).find(([offsets]) => offsets !== undefined)
  const [offsets, counts] = pixels ?? []
  if (!width || !height || !offsets?.length || offsets.length !== counts?.length) {
    return damaged('is a broken TIFF: it does not tell where its pixels are')
  }
  if (offsets.some((offset, n) => offset + counts[n]! > bytes.length)) return cutShort('TIFF')
  if ((values.get(SAMPLES_PER_PIXEL)?.[0] ?? 1) > MOST_SAMPLES)
    return damaged('is a TIFF of more channels than a photograph has')
  const [tileWidth = 0, tileHeight = 0] = tileTags.map(tag => values.get(tag)?.[0])
  // Tiles at the right and lower edge stand over it, by less than one tile.
  const [across, down] = [Math.max(width, tileWidth), Math.max(height, tileHeight)]
  if (across * down > 4 * width * height + 2 ** 20)
    return damaged('is a broken TIFF: its tiles are larger than its picture')
  return { format: 'tiff', size: { width, height }, lengthBytes: bytes.length }
}
