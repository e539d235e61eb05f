import type { Illumination } from './lamps.ts'
import { type Outline, outside } from './outline.ts'

const penumbraMm = 0.35
/** Light that the bench and the housing send around still gets into the deepest shadow. */
const leftInShadow = 0.07

interface Shadow {
  /** Farther from the card than this there is none, mm. */
  readonly reachMm: number
  /** How much of the light reaches the bench, 0..1; x and y in the card's frame. */
  at(x: number, y: number): number
}

/** The shadow of a card of some thickness on the bench that it lies on. */
export function castShadow(outline: Outline, thicknessMm: number, light: Illumination): Shadow {
  const lamps = light.points.map(point => {
    const [x, y, z] = point.at
    const irradiance = (point.power * z) / Math.hypot(x, y, z) ** 3
    return { dx: (x / z) * thicknessMm, dy: (y / z) * thicknessMm, irradiance }
  })
  const total = lamps.reduce((sum, lamp) => sum + lamp.irradiance, 0) + light.surround
  const longest = lamps.reduce((far, lamp) => Math.max(far, Math.hypot(lamp.dx, lamp.dy)), 0)
  const reachMm = Math.max(longest + penumbraMm, 3 * thicknessMm)
  return {
    reachMm,
    at(x, y) {
      const away = outside(outline, x, y)
      if (away > reachMm) return 1
      let blocked = 0
      for (let k = 0; k < lamps.length; k++) {
        const lamp = lamps[k]!
        const depth = 0.5 - outside(outline, x + lamp.dx, y + lamp.dy) / penumbraMm
        blocked += lamp.irradiance * (depth < 0 ? 0 : depth > 1 ? 1 : depth)
      }
      // Right beside the wall half of the surround is hidden.
      const corner = 0.5 * light.surround * Math.exp(-away / (0.7 * thicknessMm))
      return 1 - ((1 - leftInShadow) * (blocked + corner)) / total
    },
  }
}
