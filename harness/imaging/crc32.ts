/** ISO 3309, as PNG has it (third edition, annex D): four bytes at a time, by the tables of Kounavis and Berry (2008). */
const tables = Array.from({ length: 4 }, () => new Int32Array(256))
for (let byte = 0; byte < 256; byte++) {
  let sum = byte
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1
  tables[0]![byte] = sum
}
for (let byte = 0; byte < 256; byte++) {
  for (let k = 1; k < 4; k++) {
    const before = tables[k - 1]![byte]!
    tables[k]![byte] = (before >>> 8) ^ tables[0]![before & 255]!
  }
}
const [table0, table1, table2, table3] = tables as [Int32Array, Int32Array, Int32Array, Int32Array]

/** The check sum of `bytes` from one place to before another. */
export function crc32(bytes: Uint8Array, from: number, to: number): number {
  let sum = -1
  let at = from
  for (; at + 4 <= to; at += 4) {
    sum ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    sum = table3[sum & 255]! ^ table2[(sum >>> 8) & 255]! ^ table1[(sum >>> 16) & 255]! ^ table0[sum >>> 24]!
  }
  for (; at < to; at++) sum = (sum >>> 8) ^ table0[(sum ^ bytes[at]!) & 255]!
  return ~sum >>> 0
}
