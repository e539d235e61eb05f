import { toGrey } from '../../imaging/grey.ts'
import { quantile } from '../../imaging/quantile.ts'
import type { CutLine } from '../text/text-line.ts'

/** Looked at beyond capitals, above and below, in their heights: where a line is underlined or ruled over. */
const BEYOND = 0.42
/** The brush's streaks are lighter than strokes: a stroke is so dark, of the darkest of the line, and of the ground. */
const STROKE_SHARE = 0.5
const DARKEST = 0.97
const LEAST_DARKNESS = 0.05
/** So many samples of a line of text are ground. */
const GROUND = 0.6
/** A stroke may be broken by so much, mm, and slant by so much. */
const GAP_MM = 0.12
const SLOPES = [-0.04, -0.02, 0, 0.02, 0.04]
/** A shadow or an edge is dark on one side too: so far beside a stroke, in capitals' heights, such a share of it is ground. */
const BESIDE = 0.35
const LEAST_FREE = 0.4

interface Dark {
  readonly width: number
  /** Rows that are looked at. */
  readonly top: number
  readonly bottom: number
  /** 1 where it is as dark as a stroke. */
  readonly isDark: Uint8Array
}

/**
 * The longest level stroke that goes through a text, above it or below it, in capitals' heights: longer than any character's own where
 * the text is struck through or underlined. It needs no reading, and says nothing of one.
 */
export function lineThrough(lines: readonly CutLine[]): number {
  return Math.max(...lines.map(line => longestStrokePx(line) / line.capHeightPx))
}

function longestStrokePx(line: CutLine): number {
  const { capHeightPx, pixelsPerMm } = line
  const dark = darkPlaces(line)
  if (dark === null) return 0
  const gap = Math.round(GAP_MM * pixelsPerMm) + 1
  const beside = Math.round(BESIDE * capHeightPx)
  let longest = 0
  for (const slope of SLOPES)
    for (let row = dark.top; row < dark.bottom; row++)
      longest = Math.max(longest, strokeInRow(dark, row, slope, gap, beside))
  return longest
}

function strokeInRow(
  { width, top, bottom, isDark }: Dark,
  row: number,
  slope: number,
  gap: number,
  beside: number,
): number {
  const isFree = (x: number, y: number) => y < top || y >= bottom || isDark[y * width + x] === 0
  let longest = 0
  let [began, last, count, above, below] = [-1, -1, 0, 0, 0]
  for (let x = 0; x < width; x++) {
    const y = Math.round(row + slope * (x - width / 2))
    if (y < top || y >= bottom || isDark[y * width + x] === 0) continue
    if (last < 0 || x - last > gap) {
      began = x
      count = above = below = 0
    }
    last = x
    count++
    above += Number(isFree(x, y - beside))
    below += Number(isFree(x, y + beside))
    if (last - began > longest && Math.min(above, below) >= LEAST_FREE * count) longest = last - began
  }
  return longest
}

/** Null where nothing stands out of the ground. */
function darkPlaces({ raster, capHeightPx, baselineY }: CutLine): Dark | null {
  const { width, height, data } = toGrey(raster)
  const top = Math.max(0, Math.round(baselineY - (1 + BEYOND) * capHeightPx))
  const bottom = Math.min(height, Math.round(baselineY + BEYOND * capHeightPx))
  const darkness = new Float32Array(width * height)
  const strokes: number[] = []
  // Light changes along a line: each piece of it against its own ground.
  const piece = Math.max(1, Math.round(capHeightPx))
  for (let from = 0; from < width; from += piece) {
    const to = Math.min(width, from + piece)
    const levels: number[] = []
    for (let y = top; y < bottom; y++)
      for (let x = Math.max(0, from - piece); x < Math.min(width, to + piece); x++) levels.push(data[y * width + x]!)
    const ground = quantile(levels, GROUND, 0) + 1
    for (let y = top; y < bottom; y++)
      for (let x = from; x < to; x++) {
        const one = 1 - (data[y * width + x]! + 1) / ground
        darkness[y * width + x] = one
        if (y < baselineY && y >= baselineY - capHeightPx) strokes.push(one)
      }
  }
  const least = STROKE_SHARE * quantile(strokes, DARKEST, 0)
  if (!(least > LEAST_DARKNESS)) return null
  return { width, top, bottom, isDark: Uint8Array.from(darkness, one => Number(one >= least)) }
}
