import { endOfScan, isRestart } from './container.ts'

/**
 * Follows every coded coefficient of a baseline JPEG (ITU-T T.81, annex F) without making a pixel. A decoder takes whatever codes
 * it meets and stops at the last block; a hole or a flipped bit shows in that the coefficients do not end where the data end,
 * run over their block, or leave the range of 8-bit samples.
 *
 * @param bytes a JPEG whose segments are whole (`examineContainer`)
 * @returns a clause that says what is wrong; null when nothing is, or for coding that is not baseline
 */
export function jpegEntropyFault(bytes: Uint8Array): string | null {
  const tables = new Map<number, Uint16Array>()
  const quantum = new Map<number, number>()
  let frame: Frame | null = null
  let restartInterval = 0
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff || bytes[at + 1] === 0xff) {
      at++
      continue
    }
    const marker = bytes[at + 1]!
    if (marker === EOI) return null
    if (marker === 0x01 || isRestart(marker)) {
      at += 2
      continue
    }
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!
    const segment = bytes.subarray(at + 4, at + 2 + length)
    at += 2 + length
    if (marker === DHT) readHuffman(segment, tables)
    else if (marker === DQT) readQuantum(segment, quantum)
    else if (marker === DRI) restartInterval = (segment[0]! << 8) | segment[1]!
    else if (marker === 0xc0 || marker === 0xc1) frame = readFrame(segment)
    else if (marker >= 0xc2 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) return null
    if (marker !== SOS) continue
    const end = endOfScan(bytes, at)
    const scan = frame === null ? null : readScan(segment, frame, tables, quantum)
    if (frame === null || scan === null) return null
    const fault = scanFault(bytes.subarray(at, end), frame, scan, restartInterval)
    if (fault !== null) return fault
    at = end
  }
  return null
}

const [EOI, DHT, DQT, DRI, SOS] = [0xd9, 0xc4, 0xdb, 0xdd, 0xda]

interface Component {
  readonly id: number
  readonly across: number
  readonly down: number
  readonly quantumTable: number
}
interface Frame {
  readonly width: number
  readonly height: number
  readonly components: readonly Component[]
}
/** One component of a scan with what its blocks are coded by. */
interface Coded extends Component {
  readonly dc: Uint16Array
  readonly ac: Uint16Array
  /** Greatest absolute value that a quantised DC coefficient has: 8-bit samples, and what rounding adds. */
  readonly greatestDc: number
}

function readFrame(segment: Uint8Array): Frame | null {
  const [precision, count] = [segment[0], segment[5]!]
  if (precision !== 8 || segment.length < 6 + 3 * count) return null
  return {
    height: (segment[1]! << 8) | segment[2]!,
    width: (segment[3]! << 8) | segment[4]!,
    components: Array.from({ length: count }, (_, i) => {
      const [id, sampling, quantumTable] = segment.subarray(6 + 3 * i, 9 + 3 * i) as unknown as [number, number, number]
      return { id, across: sampling >> 4, down: sampling & 15, quantumTable }
    }),
  }
}

/** The first value of each table, which belongs to the DC coefficient. */
function readQuantum(segment: Uint8Array, quantum: Map<number, number>): void {
  for (let at = 0; at < segment.length; ) {
    const wide = segment[at]! >> 4 !== 0
    quantum.set(segment[at]! & 15, wide ? (segment[at + 1]! << 8) | segment[at + 2]! : segment[at + 1]!)
    at += wide ? 129 : 65
  }
}

/** Code to length and symbol, for every 16 bits that may follow; 0 where they begin no code. */
function readHuffman(segment: Uint8Array, tables: Map<number, Uint16Array>): void {
  for (let at = 0; at + 17 <= segment.length; ) {
    const table = new Uint16Array(1 << 16)
    const counts = segment.subarray(at + 1, at + 17)
    let [code, symbol] = [0, at + 17]
    for (let length = 1; length <= 16; length++, code <<= 1) {
      for (let i = 0; i < counts[length - 1]!; i++, code++, symbol++) {
        const from = code << (16 - length)
        table.fill((length << 8) | segment[symbol]!, from, from + (1 << (16 - length)))
      }
    }
    tables.set(segment[at]!, table)
    at = symbol
  }
}

