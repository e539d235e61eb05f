import { seededRandom } from '../../../devices/virtual/seeded-random.ts'
import type { SurfaceView } from './surface-view.ts'

const PIXELS_PER_MM = 8
const sheetMm = { width: 30, height: 36 } as const
/** Of the modules that are printed on {@link goodPaper}. */
export const symbolMm = { x: 5, y: 3, width: 20, height: 20 } as const
const MODULE_MM = 0.7
const textMm = { x: 7, y: 26, width: 16, height: 5 } as const

/** What is done to a sheet at a place, mm: its light is multiplied by the answer. */
export type Change = (x: number, y: number) => number

/** A sheet that bends towards its sides, with a symbol and three lines of text: each unit has its own fibres, modules and strokes. */
export function goodPaper(unit: number, change: Change = () => 1): SurfaceView {
  const random = seededRandom(unit, 7)
  const [width, height] = [sheetMm.width * PIXELS_PER_MM, sheetMm.height * PIXELS_PER_MM]
  const modules = Array.from({ length: 29 * 29 }, () => random.uniform() < 0.5)
  const strokes = Array.from({ length: 60 }, () => random.uniform() < 0.5)
  const data = new Uint8Array(width * height)
  const valid = new Uint8Array(width * height).fill(1)
  for (let row = 0, i = 0; row < height; row++)
    for (let column = 0; column < width; column++, i++) {
      const [x, y] = [(column + 0.5) / PIXELS_PER_MM, (row + 0.5) / PIXELS_PER_MM]
      const isOn = ({ x: left, y: top, width, height }: typeof symbolMm | typeof textMm, room: number) =>
        x > left - room && x < left + width + room && y > top - room && y < top + height + room
      if (isOn(symbolMm, 0.8) || isOn(textMm, 0.5) || Math.min(x, y, sheetMm.width - x, sheetMm.height - y) < 0.9)
        valid[i] = 0
      const [u, v] = [Math.floor((x - symbolMm.x) / MODULE_MM), Math.floor((y - symbolMm.y) / MODULE_MM)]
      const isModule = isOn(symbolMm, 0) && u < 29 && v < 29 && modules[v * 29 + u]!
      const isStroke = isOn(textMm, 0) && y % 1.9 < 1.2 && strokes[Math.floor(x / 0.3) % 60]!
      const bent = 1 - 0.1 * Math.exp(-Math.min(x, sheetMm.width - x) / 1.2)
      const light = 190 * bent * (1 + 0.004 * x) * (isModule || isStroke ? 0.25 : 1)
      data[i] = Math.max(0, Math.min(255, Math.round(light * change(x, y) * (1 + 0.012 * random.normal()))))
    }
  return {
    on: 'top-layer',
    raster: { width, height, channels: 1, data },
    pixelsPerMm: PIXELS_PER_MM,
    valid,
    rect: { x: 0, y: 0, ...sheetMm },
    mmToPixels: [PIXELS_PER_MM, 0, 0, 0, PIXELS_PER_MM, 0, 0, 0, 1],
    origin: [0, 0],
  }
}
