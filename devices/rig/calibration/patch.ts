import type { Point } from '../../../harness/imaging/quad.ts'
import { type Colour, clippedLight, type LightPicture } from './picture.ts'

/** A small square of a picture. */
export interface Patch {
  /** Linear R, G, B. */
  readonly mean: Colour
  /** Standard deviation of its grain. */
  readonly deviation: number
  /** Has any of its channels no more to tell? */
  readonly isClipped: boolean
}

/** The pixels within so many of a place; null where they leave the picture. */
export function patchAt({ width, height, rgb, grey }: LightPicture, [x, y]: Point, reachPx: number): Patch | null {
  const [px, py] = [Math.round(x - 0.5), Math.round(y - 0.5)]
  if (!(px >= reachPx && py >= reachPx && px < width - reachPx && py < height - reachPx)) return null
  const mean: [number, number, number] = [0, 0, 0]
  let sum = 0
  let squares = 0
  let isClipped = false
  const count = (2 * reachPx + 1) ** 2
  for (let v = py - reachPx; v <= py + reachPx; v++) {
    for (let u = px - reachPx; u <= px + reachPx; u++) {
      const i = v * width + u
      for (const c of [0, 1, 2] as const) {
        mean[c] += rgb[3 * i + c]! / count
        if (rgb[3 * i + c]! >= clippedLight) isClipped = true
      }
      sum += grey[i]!
      squares += grey[i]! ** 2
    }
  }
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)), isClipped }
}

/** Mean of several colours, channel by channel; black of none. */
export function meanColour(colours: readonly Colour[]): Colour {
  const mean = (c: 0 | 1 | 2) => colours.reduce((sum, colour) => sum + colour[c], 0) / Math.max(1, colours.length)
  return [mean(0), mean(1), mean(2)]
}
