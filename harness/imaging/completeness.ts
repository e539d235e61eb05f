import type { PictureFormat } from './format.ts'

/** What the container itself says, read without decoding a pixel. */
export interface Completeness {
  /** The container ends before its own end mark. */
  readonly cutShort: boolean
  /** The container says that it holds an animation that a still decoder would silently reduce to one frame. */
  readonly animated: boolean
}

/**
 * Walks the container to its end mark. Decoders forgive a missing end (libjpeg paints the rest grey), and a grey stripe
 * over a mark would read as «covered»: so a picture that was cut anywhere, even in its last byte, must be told apart.
 */
export function inspectContainer(bytes: Uint8Array, format: PictureFormat): Completeness {
  return walkers[format](bytes)
}

const whole: Completeness = { cutShort: false, animated: false }
const cut: Completeness = { cutShort: true, animated: false }

const walkers: Readonly<Record<PictureFormat, (bytes: Uint8Array) => Completeness>> = {
  jpeg: walkJpeg,
  png: walkPng,
  webp: walkWebp,
  tiff: walkTiff,
}

/** ITU-T T.81 annex B: segments by length; entropy-coded data runs to the next marker that is neither FF00 nor RSTn. */
function walkJpeg(bytes: Uint8Array): Completeness {
  let at = 2
  while (at < bytes.length) {
    if (bytes[at] !== 0xff) {
      at++
      continue
    }
    const marker = bytes[at + 1]
    if (marker === undefined) return cut
    if (marker === 0xd9) return whole
    const standsAlone = marker === 0xff || marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)
    if (standsAlone) {
      at += marker === 0xff ? 1 : 2
      continue
    }
    const high = bytes[at + 2]
    const low = bytes[at + 3]
    if (high === undefined || low === undefined) return cut
    at += 2 + Math.max(2, high * 256 + low)
  }
  return cut
}

/** PNG (third edition) 5.3: length, type, data, CRC, until IEND; `acTL` before the data announces an APNG. */
function walkPng(bytes: Uint8Array): Completeness {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 8
  let animated = false
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at)
    const type = String.fromCharCode(bytes[at + 4]!, bytes[at + 5]!, bytes[at + 6]!, bytes[at + 7]!)
    if (type === 'IEND') return { cutShort: false, animated }
    if (type === 'acTL') animated = true
    at += 12 + length
  }
  return { cutShort: true, animated }
}

/** WebP container: the RIFF size counts everything after its own field; the VP8X flag 0x02 says animation. */
function walkWebp(bytes: Uint8Array): Completeness {
  if (bytes.length < 21) return cut
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const animated = view.getUint32(12) === 0x56503858 && (bytes[20]! & 0x02) !== 0
  return { cutShort: bytes.length < 8 + view.getUint32(4, true), animated }
}

/** Bytes of one value by TIFF field type (TIFF 6.0, section 2); types that no offset has are left out. */
const tiffTypeBytes: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
}
const STRIP_OFFSETS = 273
const STRIP_BYTE_COUNTS = 279
const TILE_OFFSETS = 324
const TILE_BYTE_COUNTS = 325

/** TIFF 6.0: the directory, every value it points to, and every strip or tile must lie within the file. */
function walkTiff(bytes: Uint8Array): Completeness {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = bytes[0] === 0x49
  if (bytes.length < 8) return cut
  // BigTIFF has another directory; libtiff reports what is missing from it.
  if (view.getUint16(2, little) === 43) return whole
  const directory = view.getUint32(4, little)
  if (directory + 2 > bytes.length) return cut
  const entries = view.getUint16(directory, little)
  if (directory + 2 + 12 * entries > bytes.length) return cut
  const tables = new Map<number, number[]>()
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i
    const tag = view.getUint16(entry, little)
    const type = view.getUint16(entry + 2, little)
    const count = view.getUint32(entry + 4, little)
    const size = tiffTypeBytes[type]
    if (size === undefined) continue
    const at = size * count <= 4 ? entry + 8 : view.getUint32(entry + 8, little)
    if (at + size * count > bytes.length) return cut
    if (![STRIP_OFFSETS, STRIP_BYTE_COUNTS, TILE_OFFSETS, TILE_BYTE_COUNTS].includes(tag) || size > 4 || size < 2)
      continue
    const values = Array.from({ length: count }, (_, n) =>
      size === 2 ? view.getUint16(at + 2 * n, little) : view.getUint32(at + 4 * n, little),
    )
    tables.set(tag, values)
  }
  for (const [offsetsTag, countsTag] of [
    [STRIP_OFFSETS, STRIP_BYTE_COUNTS],
    [TILE_OFFSETS, TILE_BYTE_COUNTS],
  ] as const) {
    const counts = tables.get(countsTag) ?? []
    if (tables.get(offsetsTag)?.some((offset, n) => offset + (counts[n] ?? 0) > bytes.length)) return cut
  }
  return whole
}
