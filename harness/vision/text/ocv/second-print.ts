import type { GreyImage } from '../../../imaging/grey-image.ts'
import { median } from '../../../imaging/quantile.ts'
import { STROKE_CAP as CAP } from '../stroke-relief.ts'
import { ROWS } from './line-fit.ts'

/** A second print of the text is looked for so far from the first, strip px: what is nearer is its own soft or shaded edge. */
const NEAREST = 0.19 * CAP
const FURTHEST = 0.6 * CAP
const STEP = 2
/** Ink of at least this part of the line's strokes is the first print. */
const FIRST = 0.55
/** So far around it its own edge is soft, strip px. */
const EDGE = 3
/** A single pixel counts for no more, in parts of the line's strokes. */
const MOST = 0.8
/** So much of the shifted print has to fall on bare ground for a shift to say anything, px. */
const ENOUGH = 40

/**
 * How strong a line stands there a second time beside itself, in parts of its own strokes: printed or etched twice, with the card moved in
 * between, or transferred from the sheet above. Its strong strokes are the first print, whatever face they are in, and what lies on the
 * ground is held against them, shifted. Brushing, shades and a finger are there at every shift, a second print at one: what shifts have
 * in the middle is taken off.
 *
 * @param strip strokes of the line (stroke-relief.ts)
 * @param strength of its strokes, grey levels of the strip
 * @param columns between which the text lies
 */
export function secondPrint(strip: GreyImage, strength: number, [from, to]: readonly [number, number]): number {
  const { width, data } = strip
  const [first, last] = ROWS
  const rows = last - first
  const ink = Float32Array.from({ length: width * rows }, (_, i) => data[first * width + i]! / strength)
  const strong = ink.map(value => (value >= FIRST ? 1 : 0))
  const ground = groundOf(strong, width, rows)
  const [left, right] = [Math.max(0, from), Math.min(width, to)]
  const across: number[] = []
  const down: number[] = []
  for (let y = 0; y < rows; y++)
    for (let x = left; x < right; x++) {
      if (strong[y * width + x] === 0) continue
      across.push(x)
      down.push(y)
    }
  const shares: number[] = []
  const reach = Math.floor(FURTHEST / STEP) * STEP
  for (let dy = -reach; dy <= reach; dy += STEP)
    for (let dx = -reach; dx <= reach; dx += STEP) {
      const distance = Math.hypot(dx, dy)
      if (distance < NEAREST || distance > FURTHEST) continue
      let [sum, all] = [0, 0]
      for (let k = 0; k < across.length; k++) {
        const x = across[k]! + dx
        const y = down[k]! + dy
        if (x < left || x >= right || y < 0 || y >= rows) continue
        const i = y * width + x
        if (ground[i] === 0) continue
        sum += Math.min(MOST, ink[i]!)
        all++
      }
      if (all >= ENOUGH) shares.push(sum / all)
    }
  return shares.length === 0 ? 0 : Math.max(0, Math.max(...shares) - median(shares))
}

/** 1 where no strong stroke lies near. */
function groundOf(strong: Float32Array, width: number, rows: number): Uint8Array {
  const out = new Uint8Array(strong.length).fill(1)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < width; x++) {
      if (strong[y * width + x] === 0) continue
      for (let v = Math.max(0, y - EDGE); v <= Math.min(rows - 1, y + EDGE); v++)
        out.fill(0, v * width + Math.max(0, x - EDGE), v * width + Math.min(width - 1, x + EDGE) + 1)
    }
  return out
}
