import { crc32 } from './crc32.ts'
import { type PictureFormat, sniffFormat } from './format.ts'
import type { SizePx } from './raster.ts'

/** What the outside of a whole picture file tells, without decoding a pixel. */
export interface Container {
  readonly format: PictureFormat
  /** As stored, before any EXIF turn; null where only a decoder could tell. */
  readonly size: SizePx | null
  /** Length of the picture in bytes; what follows is padding. */
  readonly lengthBytes: number
}

/** Why bytes are no whole picture. */
export interface ContainerFault {
  readonly fault: 'empty' | 'unknown' | 'foreign' | 'cut-short' | 'damaged' | 'several-frames'
  /** The end of a sentence that begins with the picture's name. */
  readonly because: string
}

/**
 * Walks a JPEG, PNG, WebP or TIFF file to its end mark. Decoders forgive a missing end (libjpeg paints the rest grey), and a
 * grey stripe over a mark would read as «covered»: so a picture that was cut anywhere, even in its last byte, must be told
 * apart, and what nothing needs must be whole as well. Coded pixels are not looked at, but in a PNG, which sums them up.
 */
export function examineContainer(bytes: Uint8Array): Container | ContainerFault {
  if (bytes.length === 0) return { fault: 'empty', because: 'is empty (0 bytes)' }
  const sniffed = sniffFormat(bytes)
  if (sniffed.kind === 'unknown') return { fault: 'unknown', because: 'is no JPEG, PNG, WebP or TIFF file' }
  if (sniffed.kind === 'foreign') return { fault: 'foreign', because: `is ${sniffed.name}, which is not read` }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return walkers[sniffed.format](bytes, view)
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
const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** ITU-T T.81, annex B: segments by length; coded pixels run to the next marker that is neither a stuffed byte nor a restart. */
function walkJpeg(bytes: Uint8Array, view: DataView): Container | ContainerFault {
  let size: SizePx | null = null
  let hasPixels = false
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
      size = { height: view.getUint16(at + 3), width: view.getUint16(at + 5) }
    }
    at += length
    if (marker !== SOS) continue
    hasPixels = true
    at = endOfScan(bytes, at)
  }
  return cutShort('JPEG')
}

/** Where the first marker after coded pixels begins; the length of the file where there is none. */
function endOfScan(bytes: Uint8Array, from: number): number {
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
  return { format: 'webp', size: null, lengthBytes }
}

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
const neededTags = [IMAGE_WIDTH, IMAGE_LENGTH, ...pixelTags.flat()]

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
  const values = new Map<number, readonly number[]>()
  for (let entry = directory + 2; entry < end; entry += 12) {
    const [tag, count, size] = [u16(entry), u32(entry + 4), tiffTypeBytes[u16(entry + 2)]]
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
  return { format: 'tiff', size: { width, height }, lengthBytes: bytes.length }
}
