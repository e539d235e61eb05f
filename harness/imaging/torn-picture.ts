import { pictureSeam } from './picture-seams.ts'
import type { Raster } from './raster.ts'

/**
 * Looks for what a camera's wire or a broken buffer does to a picture that decodes cleanly: rows that stand there twice, a row
 * overwritten in part by one value, and a seam behind which everything lies shifted, or is of another picture. None of them can be
 * photographed: light gives no two rows alike, no edge moves what lies on both sides of it, and a lens blurs each over some rows.
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
  const seam = pictureSeam(rows.width, rows.height, samplesOf(rows))
  if (seam === null) return null
  const { along, at, shiftPx } = seam
  return shiftPx === null
    ? `was put together of two pictures at ${along} ${at}`
    : `is torn at ${along} ${at}: what lies behind is shifted by ${Math.abs(shiftPx)} px`
}

/** One sample a pixel, in the sensor's rows: the one of column x in row y stands at `first + (y · width + x) · step`. */
interface Rows {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
  readonly first: number
  readonly step: number
}

function greenOf({ width, height, channels, data }: Raster, turned: boolean): Rows {
  const first = channels > 1 ? 1 : 0
  if (!turned) return { width, height, data, first, step: channels }
  const green = new Uint8Array(width * height)
  for (let y = 0, from = first; y < height; y++) {
    for (let x = 0; x < width; x++, from += channels) green[x * height + y] = data[from]!
  }
  return { width: height, height: width, data: green, first: 0, step: 1 }
}

/** Fewer may be alike by chance where a picture was drawn and not taken. */
const LEAST_ROWS = 8
/** Where more of the rows are of one level each the picture was drawn, and its patterns repeat: a sensor's noise lets none be. */
const DRAWN_SHARE = 0.02

function repeatedRows({ width, height, data, first, step }: Rows): { from: number; to: number } | null {
  const seen = new Map<number, number>()
  const hashes = new Int32Array(height)
  let [distance, run, kinds, plain] = [0, 0, 0, 0]
  let found: { from: number; to: number } | null = null
  for (let y = 0; y < height; y++) {
    const from = first + y * width * step
    const to = from + width * step
    let other = from + step
    while (other < to && data[other] === data[from]) other += step
    const isPlain = other >= to
    const hash = hashOf(data, from, to, step)
    hashes[y] = hash
    if (isPlain) plain++
    const earlier = isPlain ? undefined : seen.get(hash)
    // Upright stripes that were drawn are alike row by row: only a block of rows that differ among themselves counts.
    if (earlier !== undefined && y - earlier >= LEAST_ROWS && (run === 0 || y - earlier === distance)) {
      distance = y - earlier
      kinds = run === 0 || hash !== hashes[y - 1] ? kinds + 1 : kinds
      run++
      if (run >= LEAST_ROWS && kinds >= LEAST_ROWS) found ??= { from: y - run + 1 - distance, to: y - distance }
    } else [run, kinds] = [0, 0]
    if (!isPlain) seen.set(hash, y)
  }
  return plain > DRAWN_SHARE * height ? null : found
}

/** The samples one after the other. */
function samplesOf({ width, height, data, first, step }: Rows): Uint8Array {
  if (step === 1 && first === 0) return data
  const samples = new Uint8Array(width * height)
  for (let i = 0, at = first; i < samples.length; i++, at += step) samples[i] = data[at]!
  return samples
}

/** Four sums side by side: a processor works on them at once. */
function hashOf(data: Uint8Array, from: number, to: number, step: number): number {
  let [a, b, c, d] = [17, 18, 19, 20]
  let i = from
  for (; i + 3 * step < to; i += 4 * step) {
    a = Math.imul(a ^ data[i]!, 0x01000193)
    b = Math.imul(b ^ data[i + step]!, 0x01000193)
    c = Math.imul(c ^ data[i + 2 * step]!, 0x01000193)
    d = Math.imul(d ^ data[i + 3 * step]!, 0x01000193)
  }
  for (; i < to; i += step) a = Math.imul(a ^ data[i]!, 0x01000193)
  for (const each of [b, c, d]) a = Math.imul(a ^ each, 0x01000193) ^ (each >>> 15)
  return a | 0
}

const STREAK_PX = 128
/** A streak covers one of these whole, wherever it begins. */
const BLOCK_PX = STREAK_PX / 2
const STREAK_CONTRAST = 24

function overwrittenRow({ width, height, data, first, step }: Rows): number | null {
  for (let y = 1; y < height - 1; y++) {
    const start = first + y * width * step
    const end = start + width * step
    for (let block = start; block + (BLOCK_PX - 1) * step < end; block += BLOCK_PX * step) {
      const value = data[block]
      if (value !== data[block + (BLOCK_PX - 1) * step] || value !== data[block + (BLOCK_PX >> 1) * step]) continue
      let from = block
      while (from > start && data[from - step] === value) from -= step
      let to = block + step
      while (to < end && data[to] === value) to += step
      if (to - from >= STREAK_PX * step && standsAlone(data, from, to, width * step, step)) return y
      // Whatever block of it is looked at next, the run is the same one: a row of one value would be gone over for each of its blocks.
      while (block + BLOCK_PX * step < to) block += BLOCK_PX * step
    }
  }
  return null
}

/** Is the row above another one, and the row below too, all along? */
function standsAlone(data: Uint8Array, from: number, to: number, stride: number, step: number): boolean {
  let [above, below] = [0, 0]
  for (let i = from; i < to; i += step) {
    above += Math.abs(data[i]! - data[i - stride]!)
    below += Math.abs(data[i]! - data[i + stride]!)
  }
  return Math.min(above, below) > (STREAK_CONTRAST * (to - from)) / step
}