function readScan(
  segment: Uint8Array,
  { components }: Frame,
  tables: ReadonlyMap<number, Uint16Array>,
  quantum: ReadonlyMap<number, number>,
): readonly Coded[] | null {
  const scan: Coded[] = []
  for (let i = 0; i < segment[0]!; i++) {
    const component = components.find(({ id }) => id === segment[1 + 2 * i])
    const selected = segment[2 + 2 * i]!
    const [dc, ac] = [tables.get(selected >> 4), tables.get(0x10 | (selected & 15))]
    if (component === undefined || dc === undefined || ac === undefined) return null
    const step = quantum.get(component.quantumTable) ?? 1
    scan.push({ ...component, dc, ac, greatestDc: Math.ceil(1024 / Math.max(1, step)) + 8 })
  }
  return scan
}

function scanFault(coded: Uint8Array, frame: Frame, scan: readonly Coded[], restartInterval: number): string | null {
  const widest = Math.max(...frame.components.map(({ across }) => across))
  const highest = Math.max(...frame.components.map(({ down }) => down))
  // A scan of one component has its own blocks only (A.2.2); else so many of each as one unit of all holds.
  const alone = scan.length === 1 ? scan[0]! : null
  const unitsOf = (px: number, most: number, own: number) =>
    alone === null ? Math.ceil(px / (8 * most)) : Math.ceil(Math.ceil((px * own) / most) / 8)
  const units = unitsOf(frame.width, widest, alone?.across ?? 1) * unitsOf(frame.height, highest, alone?.down ?? 1)
  const blocks = scan.flatMap((component, i) =>
    Array.from({ length: alone === null ? component.across * component.down : 1 }, () => i),
  )
  let [left, from] = [units, 0]
  for (let restart = 0; left > 0; restart++) {
    const count = restartInterval > 0 ? Math.min(restartInterval, left) : left
    const { data, end } = withoutStuffing(coded, from)
    if (left > count && coded[end + 1] !== 0xd0 + (restart & 7)) return 'a restart mark is missing in its coded pixels'
    const fault = intervalFault(data, scan, blocks, count)
    if (fault !== null) return fault
    left -= count
    from = end + 2
  }
  return from < coded.length ? 'more coded pixels follow than it has blocks' : null
}

/** The coded bytes up to the next mark, stuffed zeros taken out, with room behind to look ahead. */
function withoutStuffing(coded: Uint8Array, from: number): { readonly data: Uint8Array; readonly end: number } {
  const data = new Uint8Array(coded.length - from + 4)
  let [length, at] = [0, from]
  while (at < coded.length) {
    const next = coded.indexOf(0xff, at)
    const to = next === -1 ? coded.length : next
    data.set(coded.subarray(at, to), length)
    length += to - at
    at = to
    if (next === -1) break
    if (coded[at + 1] === 0) data[length++] = 0xff
    else if (coded[at + 1] !== 0xff) return { data: data.subarray(0, length), end: at }
    at += coded[at + 1] === 0 ? 2 : 1
  }
  return { data: data.subarray(0, length), end: at }
}

function intervalFault(
  data: Uint8Array,
  scan: readonly Coded[],
  blocks: readonly number[],
  units: number,
): string | null {
  const bits = data.length * 8
  const dcOf = new Int32Array(scan.length)
  let at = 0
  const ahead = (): number => {
    const i = at >> 3
    const three = ((data[i] ?? 0xff) << 16) | ((data[i + 1] ?? 0xff) << 8) | (data[i + 2] ?? 0xff)
    return (three >> (8 - (at & 7))) & 0xffff
  }
  for (let unit = 0; unit < units; unit++) {
    for (const component of blocks) {
      const { dc, ac, greatestDc } = scan[component]!
      const first = dc[ahead()]!
      const size = first & 0xff
      if (first === 0 || size > 11) return 'its coded pixels hold a code that is none'
      at += first >> 8
      if (size > 0) {
        const value = ahead() >> (16 - size)
        dcOf[component]! += value >= 1 << (size - 1) ? value : value - (1 << size) + 1
        at += size
        if (Math.abs(dcOf[component]!) > greatestDc) return 'its coded pixels leave the range of a picture'
      }
      for (let k = 1; k < 64; k++) {
        const code = ac[ahead()]!
        if (code === 0) return 'its coded pixels hold a code that is none'
        at += code >> 8
        const run = (code >> 4) & 15
        const length = code & 15
        if (length === 0) {
          if (run !== 15) break
          k += 15
        } else {
          k += run
          at += length
        }
        if (k > 63) return 'its coded pixels run over a block'
      }
      if (at > bits) return 'its coded pixels end too early'
    }
  }
  return bits - at >= 8 ? 'more coded pixels follow than it has blocks' : null
}
