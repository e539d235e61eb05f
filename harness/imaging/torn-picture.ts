import type { Raster } from './raster.ts'

/**
 * Looks for what a camera's wire or a broken buffer does to a picture that decodes cleanly: rows that stand there twice, a row
 * overwritten in part by one value, and a seam behind which everything lies shifted. None of them can be photographed: light gives no two rows alike,
 * and no edge moves what lies on both sides of it.
 *
 * @param turned the picture was turned by a quarter after it was taken, so that the sensor's rows are columns
 * @returns a clause that says what was found, or null
 */
export function tornPictureFault(raster: Raster, turned = false): string | null {
  const rows = greenOf(raster, turned)
  const repeated = repeatedRows(rows)
  if (repeated !== null) return `shows rows ${repeated.from} to ${repeated.to} twice: a band of it was sent again`
  const row = overwrittenRow(rows)
  if (row !== null) return `has a streak of one value in row ${row}: a part of it was overwritten`
  const seam = seamRow(rows)
  return seam === null ? null : `is torn at row ${seam}: what lies below is shifted sideways`
}

/** One sample a pixel, in the sensor's rows. */
interface Rows {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

function greenOf({ width, height, channels, data }: Raster, turned: boolean): Rows {
  const green = new Uint8Array(width * height)
  const first = channels > 1 ? 1 : 0
  if (!turned) {
    for (let i = 0, from = first; i < green.length; i++, from += channels) green[i] = data[from]!
    return { width, height, data: green }
  }
  for (let y = 0, from = first; y < height; y++) {
    for (let x = 0; x < width; x++, from += channels) green[x * height + y] = data[from]!
  }
  return { width: height, height: width, data: green }
}

/** Fewer may be alike by chance where a picture was drawn and not taken. */
const LEAST_ROWS = 8

function repeatedRows({ width, height, data }: Rows): { from: number; to: number } | null {
  const seen = new Map<number, number>()
  const hashes = new Int32Array(height)
  let [distance, run, kinds] = [0, 0, 0]
  for (let y = 0; y < height; y++) {
    let hash = 17
    let isPlain = true
    const [from, to] = [y * width, (y + 1) * width]
    for (let i = from; i < to; i++) {
      hash = Math.imul(hash ^ data[i]!, 0x01000193)
      if (isPlain && data[i] !== data[from]) isPlain = false
    }
    hashes[y] = hash
    const earlier = isPlain ? undefined : seen.get(hash)
    // Upright stripes that were drawn are alike row by row: only a block of rows that differ among themselves counts.
    if (earlier !== undefined && y - earlier >= LEAST_ROWS && (run === 0 || y - earlier === distance)) {
      distance = y - earlier
      kinds = run === 0 || hash !== hashes[y - 1] ? kinds + 1 : kinds
      run++
      if (run >= LEAST_ROWS && kinds >= LEAST_ROWS) return { from: y - run + 1 - distance, to: y - distance }
    } else [run, kinds] = [0, 0]
    if (!isPlain) seen.set(hash, y)
  }
  return null
}

const STREAK_PX = 128
const STREAK_CONTRAST = 24

function overwrittenRow({ width, height, data }: Rows): number | null {
  for (let y = 1; y < height - 1; y++) {
    let from = y * width
    const end = from + width
    for (let i = from + 1; i <= end; i++) {
      if (i < end && data[i] === data[i - 1]) continue
      if (i - from >= STREAK_PX && standsAlone(data, from, i, width)) return y
      from = i
    }
  }
  return null
}

/** Is the row above another one, and the row below too, all along? */
function standsAlone(data: Uint8Array, from: number, to: number, stride: number): boolean {
  let [above, below] = [0, 0]
  for (let i = from; i < to; i++) {
    above += Math.abs(data[i]! - data[i - stride]!)
    below += Math.abs(data[i]! - data[i + stride]!)
  }
  return Math.min(above, below) > STREAK_CONTRAST * (to - from)
}

const SHIFTED_CORRELATION = 0.9
const TORN_CORRELATION = 0.6

function seamRow({ width, height, data }: Rows): number | null {
  if (width < 256 || height < 64) return null
  const differences = new Float64Array(height)
  for (let y = 1; y < height; y++) {
    let sum = 0
    for (let i = y * width; i < (y + 1) * width; i += 2) sum += Math.abs(data[i]! - data[i - width]!)
    differences[y] = sum
  }
  const rowAt = (y: number) => Float64Array.from({ length: width }, (_, x) => data[y * width + x]!)
  for (let y = 8; y < height - 8; y++) {
    const around = Math.max(differences[y - 2]!, differences[y - 1]!, differences[y + 1]!, differences[y + 2]!)
    if (differences[y]! < 3 * around || differences[y]! < width * 2) continue
    const [above, below] = [rowAt(y - 1), rowAt(y)]
    if (correlation(above, below, 0) > TORN_CORRELATION) continue
    for (let shift = 4; shift <= width / 3; shift++) {
      if (Math.max(correlation(above, below, shift), correlation(below, above, shift)) > SHIFTED_CORRELATION) return y
    }
  }
  return null
}

/** Of `a` with `b` moved right by `shift`. */
function correlation(a: Float64Array, b: Float64Array, shift: number): number {
  const count = a.length - shift
  let [sa, sb, aa, bb, ab] = [0, 0, 0, 0, 0]
  for (let x = 0; x < count; x++) {
    const [p, q] = [a[x]!, b[x + shift]!]
    sa += p
    sb += q
    aa += p * p
    bb += q * q
    ab += p * q
  }
  const [va, vb] = [aa - (sa * sa) / count, bb - (sb * sb) / count]
  return va > 0 && vb > 0 ? (ab - (sa * sb) / count) / Math.sqrt(va * vb) : 0
}
