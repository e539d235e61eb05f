import { STROKE_CAP as CAP } from '../stroke-relief.ts'

/** A second print of the text is looked for so far from the first, strip px: what is nearer is its own soft or shaded edge. */
const NEAREST = 0.19 * CAP
const FURTHEST = 0.6 * CAP
const STEP = 2
/** Of the text: where there is less it leaves the paper alone, and where there is more a second one would leave ink. */
const BARE = 0.08
const INKED = 0.02
/** A single pixel counts for no more, in parts of the line's strokes. */
const LEAST = -0.6
const MOST = 0.8
/** So much ink has to fall on bare ground for a shift to say anything, px of full ink. */
const ENOUGH = 20

/** What is left of a line when its text is taken off, and the text as soft as the line has it; both by rows, of `width` columns. */
export interface TakenOff {
  readonly left: Float32Array
  readonly soft: Float32Array
  readonly width: number
  /** The columns of the text. */
  readonly columns: readonly [from: number, to: number]
}

/**
 * How strong the text stands there a second time beside itself, in parts of its own strokes: printed or etched twice, with the card
 * moved in between, or transferred from the sheet above. What soft edges and wrong faces leave lies on both sides of a stroke, a second
 * print on one (and half a letter off on both): half of the opposite shift is taken off.
 */
export function secondPrint(taken: TakenOff): number {
  const shares = new Map<string, number>()
  const reach = Math.floor(FURTHEST / STEP) * STEP
  for (let dy = -reach; dy <= reach; dy += STEP)
    for (let dx = -reach; dx <= reach; dx += STEP) {
      const distance = Math.hypot(dx, dy)
      if (distance >= NEAREST && distance <= FURTHEST) shares.set(`${dx} ${dy}`, shareAt(taken, dx, dy))
    }
  let most = 0
  for (const [shift, share] of shares) {
    const [dx, dy] = shift.split(' ').map(Number) as [number, number]
    most = Math.max(most, share - Math.max(0, shares.get(`${-dx} ${-dy}`) ?? 0) / 2)
  }
  return most
}

function shareAt({ left, soft, width, columns: [from, to] }: TakenOff, dx: number, dy: number): number {
  const rows = left.length / width
  let [ink, own] = [0, 0]
  for (let y = Math.max(0, dy); y < rows + Math.min(0, dy); y++)
    for (let x = Math.max(from, from + dx); x < to + Math.min(0, dx); x++) {
      const i = y * width + x
      const second = soft[i - dy * width - dx]!
      if (soft[i]! > BARE || second < INKED) continue
      ink += second * Math.min(MOST, Math.max(LEAST, left[i]!))
      own += second * second
    }
  return own < ENOUGH ? 0 : ink / own
}
