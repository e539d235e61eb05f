import { lightTable } from '../../../harness/imaging/srgb.ts'
import type { CardSurface } from '../card-surface.ts'
import type { Illumination } from './lamps.ts'
import { field, LightField } from './light-field.ts'
import { type Outline, outside } from './outline.ts'
import { type Reflected, Reflection } from './reflection.ts'
import { Relief } from './relief.ts'
import type { SceneView } from './scene-view.ts'

/** `colour` of metal in its plain finish, linear: lighter and darker streaks are relative to it. */
const plainFinish = lightTable[188]!
/** A streak is seen because its scratches lean: slope across the brushing for a streak twice as light. */
const streakSlope = 0.2
/** Rounding of the card's rim, mm. */
const rimMm = 0.16
/** Up to this slope the change of light is taken as linear. */
const smallSlope = 0.18

/** Light that every sample of a surface sends to the lens: linear R, G, B, row by row. White under unit light is 1. */
export interface Shaded {
  readonly width: number
  readonly height: number
  readonly rgb: Float32Array
}

/** What is worked out once for a surface and serves every photograph of it. */
export interface Prepared {
  readonly surface: CardSurface
  readonly relief: Relief
  readonly rgb: Float32Array
}

export function prepare(surface: CardSurface, reuse?: Float32Array): Prepared {
  const samples = 3 * surface.width * surface.height
  const rgb = reuse?.length === samples ? reuse : new Float32Array(samples)
  return { surface, relief: new Relief(surface), rgb }
}

export function outlineOf(surface: CardSurface): Outline {
  return { halfWidthMm: surface.widthMm / 2, halfHeightMm: surface.heightMm / 2, radiusMm: surface.cornerRadiusMm }
}

/** Lights a surface as the lens sees it. The result is overwritten by the next call for the same surface. */
export function shade(prepared: Prepared, view: SceneView, light: Illumination): Shaded {
  const { surface, relief, rgb } = prepared
  const { width, height, widthMm, heightMm, pixelsPerMm, colour, metal, gloss, heightUm, metalTint } = surface
  const reflection = new Reflection(view, light, surface.brushAngleDeg, surface.thicknessMm)
  const lightField = new LightField(reflection, -widthMm / 2, -heightMm / 2, widthMm, heightMm, 2)
  const line = new Float64Array(lightField.columns * field.count)
  const knotsPerSample = 1 / (2 * pixelsPerMm)
  const perUm = pixelsPerMm / 2000
  const acrossX = -Math.sin((surface.brushAngleDeg * Math.PI) / 180) * streakSlope
  const acrossY = Math.cos((surface.brushAngleDeg * Math.PI) / 180) * streakSlope
  const tintR = metalTint[0] / plainFinish
  const tintG = metalTint[1] / plainFinish
  const tintB = metalTint[2] / plainFinish
  const outline = outlineOf(surface)
  const rim = Math.ceil(rimMm * pixelsPerMm)
  const corner = Math.ceil(surface.cornerRadiusMm * pixelsPerMm)
  const low = light.points.map(point => relief.towards(point)).filter(steps => steps.length > 0)
  const steps = low[low.length >> 1]
  const shadowShare = 1 - light.surround / (light.surround + 0.3)
  const exact: Reflected = { matte: 0, metal: 0, gloss: 0 }

  for (let y = 0; y < height; y++) {
    const yMm = (y + 0.5) / pixelsPerMm - heightMm / 2
    lightField.readRow(yMm, line)
    const up = y > 0 ? width : 0
    const down = y < height - 1 ? width : 0
    const rimRow = y < rim || y >= height - rim
    const cornerRow = y < corner || y >= height - corner
    let i = y * width
    for (let x = 0; x < width; x++, i++) {
      const at = (x + 0.5) * knotsPerSample
      const knot = at | 0
      const share = at - knot
      const k = knot * field.count
      let matte = line[k]! + share * (line[k + 7]! - line[k]!)
      let shine = line[k + 3]! + share * (line[k + 10]! - line[k + 3]!)
      let glare = line[k + 6]! + share * (line[k + 13]! - line[k + 6]!)
      const metalX = line[k + 4]!
      const metalY = line[k + 5]!
      const green = lightTable[colour[3 * i + 1]!]!
      const bare = metal[i]! / 255

      let slopeX = 0
      let slopeY = 0
      const uneven = relief.isUneven(x, y)
      if (uneven) {
        slopeX = (heightUm[i + (x < width - 1 ? 1 : 0)]! - heightUm[i - (x > 0 ? 1 : 0)]!) * perUm
        slopeY = (heightUm[i + down]! - heightUm[i - up]!) * perUm
      }
      if (rimRow || x < rim || x >= width - rim || (cornerRow && (x < corner || x >= width - corner))) {
        const xMm = (x + 0.5) / pixelsPerMm - widthMm / 2
        const deep = outside(outline, xMm, yMm) + rimMm
        if (deep > 0) {
          const lean = -1.1 * (deep / rimMm)
          const cornerX = Math.max(0, Math.abs(xMm) - outline.halfWidthMm + outline.radiusMm) * Math.sign(xMm)
          const cornerY = Math.max(0, Math.abs(yMm) - outline.halfHeightMm + outline.radiusMm) * Math.sign(yMm)
          const length = Math.hypot(cornerX, cornerY) || 1
          slopeX += (lean * cornerX) / length
          slopeY += (lean * cornerY) / length
        }
      }
      const steep = Math.max(Math.abs(slopeX), Math.abs(slopeY))
      if (steep > smallSlope) {
        reflection.at((x + 0.5) / pixelsPerMm - widthMm / 2, yMm, slopeX, slopeY, exact)
        matte = exact.matte
        shine = exact.metal
        glare = exact.gloss
      } else {
        const streak = bare * (green / plainFinish - 1)
        matte += line[k + 1]! * slopeX + line[k + 2]! * slopeY
        shine += metalX * (slopeX + acrossX * streak) + metalY * (slopeY + acrossY * streak)
        if (shine < 0) shine = 0
      }
      if (uneven && steps) {
        const left = 1 - shadowShare * relief.shadowAt(x, y, steps)
        matte *= left
        shine *= left
        glare *= left
      }
      const metallic = bare * shine
      const paper = (1 - bare) * matte
      const film = (1 - bare) * (gloss[i]! / 255) * glare
      rgb[3 * i] = lightTable[colour[3 * i]!]! * (metallic * tintR + paper) + film
      rgb[3 * i + 1] = green * (metallic * tintG + paper) + film
      rgb[3 * i + 2] = lightTable[colour[3 * i + 2]!]! * (metallic * tintB + paper) + film
    }
  }
  return { width, height, rgb }
}
