import type { PictureFormat } from './format.ts'

/** So many equal bytes in a row stand in no coded pixels: coding takes out whatever is alike. */
const EQUAL_BYTES = 48

/**
 * A hole in the coded pixels of a WebP, whose decoder takes any bits for a picture: a run of equal bytes, as a lost block or sector
 * leaves behind. JPEG has a check of its own, PNG its sums; a TIFF may hold pixels as they are.
 */
export function codedPixelsFault(bytes: Uint8Array, format: PictureFormat): string | null {
  if (format !== 'webp') return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 12; at + 8 <= bytes.length; ) {
    const type = String.fromCharCode(...bytes.subarray(at, at + 4))
    const length = view.getUint32(at + 4, true)
    if ((type === 'VP8 ' || type === 'VP8L') && hasRun(bytes, at + 8, Math.min(bytes.length, at + 8 + length)))
      return 'a block of its coded pixels was overwritten'
    at += 8 + length + (length & 1)
  }
  return null
}

function hasRun(bytes: Uint8Array, from: number, to: number): boolean {
  let run = 1
  for (let at = from + 1; at < to; at++) {
    run = bytes[at] === bytes[at - 1] ? run + 1 : 1
    if (run >= EQUAL_BYTES) return true
  }
  return false
}
