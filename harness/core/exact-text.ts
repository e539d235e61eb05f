/**
 * What bytes say as UTF-8, exactly: two texts are the same only where the bytes are. A byte order mark stays, nothing is trimmed
 * or mended, and bytes that are no UTF-8 are written as `\xNN`, which no code, address or serial holds.
 */
export function exactText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return Array.from(bytes, byte => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : hex(byte))).join('')
  }
}

/** {@link exactText} with every character that cannot be seen written as the bytes that it is: for screens and records. */
export function visibleText(bytes: Uint8Array): string {
  return exactText(bytes).replaceAll(/[\p{C}\p{Z}]/gu, sign =>
    sign === ' ' ? sign : Array.from(new TextEncoder().encode(sign), hex).join(''),
  )
}

const hex = (byte: number) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`
