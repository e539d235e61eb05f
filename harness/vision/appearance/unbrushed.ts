import { findBlobs } from '../../imaging/blobs.ts'
import { ranked } from '../../imaging/quantile.ts'
import type { RectMm } from '../../products/profile.ts'
import { isBrushed } from './brushed.ts'
import { boxSum } from './local-means.ts'
import { toneOf } from './surface-maps.ts'
import type { SurfaceView } from './surface-view.ts'

/** A place of brushed metal that bears no brushing: a label, tape, foil or paint of its own tone, a polished spot. */
export interface Unbrushed {
  /** mm from the surface's top left corner. */
  readonly rect: RectMm
  /** How far the brushing falls off there, as a multiple of {@link MOST}. */
  readonly strength: number
}

/** Streaks are so long at least, mm, and so far apart. */
const STREAK_MM = 1.1
const APART_PX = 2
const CELL_MM = 0.75
/** Cells to each side that are taken together, and that tell what is usual there. */
const TOGETHER = 1
const AROUND = 12
const EVERY = 4
/** A cell tells of the brushing with so much of it in view, and a place by so many cells. */
const LEAST_SHARE = 0.8
const LEAST_CELLS = 20
/** Where a lamp is mirrored nothing is seen. */
const CLIPPED = 250
/**
 * Natural logarithm of the streaks' strength: of 15 photographs of good brushed cards 13 have a fall of at most 1.04, a steep one 1.52, and a
 * finger 1.94; foil and paint have 1.65 to 3.2.
 */
const MOST = 1.6
/** So many cells side by side: one alone is a dent or dust. */
const FEWEST = 2

/** Where the brushing of a card falls off against all that is around it. Of a surface that is brushed all over only. */
export function unbrushedPlaces(view: SurfaceView): Unbrushed[] {
  if (!isBrushed(view)) return []
  const { columns, rows, strengths } = brushing(view)
  const isOff = new Uint8Array(columns * rows)
  const falls = fallsOf(strengths, columns, rows)
  for (let i = 0; i < isOff.length; i++) isOff[i] = Number(falls[i]! >= MOST)
  return findBlobs(isOff, columns)
    .filter(({ areaPx }) => areaPx >= FEWEST)
    .map(({ left, top, right, bottom }) => {
      let fall = 0
      for (let y = top; y < bottom; y++)
        for (let x = left; x < right; x++) fall = Math.max(fall, falls[y * columns + x]!)
      const rect = { x: left, y: top, width: right - left, height: bottom - top }
      return { rect: scaled(rect, CELL_MM), strength: fall / MOST }
    })
}

const scaled = ({ x, y, width, height }: RectMm, by: number): RectMm => ({
  x: x * by,
  y: y * by,
  width: width * by,
  height: height * by,
})

interface Brushing {
  readonly columns: number
  readonly rows: number
  /** Natural logarithm of the differences between streaks; NaN where too little is seen. */
  readonly strengths: Float32Array
}

function brushing({ raster, valid, pixelsPerMm }: SurfaceView): Brushing {
  const { width, height, channels, data } = raster
  const cellPx = Math.round(CELL_MM * pixelsPerMm)
  const [columns, rows] = [Math.floor(width / cellPx), Math.floor(height / cellPx)]
  const isSeen = valid.map((one, i) => Number(one === 1 && data[i * channels + (channels > 1 ? 1 : 0)]! < CLIPPED))
  const reach = Math.round((STREAK_MM * pixelsPerMm) / 2)
  const sums = boxSum(toneOf(raster, isSeen).data, width, height, reach, 0)
  const counts = boxSum(new Float32Array(isSeen), width, height, reach, 0)
  const whole = 2 * reach + 1
  const squares = new Float64Array(columns * rows)
  const seen = new Uint32Array(columns * rows)
  for (let y = APART_PX; y < rows * cellPx; y++)
    for (let x = 0, i = y * width; x < columns * cellPx; x++, i++) {
      const before = i - APART_PX * width
      if (counts[i]! < whole || counts[before]! < whole) continue
      const cell = Math.floor(y / cellPx) * columns + Math.floor(x / cellPx)
      squares[cell]! += ((sums[i]! - sums[before]!) / whole) ** 2
      seen[cell]!++
    }
  const strengths = new Float32Array(columns * rows).fill(Number.NaN)
  const least = LEAST_SHARE * (cellPx * (2 * TOGETHER + 1)) ** 2
  for (let row = TOGETHER; row < rows - TOGETHER; row++)
    for (let column = TOGETHER; column < columns - TOGETHER; column++) {
      let [sum, count] = [0, 0]
      for (let y = row - TOGETHER; y <= row + TOGETHER; y++)
        for (let x = column - TOGETHER; x <= column + TOGETHER; x++) {
          sum += squares[y * columns + x]!
          count += seen[y * columns + x]!
        }
      if (count >= least && sum > 0) strengths[row * columns + column] = Math.log(sum / count) / 2
    }
  return { columns, rows, strengths }
}

/** By how much each cell's brushing is weaker than most around it; 0 where nothing is known. */
function fallsOf(strengths: Float32Array, columns: number, rows: number): Float32Array {
  const falls = new Float32Array(strengths.length)
  const around = new Float32Array((2 * AROUND + EVERY) ** 2)
  for (let row = 0; row < rows; row += EVERY)
    for (let column = 0; column < columns; column += EVERY) {
      let count = 0
      for (let y = Math.max(0, row - AROUND); y < Math.min(rows, row + EVERY + AROUND); y++)
        for (let x = Math.max(0, column - AROUND); x < Math.min(columns, column + EVERY + AROUND); x++) {
          const value = strengths[y * columns + x]!
          if (!Number.isNaN(value)) around[count++] = value
        }
      if (count < LEAST_CELLS) continue
      const usual = ranked(around.subarray(0, count), count >> 1)
      for (let y = row; y < Math.min(rows, row + EVERY); y++)
        for (let x = column; x < Math.min(columns, column + EVERY); x++) {
          const value = strengths[y * columns + x]!
          if (!Number.isNaN(value)) falls[y * columns + x] = usual - value
        }
    }
  return falls
}
