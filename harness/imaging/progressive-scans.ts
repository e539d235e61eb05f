import { type Component, type Frame, greatestDcOf, layoutOf, scanFault } from './jpeg-scans.ts'

const [noCode, overBlock, outOfRange, tooEarly, tooLate] = [
  'its coded pixels hold a code that is none',
  'its coded pixels run over a block',
  'its coded pixels leave the range of a picture',
  'its coded pixels end too early',
  'more coded pixels follow than it has blocks',
]

/** A fault of a scan, thrown out of its blocks. */
class ScanFault extends Error {}

/** One scan's part of the coefficients (T.81 G.1.1.1): from which to which, and the bit that it begins or adds. */
interface Part {
  readonly from: number
  readonly to: number
  readonly refines: boolean
  readonly low: number
}

/**
 * Follows the scans of a progressive JPEG (ITU-T T.81, annex G), one after the other: what a later one adds depends on which
 * coefficients the earlier ones began.
 */
export class ProgressiveScans {
  readonly #frame: Frame
  /** Which coefficients of each block are begun, 64 bits a block, by the component's id. */
  readonly #begun = new Map<number, Uint32Array>()

  constructor(frame: Frame) {
    this.#frame = frame
  }

  /**
   * @param coded its coded pixels
   * @param segment what its head says
   * @returns a clause that says what is wrong; null when nothing is, or its tables or components are not there
   */
  fault(
    coded: Uint8Array,
    segment: Uint8Array,
    tables: ReadonlyMap<number, Uint16Array>,
    quantum: ReadonlyMap<number, number>,
    restartInterval: number,
  ): string | null {
    const count = segment[0]!
    const scan = Array.from({ length: count }, (_, i) =>
      this.#frame.components.find(({ id }) => id === segment[1 + 2 * i]),
    ).filter(component => component !== undefined)
    const [from, to, bits] = segment.subarray(1 + 2 * count, 4 + 2 * count) as unknown as [number, number, number]
    const part: Part = { from, to, refines: bits >> 4 !== 0, low: bits & 15 }
    if (scan.length < count || count === 0 || to > 63 || from > to || (from > 0 && count > 1)) return null
    const selected = scan.map((_, i) => segment[2 + 2 * i]!)
    const codes = selected.map(both => tables.get(from === 0 ? both >> 4 : 0x10 | (both & 15)))
    const needsCodes = from > 0 || !part.refines
    if (needsCodes && codes.includes(undefined)) return null
    const { units, blocks } = layoutOf(this.#frame, scan)
    const begun = from === 0 ? null : this.#begunOf(scan[0]!.id, units)
    let done = 0
    return scanFault(coded, units, restartInterval, (data, some) => {
      const reader = new BitReader(data)
      try {
        if (begun !== null) followAc(reader, codes[0]!, part, begun, done, some)
        else if (part.refines) reader.skip(some * blocks.length)
        else {
          const greatest = scan.map(component => greatestDcOf(component, quantum) >> part.low)
          followDc(reader, codes as readonly Uint16Array[], blocks, greatest, some)
        }
        done += some
        return reader.endFault()
      } catch (error) {
        if (error instanceof ScanFault) return error.message
        throw error
      }
    })
  }

  #begunOf(id: Component['id'], blocks: number): Uint32Array {
    const begun = this.#begun.get(id) ?? new Uint32Array(2 * blocks)
    this.#begun.set(id, begun)
    return begun
  }
}

/** Bits of one interval; behind its end stand ones. */
class BitReader {
  readonly #data: Uint8Array
  readonly #bits: number
  #at = 0

  constructor(data: Uint8Array) {
    this.#data = data
    this.#bits = data.length * 8
  }

  #ahead(): number {
    const [data, i] = [this.#data, this.#at >> 3]
    const three = ((data[i] ?? 0xff) << 16) | ((data[i + 1] ?? 0xff) << 8) | (data[i + 2] ?? 0xff)
    return (three >> (8 - (this.#at & 7))) & 0xffff
  }

  symbol(codes: Uint16Array): number {
    const code = codes[this.#ahead()]!
    if (code === 0) throw new ScanFault(noCode)
    this.skip(code >> 8)
    return code & 0xff
  }

  /** @param count at most 16 */
  number(count: number): number {
    const value = count === 0 ? 0 : this.#ahead() >> (16 - count)
    this.skip(count)
    return value
  }

  skip(count: number): void {
    this.#at += count
    if (this.#at > this.#bits) throw new ScanFault(tooEarly)
  }

  endFault(): string | null {
    return this.#bits - this.#at >= 8 ? tooLate : null
  }
}

function followDc(
  reader: BitReader,
  codes: readonly Uint16Array[],
  blocks: readonly number[],
  greatest: readonly number[],
  units: number,
): void {
  const dcOf = new Int32Array(codes.length)
  for (let unit = 0; unit < units; unit++) {
    for (const component of blocks) {
      const size = reader.symbol(codes[component]!)
      if (size > 11) throw new ScanFault(noCode)
      if (size === 0) continue
      const value = reader.number(size)
      dcOf[component]! += value >= 1 << (size - 1) ? value : value - (1 << size) + 1
      if (Math.abs(dcOf[component]!) > greatest[component]! + 1) throw new ScanFault(outOfRange)
    }
  }
}

/** @param first number of the first block, of which `begun` tells which coefficients are not zero */
function followAc(
  reader: BitReader,
  codes: Uint16Array,
  { from, to, refines }: Part,
  begun: Uint32Array,
  first: number,
  blocks: number,
): void {
  /** Blocks, this one included, in which nothing more begins. */
  let ended = 0
  const isBegun = (block: number, k: number) => ((begun[2 * block + (k >> 5)]! >>> (k & 31)) & 1) !== 0
  for (let block = first; block < first + blocks; block++) {
    let k = from
    while (ended === 0 && k <= to) {
      const code = reader.symbol(codes)
      const [run, size] = [code >> 4, code & 15]
      if (size === 0 && run < 15) {
        ended = (1 << run) + reader.number(run)
        break
      }
      if (size > (refines ? 1 : 10)) throw new ScanFault(noCode)
      if (size > 0) reader.number(size)
      // A run counts zeros; what is begun already takes a bit and is passed by.
      for (let zeros = size === 0 ? 15 : run; ; k++) {
        if (k > to) throw new ScanFault(overBlock)
        if (refines && isBegun(block, k)) reader.skip(1)
        else if (zeros-- === 0) break
      }
      if (size > 0) begun[2 * block + (k >> 5)]! |= 1 << (k & 31)
      k++
    }
    if (ended === 0) continue
    if (refines) for (; k <= to; k++) if (isBegun(block, k)) reader.skip(1)
    ended--
  }
  if (ended > 0) throw new ScanFault(tooLate)
}
