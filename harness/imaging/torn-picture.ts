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
  const seam = pictureSeam(rows.width, rows.height, rows.data)
  if (seam === null) return null
  const { along, at, shiftPx } = seam
  return shiftPx === null
    ? `was put together of two pictures at ${along} ${at}`
    : `is torn at ${along} ${at}: what lies behind is shifted by ${Math.abs(shiftPx)} px`
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
/** Where more of the rows are of one level each the picture was drawn, and its patterns repeat: a sensor's noise lets none be. */
const DRAWN_SHARE = 0.02

function repeatedRows({ width, height, data }: Rows): { from: number; to: number } | null {
  const seen = new Map<number, number>()
  const hashes = new Int32Array(height)
  let [distance, run, kinds, plain] = [0, 0, 0, 0]
  let found: { from: number; to: number } | null = null
  for (let y = 0; y < height; y++) {
    let hash = 17
    let isPlain = true
    const [from, to] = [y * width, (y + 1) * width]
    for (let i = from; i < to; i++) {
      hash = Math.imul(hash ^ data[i]!, 0x01000193)
      if (isPlain && data[i] !== data[from]) isPlain = false
    }
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

const STREAK_PX = 128
const STREAK_CONTRAST = 24

function overwrittenRow({ width, height, data }: Rows): number | null {
  for (let y = 1; y < height - 1; y++) {
    const [start, end] = [y * width, (y + 1) * width]
    // A streak holds at least one block of half its length, wherever it begins.
    for (let block = start; block + STREAK_PX / 2 <= end; ) {
      const [from, to] = runAround(data, block, start, end)
      if (to - from >= STREAK_PX && standsAlone(data, from, to, width)) return y
      block += STREAK_PX / 2
      while (block < to) block += STREAK_PX / 2
    }
  }
  return null
}

/** Of what samples around one are of its value, where they begin and end. */
function runAround(data: Uint8Array, at: number, start: number, end: number): [from: number, to: number] {
  let to = at + 1
  while (to < end && data[to] === data[at]) to++
  if (to - at < STREAK_PX / 2) return [at, to]
  let from = at
  while (from > start && data[from - 1] === data[at]) from--
  return [from, to]
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
