/** One element of BER-TLV (ISO/IEC 7816-4, 5.2.2), as PIV cards write them. */
export interface Tlv {
  /** Tag bytes as one number: 0x53, 0x5FC10B, 0x7F49. */
  readonly tag: number
  readonly value: Uint8Array
}

/** @returns null when the bytes are no row of whole elements */
export function parseTlvs(bytes: Uint8Array): readonly Tlv[] | null {
  const found: Tlv[] = []
  let at = 0
  while (at < bytes.length) {
    let tag = bytes[at++]!
    if ((tag & 0x1f) === 0x1f) {
      let more: number | undefined
      do {
        more = bytes[at++]
        if (more === undefined || tag > 0xffff) return null
        tag = tag * 256 + more
      } while ((more & 0x80) !== 0)
    }
    const first = bytes[at++]
    if (first === undefined) return null
    let length = first
    if (first >= 0x80) {
      const count = first & 0x7f
      if (count === 0 || count > 3 || at + count > bytes.length) return null
      length = 0
      for (let i = 0; i < count; i++) length = length * 256 + bytes[at++]!
    }
    if (at + length > bytes.length) return null
    found.push({ tag, value: bytes.subarray(at, at + length) })
    at += length
  }
  return found
}

/** The value at a path of tags, each inside of the one before. null: it is not there, or what is there is no TLV. */
export function valueAt(bytes: Uint8Array, ...path: readonly number[]): Uint8Array | null {
  let value: Uint8Array | null = bytes
  for (const tag of path) value = (value && parseTlvs(value)?.find(one => one.tag === tag)?.value) ?? null
  return value
}

export function tlv(tag: number, ...values: readonly Uint8Array[]): Uint8Array {
  const value = Buffer.concat(values)
  const { length } = value
  const lengths = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  const tags = tag > 0xffff ? [tag >> 16, (tag >> 8) & 0xff, tag & 0xff] : tag > 0xff ? [tag >> 8, tag & 0xff] : [tag]
  return Buffer.concat([Buffer.from([...tags, ...lengths]), value])
}
