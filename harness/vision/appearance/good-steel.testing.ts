import { seededRandom } from '../../../devices/virtual/seeded-random.ts'
import type { SurfaceView } from './surface-view.ts'

const PIXELS_PER_MM = 8
const steelMm = { width: 30, height: 20 } as const

/** A spot on the steel, mm: an ellipse that multiplies what is seen by `factor`, a channel each. */
export interface Blemish {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly factor: readonly [red: number, green: number, blue: number]
}

/**
 * Brushed steel under a lamp that stands at one side: each unit has its own brush lines, noise and exposure. The middle of it is
 * explained by a mark 6 × 4 mm in size.
 */
export function goodSteel(unit: number, blemishes: readonly Blemish[] = [], channels: 1 | 3 = 3): SurfaceView {
  const random = seededRandom(unit, 5)
  const width = steelMm.width * PIXELS_PER_MM
  const height = steelMm.height * PIXELS_PER_MM
  const exposure = 1 + 0.1 * random.normal()
  const data = new Uint8Array(width * height * channels)
  const valid = new Uint8Array(width * height).fill(1)
  for (let row = 0; row < height; row++) {
    let brush = 0
    for (let column = 0; column < width; column++) {
      brush = 0.97 * brush + 0.012 * random.normal()
      const [x, y] = [(column + 0.5) / PIXELS_PER_MM, (row + 0.5) / PIXELS_PER_MM]
      const isMark = Math.abs(x - steelMm.width / 2) < 3 && Math.abs(y - steelMm.height / 2) < 2
      if (isMark) valid[row * width + column] = 0
      const lit = 110 * exposure * (1 + 0.02 * (x - steelMm.width / 2)) * (1 + brush) * (isMark ? 0.2 : 1)
      for (let channel = 0; channel < channels; channel++) {
        const spots = blemishes.filter(one => ((x - one.x) / one.width) ** 2 + ((y - one.y) / one.height) ** 2 < 0.25)
        const value = spots.reduce((light, { factor }) => light * factor[channel as 0]!, lit)
        data[(row * width + column) * channels + channel] = Math.max(0, Math.min(255, value + 1.5 * random.normal()))
      }
    }
  }
  return {
    on: 'card',
    raster: { width, height, channels, data },
    pixelsPerMm: PIXELS_PER_MM,
    valid,
    rect: { x: 0, y: 0, ...steelMm },
    mmToPixels: [PIXELS_PER_MM, 0, 0, 0, PIXELS_PER_MM, 0, 0, 0, 1],
    origin: [0, 0],
  }
}

/** A blemish in the middle of the steel. @param factor what it does to red, green and blue */
export const spot = (width: number, height: number, ...factor: [number, number, number]): Blemish => ({
  x: 7.5,
  y: 5.5,
  width,
  height,
  factor,
})

/** The same to all three. */
export const dark = (factor: number) => [factor, factor, factor] as const
