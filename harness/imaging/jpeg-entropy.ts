import { endOfScan, isRestart } from './container.ts'
import {
  type Component,
  type Frame,
  greatestDcOf,
  layoutOf,
  readFrame,
  readHuffman,
  readQuantum,
  scanFault,
} from './jpeg-scans.ts'
import { ProgressiveScans } from './progressive-scans.ts'

/**
 * Follows every coded coefficient of a baseline or progressive JPEG (ITU-T T.81, annexes F and G) without making a pixel. A decoder takes whatever codes
 * it meets and stops at the last block; a hole or a flipped bit shows in that the coefficients do not end where the data end,
 * run over their block, or leave the range of 8-bit samples.
 *
 * @param bytes a JPEG whose segments are whole (`examineContainer`)
 * @returns a clause that says what is wrong; null when nothing is, or for coding of another kind
 */
export function jpegEntropyFault(bytes: Uint8Array): string | null {
  const tables = new Map<number, Uint16Array>()
  const quantum = new Map<number, number>()
  let frame: Frame | null = null
  let progressive: ProgressiveScans | null = null
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
    else if (marker === 0xc2) {
      frame = readFrame(segment)
      if (frame !== null) progressive = new ProgressiveScans(frame)
    } else if (marker >= 0xc3 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) return null
    if (marker !== SOS) continue
    const end = endOfScan(bytes, at)
    if (frame === null) return null
    const coded = bytes.subarray(at, end)
    const fault =
      progressive === null
        ? baselineFault(coded, frame, readScan(segment, frame, tables, quantum), restartInterval)
        : progressive.fault(coded, segment, tables, quantum, restartInterval)
    if (fault !== null) return fault
    at = end
  }
  return null
}

const [EOI, DHT, DQT, DRI, SOS] = [0xd9, 0xc4, 0xdb, 0xdd, 0xda]

/** One component of a scan with what its blocks are coded by. */
interface Coded extends Component {
  readonly dc: Uint16Array
  readonly ac: Uint16Array
  readonly greatestDc: number
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
    scan.push({ ...component, dc, ac, greatestDc: greatestDcOf(component, quantum) })
  }
  return scan
}

/** null also where the scan names tables or components that are not there: a decoder says so itself. */
function baselineFault(
  coded: Uint8Array,
  frame: Frame,
  scan: readonly Coded[] | null,
  restartInterval: number,
): string | null {
  if (scan === null) return null
  const { units, blocks } = layoutOf(frame, scan)
  return scanFault(coded, units, restartInterval, (data, count) => intervalFault(data, scan, blocks, count))
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
