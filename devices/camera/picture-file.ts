import { crc32 } from 'node:zlib'
import type { PictureType, Size } from './camera.ts'

/** What the outside of a picture file tells. */
export interface PictureFile {
  readonly mime: PictureType
  /** As stored, before any EXIF turn; null where only a decoder could tell. */
  readonly size: Size | null
  /** Length of the picture, bytes; what follows is padding. */
  readonly length: number
}

/**
 * Looks at a picture file from outside: its type, its size, and whether it is all there. A JPEG's coded pixels and a
 * TIFF's are not looked at.
 *
 * @returns why not, as the end of a sentence that begins with "the picture", when it is no whole picture
 */
export function examinePicture(bytes: Uint8Array): PictureFile | string {
  if (bytes.length === 0) return 'is empty'
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kind = kinds.find(({ magic }) =>
    magic.every(([at, hex]) => hex === data.toString('hex', at, at + hex.length / 2)),
  )
  return kind ? kind.examine(data) : 'is no JPEG, PNG, WebP or TIFF file'
}

const kinds: readonly {
  magic: readonly (readonly [at: number, hex: string])[]
  examine: (data: Buffer) => PictureFile | string
}[] = [
  { magic: [[0, 'ffd8ff']], examine: jpeg },
  { magic: [[0, '89504e470d0a1a0a']], examine: png },
  {
    magic: [
      [0, '52494646'],
      [8, '57454250'],
    ],
    examine: webp,
  }, // RIFF, WEBP
  { magic: [[0, '49492a00']], examine: tiff }, // II
  { magic: [[0, '4d4d002a']], examine: tiff }, // MM
]

/** ITU-T T.81, annex B. */
function jpeg(data: Buffer): PictureFile | string {
  let size: Size | null = null
  let at = 2
  while (at + 4 <= data.length) {
    if (data[at] !== 0xff) return 'is a broken JPEG: a marker is missing'
    const marker = data[at + 1]!
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === 0xd9) return 'is a JPEG without pixels'
    const length = data.readUInt16BE(at + 2)
    if (length < 2) return 'is a broken JPEG: a segment has no length'
    if (isFrameHeader(marker)) {
      if (length < 8 || at + 9 > data.length) break
      size = { height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7) }
    }
    at += 2 + length
    if (marker !== 0xda) continue
    const end = endOfScan(data, at)
    if (end === null) break
    if (data[end + 1] === 0xd9) {
      return size ? { mime: 'image/jpeg', size, length: end + 2 } : 'is a broken JPEG: it has no frame'
    }
    at = end
  }
  return 'is a JPEG that breaks off'
}

const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** The first marker after coded pixels that is neither a stuffed byte nor a restart. */
function endOfScan(data: Buffer, from: number): number | null {
  let at = data.indexOf(0xff, from)
  while (at !== -1 && at + 1 < data.length) {
    const next = data[at + 1]!
    if (next === 0xff) {
      at++
      continue
    }
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at
    at = data.indexOf(0xff, at + 2)
  }
  return null
}

/** PNG (third edition), section 5. */
function png(data: Buffer): PictureFile | string {
  let at = 8
  let size: Size | null = null
  while (at + 12 <= data.length) {
    const length = data.readUInt32BE(at)
    const type = data.toString('latin1', at + 4, at + 8)
    const end = at + 12 + length
    if (end > data.length) break
    if (crc32(data.subarray(at + 4, end - 4)) !== data.readUInt32BE(end - 4)) return `is a PNG with a damaged ${type}`
    if (type === 'IHDR' && length === 13)
      size = { width: data.readUInt32BE(at + 8), height: data.readUInt32BE(at + 12) }
    if (type === 'IEND') return size ? { mime: 'image/png', size, length: end } : 'is a PNG without a header'
    at = end
  }
  return 'is a PNG that breaks off'
}

function webp(data: Buffer): PictureFile | string {
  const length = 8 + data.readUInt32LE(4)
  if (length > data.length) return 'is a WebP that breaks off'
  return { mime: 'image/webp', size: null, length }
}

/** TIFF 6.0, section 2: the strips or tiles of the first picture must lie inside the file. */
function tiff(data: Buffer): PictureFile | string {
  const little = data[0] === 0x49
  const u16 = (at: number): number => (little ? data.readUInt16LE(at) : data.readUInt16BE(at))
  const u32 = (at: number): number => (little ? data.readUInt32LE(at) : data.readUInt32BE(at))
  const breaksOff = 'is a TIFF that breaks off'
  if (data.length < 8) return breaksOff
  const directory = u32(4)
  if (directory + 2 > data.length) return breaksOff
  const entries = u16(directory)
  if (directory + 2 + 12 * entries > data.length) return breaksOff
  const values = new Map<number, number[] | null>()
  for (let i = 0; i < entries; i++) {
    const at = directory + 2 + 12 * i
    const bytesEach = u16(at + 2) === 3 ? 2 : 4
    const count = u32(at + 4)
    const from = count * bytesEach <= 4 ? at + 8 : u32(at + 8)
    const inside = from + count * bytesEach <= data.length
    values.set(
      u16(at),
      inside && tiffTags.has(u16(at))
        ? Array.from({ length: count }, (_, k) => (bytesEach === 2 ? u16(from + 2 * k) : u32(from + 4 * k)))
        : null,
    )
  }
  const [width, height] = [values.get(256)?.[0], values.get(257)?.[0]]
  const offsets = values.get(273) ?? values.get(324)
  const lengths = values.get(279) ?? values.get(325)
  if (!width || !height || !offsets || !lengths || offsets.length !== lengths.length) return breaksOff
  if (offsets.some((offset, i) => offset + lengths[i]! > data.length)) return breaksOff
  return { mime: 'image/tiff', size: { width, height }, length: data.length }
}

/** Width, height, strips and tiles: offsets and lengths. */
const tiffTags: ReadonlySet<number> = new Set([256, 257, 273, 279, 324, 325])
