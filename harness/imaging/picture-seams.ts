import { columnsOf, type Lines, rowsOf } from './picture-lines.ts'
import { shiftAcross } from './shifted-line.ts'

/** Where two parts of a picture meet that no camera took together. */
export interface PictureSeam {
  readonly along: 'row' | 'column'
  /** The first line behind it. */
  readonly at: number
  /** By how many pixels what lies behind is shifted along the line; null where it is another picture. */
  readonly shiftPx: number | null
}

/** Every line is looked at in so many stretches. */
const STRETCHES = 24
/** Smaller pictures have too few samples a stretch. */
const LEAST_SIDE_PX = 256
/** Lines whose own differences a seam is compared with: next to it, and as far as a JPEG's blocks. */
const BESIDE = [2, 3, 8, 16]
/** Between lines of one photograph there is more than this, levels: its noise. A drawing has none, and may show any line. */
const LEAST_NOISE = 0.05
/** A line of a photograph is still in no more stretches than these: a page, a screen and what was blacked out are drawn. */
const MOST_STILL = STRETCHES / 4
/** Less than this is rounding, levels. */
const FLOOR = 0.4
/** How far a difference stands out from those beside it: lenses blur every edge over more than one line. */
const STANDS_OUT = 1.3
const ISOLATED = 3
/**
 * Of the stretches, so many stand out where two pictures meet: of 82 photographs and their edges, of cards, tables and jigs, none had more
 * than 14 in any row or column, and parts of two photographs that were put together 18 and more of 24 but where both are blurred.
 */
const SEAM_STRETCHES = 18
/**
 * And in a few of them it stands far out. A JPEG that was enlarged and stored as one again has lines at which the edges of its old and
 * its new blocks add up, all along and all alike: in the third of the stretches 1.7 to 2.4 times what is beside it, where parts of two
 * photographs that are hardest to tell apart come to 7.5.
 */
const FAR_OUT = 4
const FAR_STRETCHES = 3
/** A tear shows in the stretches that have anything to show: in so many at least. */
const TEAR_STANDS_OUT = 1.4
const TEAR_STRETCHES = 1

/**
 * Looks for a straight line over the picture, along its rows or columns, at which it was torn (what lies behind is shifted along
 * the line) or joined to another picture.
 *
 * @param data one sample a pixel, row by row
 */
export function pictureSeam(width: number, height: number, data: Uint8Array): PictureSeam | null {
  if (Math.min(width, height) < LEAST_SIDE_PX) return null
  const steps = stepsOf(width, height, data)
  return (
    seamAmong(rowsOf(width, height, data), steps.rows, 'row') ??
    seamAmong(columnsOf(width, height, data), steps.columns, 'column')
  )
}

function seamAmong(lines: Lines, steps: Float32Array, along: PictureSeam['along']): PictureSeam | null {
  const margin = Math.max(...BESIDE.slice(0, 2)) + 1
  for (let at = margin; at < lines.count - margin; at++) {
    const { isolated, far, clear, still } = standing(steps, lines.count, at)
    if (still > MOST_STILL) continue
    if (isolated >= SEAM_STRETCHES && far >= FAR_STRETCHES) return { along, at, shiftPx: null }
    const shiftPx = clear >= TEAR_STRETCHES ? shiftAcross(lines, at) : null
    if (shiftPx !== null) return { along, at, shiftPx }
  }
  return null
}

/** In so many stretches. */
interface Standing {
  readonly isolated: number
  /** Of these. */
  readonly far: number
  readonly clear: number
  /** Without any noise. */
  readonly still: number
}

/** How the difference between a line and the one before it stands out from the differences around. */
function standing(steps: Float32Array, count: number, at: number): Standing {
  let isolated = 0
  let far = 0
  let clear = 0
  let still = 0
  for (let stretch = 0; stretch < STRETCHES; stretch++) {
    const step = (line: number) => steps[line * STRETCHES + stretch]!
    const value = step(at)
    const [before, behind] = [step(at - 1), step(at + 1)]
    if (Math.min(before, behind) < LEAST_NOISE) {
      still++
      continue
    }
    if (value <= STANDS_OUT * Math.max(FLOOR, before, behind)) continue
    let base = FLOOR
    for (const by of BESIDE) {
      if (at - by >= 1) base = Math.max(base, step(at - by))
      if (at + by < count) base = Math.max(base, step(at + by))
    }
    const side = Math.max(before, behind, base)
    if (value > STANDS_OUT * side && value - base > ISOLATED * (side - base)) {
      isolated++
      if (value > FAR_OUT * side) far++
    }
    if (value > TEAR_STANDS_OUT * side) clear++
  }
  return { isolated, far, clear, still }
}

/** Mean difference of each line to the one before it, stretch by stretch, levels: of every second sample, which are enough. */
function stepsOf(width: number, height: number, data: Uint8Array): { rows: Float32Array; columns: Float32Array } {
  const rows = new Float32Array(height * STRETCHES)
  const columns = new Float32Array(width * STRETCHES)
  const across = new Int32Array(width)
  const edges = Array.from({ length: STRETCHES + 1 }, (_, k) => Math.floor((k * width) / STRETCHES))
  for (let band = 0; band < STRETCHES; band++) {
    const [top, bottom] = [band, band + 1].map(k => Math.floor((k * height) / STRETCHES)) as [number, number]
    let looked = 0
    across.fill(0)
    for (let y = top; y < bottom; y++) {
      const row = y * width
      if (y > 0)
        for (let k = 0; k < STRETCHES; k++) {
          const [from, to] = [row + edges[k]!, row + edges[k + 1]!]
          let sum = 0
          for (let i = from; i < to; i += 2) sum += Math.abs(data[i]! - data[i - width]!)
          rows[y * STRETCHES + k] = sum / ((to - from + 1) >> 1)
        }
      if (y % 2 === 1) continue
      looked++
      for (let x = 1; x < width; x++) across[x]! += Math.abs(data[row + x]! - data[row + x - 1]!)
    }
    for (let x = 0; x < width; x++) columns[x * STRETCHES + band] = across[x]! / looked
  }
  return { rows, columns }
}
