const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const GROUP_SEPARATOR = 0x1d
/** ISO/IEC 18004:2015 table 3: bits of the character count, for versions 1–9, 10–26, 27–40. */
const countBits = {
  numeric: [10, 12, 14],
  alphanumeric: [9, 11, 13],
  byte: [8, 16, 16],
  kanji: [8, 10, 12],
  hanzi: [8, 10, 12],
} as const

/**
 * The payload of a symbol from its corrected data codewords (ISO/IEC 18004:2015, 7.4): bytes as they were put in,
 * without any guess at a character set. Numeric and alphanumeric segments give ASCII, kanji Shift JIS, hanzi GB 2312.
 * Null when the bits do not follow the standard; such a symbol is not read.
 */
export function payloadOf(dataCodewords: Uint8Array, version: number): Uint8Array | null {
  const bits = new BitReader(dataCodewords)
  const bytes: number[] = []
  const span = version < 10 ? 0 : version < 27 ? 1 : 2
  let fnc1 = false
  // The standard lets the terminator be cut when the symbol is full.
  while (bits.left >= 4) {
    const mode = bits.take(4)
    switch (mode) {
      case 0b0000:
        return bits.failed ? null : Uint8Array.from(bytes)
      case 0b0001:
        numeric(bits, bits.take(countBits.numeric[span]!), bytes)
        break
      case 0b0010:
        alphanumeric(bits, bits.take(countBits.alphanumeric[span]!), bytes, fnc1)
        break
      case 0b0100:
        for (let count = bits.take(countBits.byte[span]!); count > 0 && !bits.failed; count--) bytes.push(bits.take(8))
        break
      case 0b1000:
        doubleByte(bits, bits.take(countBits.kanji[span]!), bytes, 0xc0, 0x1f00, 0x8140, 0xc140)
        break
      case 0b1101:
        bits.take(4)
        doubleByte(bits, bits.take(countBits.hanzi[span]!), bytes, 0x60, 0x03bf, 0xa1a1, 0xa6a1)
        break
      case 0b0011:
        bits.take(16)
        break
      case 0b0101:
        fnc1 = true
        break
      case 0b1001:
        fnc1 = true
        bits.take(8)
        break
      case 0b0111: {
        const first = bits.take(8)
        if (first >= 0x80) bits.take(first >= 0xc0 ? 16 : 8)
        break
      }
      default:
        return null
    }
    if (bits.failed) return null
  }
  return Uint8Array.from(bytes)
}

class BitReader {
  readonly #bytes: Uint8Array
  #at = 0
  failed = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length * 8 - this.#at
  }

  /** The next `count` bits, most significant first; 0 and `failed` when there are not as many. */
  take(count: number): number {
    if (count > this.left) {
      this.failed = true
      return 0
    }
    let value = 0
    for (let i = 0; i < count; i++, this.#at++) {
      value = (value << 1) | ((this.#bytes[this.#at >> 3]! >> (7 - (this.#at & 7))) & 1)
    }
    return value
  }
}

function numeric(bits: BitReader, count: number, bytes: number[]): void {
  for (let left = count; left > 0 && !bits.failed; left -= 3) {
    const digits = Math.min(3, left)
    const value = bits.take([0, 4, 7, 10][digits]!)
    if (value >= 10 ** digits) bits.failed = true
    for (const digit of String(value).padStart(digits, '0')) bytes.push(digit.charCodeAt(0))
  }
}

function alphanumeric(bits: BitReader, count: number, bytes: number[], fnc1: boolean): void {
  let text = ''
  for (let left = count; left > 0 && !bits.failed; left -= 2) {
    const value = bits.take(left > 1 ? 11 : 6)
    if (value >= (left > 1 ? 45 * 45 : 45)) bits.failed = true
    else text += left > 1 ? ALPHANUMERIC[Math.floor(value / 45)]! + ALPHANUMERIC[value % 45]! : ALPHANUMERIC[value]!
  }
  // In FNC1 mode a lone % is a field separator and %% a percent sign (7.4.8.3).
  const meant = fnc1
    ? text.replaceAll(/%%?/g, found => (found === '%%' ? '%' : String.fromCharCode(GROUP_SEPARATOR)))
    : text
  for (let i = 0; i < meant.length; i++) bytes.push(meant.charCodeAt(i))
}

/** Thirteen bits a character: the two bytes of a double-byte set, less its offset, packed by `rows` (7.4.6; GB/T 18284). */
function doubleByte(
  bits: BitReader,
  count: number,
  bytes: number[],
  rows: number,
  firstRange: number,
  firstOffset: number,
  secondOffset: number,
): void {
  for (let left = count; left > 0 && !bits.failed; left--) {
    const packed = bits.take(13)
    const value = (Math.floor(packed / rows) << 8) | (packed % rows)
    const code = value + (value < firstRange ? firstOffset : secondOffset)
    bytes.push(code >> 8, code & 0xff)
  }
}
