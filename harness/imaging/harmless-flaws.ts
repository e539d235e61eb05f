import type { PictureFormat } from './format.ts'

/**
 * The picture without what decoders warn of although no pixel depends on it, each told by name. Every other warning is damage, so
 * that these must be gone before the decoder looks. The bytes themselves where there is nothing to mend.
 */
export function withoutHarmlessFlaws(bytes: Uint8Array, format: PictureFormat): Uint8Array {
  if (format !== 'jpeg') return bytes
  const mended = Uint8Array.from(bytes)
  let [isSequential, changed] = [false, false]
  const put = (at: number, value: number) => {
    if (mended[at] === value) return
    mended[at] = value
    changed = true
  }
  for (let at = 2; at + 4 <= mended.length && mended[at] === 0xff; ) {
    const marker = mended[at + 1]!
    if (marker === 0xff) {
      at++
      continue
    }
    const length = (mended[at + 2]! << 8) | mended[at + 3]!
    if (marker === 0xc0 || marker === 0xc1) isSequential = true
    // «Warning: unknown JFIF revision number»: APP0, first byte of the version.
    if (marker === 0xe0 && mended[at + 4] === 0x4a && mended[at + 5] === 0x46 && mended[at + 9]! > 2) put(at + 9, 1)
    if (marker === 0xda) {
      // «Invalid SOS parameters for sequential JPEG»: Samsung and others leave the spectral selection zero.
      if (isSequential) for (const [i, value] of [0, 63, 0].entries()) put(at + 2 + length - 3 + i, value)
      break
    }
    at += 2 + length
  }
  return changed ? mended : bytes
}
