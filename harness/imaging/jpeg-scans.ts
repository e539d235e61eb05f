// What the segments of a JPEG say of its scans (ITU-T T.81, annexes A and B), whichever way they are coded.

export interface Component {
  readonly id: number
  readonly across: number
  readonly down: number
  readonly quantumTable: number
}
export interface Frame {
  readonly width: number
  readonly height: number
  readonly components: readonly Component[]
}
/** How many units a scan has, in each of which are so many blocks of its components as `blocks` lists. */
export interface ScanLayout {
  readonly units: number
  /** Which of the scan's components each block of a unit is of. */
  readonly blocks: readonly number[]
}

export function layoutOf({ width, height, components }: Frame, scan: readonly Component[]): ScanLayout {
  const widest = Math.max(...components.map(({ across }) => across))
  const highest = Math.max(...components.map(({ down }) => down))
  // A scan of one component has its own blocks only (A.2.2); else so many of each as one unit of all holds.
  const alone = scan.length === 1 ? scan[0]! : null
  const unitsOf = (px: number, most: number, own: number) =>
    alone === null ? Math.ceil(px / (8 * most)) : Math.ceil(Math.ceil((px * own) / most) / 8)
  return {
    units: unitsOf(width, widest, alone?.across ?? 1) * unitsOf(height, highest, alone?.down ?? 1),
    blocks: scan.flatMap((component, i) =>
      Array.from({ length: alone === null ? component.across * component.down : 1 }, () => i),
    ),
  }
}

/** Greatest absolute value that a quantised DC coefficient has: 8-bit samples, and what rounding adds. */
export const greatestDcOf = (component: Component, quantum: ReadonlyMap<number, number>): number =>
  Math.ceil(1024 / Math.max(1, quantum.get(component.quantumTable) ?? 1)) + 8

/**
 * Follows the coded pixels of one scan, interval after interval between restart marks.
 * @param intervalFault follows `units` units in `data`, whose stuffing is taken out; null when they fill it
 */
export function scanFault(
  coded: Uint8Array,
  units: number,
  restartInterval: number,
  intervalFault: (data: Uint8Array, units: number) => string | null,
): string | null {
  let [left, from] = [units, 0]
  for (let restart = 0; left > 0; restart++) {
    const count = restartInterval > 0 ? Math.min(restartInterval, left) : left
    const { data, end } = withoutStuffing(coded, from)
    if (left > count && coded[end + 1] !== 0xd0 + (restart & 7)) return 'a restart mark is missing in its coded pixels'
    const fault = intervalFault(data, count)
    if (fault !== null) return fault
    left -= count
    from = end + 2
  }
  return from < coded.length ? 'more coded pixels follow than it has blocks' : null
}

export function readFrame(segment: Uint8Array): Frame | null {
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
export function readQuantum(segment: Uint8Array, quantum: Map<number, number>): void {
  for (let at = 0; at < segment.length; ) {
    const wide = segment[at]! >> 4 !== 0
    quantum.set(segment[at]! & 15, wide ? (segment[at + 1]! << 8) | segment[at + 2]! : segment[at + 1]!)
    at += wide ? 129 : 65
  }
}

/** Code to length and symbol, for every 16 bits that may follow; 0 where they begin no code. */
export function readHuffman(segment: Uint8Array, tables: Map<number, Uint16Array>): void {
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
