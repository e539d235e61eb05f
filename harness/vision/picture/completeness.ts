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
  // libtiff reads strips by absolute offset and reports a missing one itself.
  tiff: () => whole,
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
