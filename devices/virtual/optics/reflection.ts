import type { Illumination } from './lamps.ts'
import type { SceneView } from './scene-view.ts'

/**
 * Lobes of the microfacet slopes of each finish (Beckmann: normal in slope), standard deviations along and across the
 * brushing. Brushing leaves long scratches, so the slopes are small along it and large across it; a weaker, wider lobe
 * stands for the roughness between the scratches.
 */
const brushed = [
  { share: 0.55, along: 0.13, across: 0.33 },
  { share: 0.45, along: 0.3, across: 0.5 },
] as const
const laminate = { along: 0.03, across: 0.03 } as const
/** Reflectance of a clear film at normal incidence, n = 1.5. */
const film = 0.04

/** Light that one spot of the card sends to the lens, for each of the ways in which a surface reflects. */
export interface Reflected {
  /** Of white, matte. */
  matte: number
  /** Of perfectly reflecting metal with the card's brushing. */
  metal: number
  /** On top of a matte surface under a glossy film. */
  gloss: number
}

/**
 * Reflection at points of the card, x and y in mm from the card's middle in its own frame, with the surface leaning by
 * a slope (rise over run in x and y).
 */
export class Reflection {
  readonly #view: SceneView
  readonly #light: Illumination
  readonly #cos: number
  readonly #sin: number
  readonly #z: number

  constructor(view: SceneView, light: Illumination, brushAngleDeg: number, zMm: number) {
    this.#view = view
    this.#light = light
    this.#cos = Math.cos((brushAngleDeg * Math.PI) / 180)
    this.#sin = Math.sin((brushAngleDeg * Math.PI) / 180)
    this.#z = zMm
  }

  at(x: number, y: number, slopeX: number, slopeY: number, into: Reflected): void {
    const { eye, up } = this.#view
    const { points, surround, hole } = this.#light
    let vx = eye[0] - x
    let vy = eye[1] - y
    let vz = eye[2] - this.#z
    const toEye = 1 / Math.sqrt(vx * vx + vy * vy + vz * vz)
    vx *= toEye
    vy *= toEye
    vz *= toEye
    const steep = 1 / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY)
    const nx = -slopeX * steep
    const ny = -slopeY * steep

    // From all around: the mirrored direction must still hit the dome, and not its hole.
    const facing = nx * vx + ny * vy + steep * vz
    const height = (2 * facing * nx - vx) * up[0] + (2 * facing * ny - vy) * up[1] + (2 * facing * steep - vz) * up[2]
    const seen = height <= -0.2 ? 0 : height >= 0.45 ? 1 : (height + 0.2) / 0.65
    const upright = nx * up[0] + ny * up[1] + steep * up[2]
    let matte = surround * (0.5 + 0.5 * upright)
    const holeX = vx / vz + slopeX
    const holeY = vy / vz + slopeY
    let metal = surround * (0.15 + 0.85 * seen) * (1 - Math.min(1, hole.area * this.#lobes(holeX, holeY, hole.spread)))
    let gloss = film * surround * seen * (1 - Math.min(1, hole.area * this.#lobe(laminate, holeX, holeY, hole.spread)))

    for (const point of points) {
      let lx = point.at[0] - x
      let ly = point.at[1] - y
      let lz = point.at[2] - this.#z
      const nearness = 1 / (lx * lx + ly * ly + lz * lz)
      const toLamp = Math.sqrt(nearness)
      lx *= toLamp
      ly *= toLamp
      lz *= toLamp
      const incidence = nx * lx + ny * ly + steep * lz
      if (incidence <= 0) continue
      const light = point.power * nearness
      matte += light * incidence
      const halfZ = 1 / (vz + lz)
      const halfX = (vx + lx) * halfZ + slopeX
      const halfY = (vy + ly) * halfZ + slopeY
      metal += light * (Math.PI / 4) * this.#lobes(halfX, halfY, point.spread)
      gloss += film * light * (Math.PI / 4) * this.#lobe(laminate, halfX, halfY, point.spread)
    }
    into.matte = matte
    into.metal = metal
    into.gloss = gloss
  }

  #lobes(x: number, y: number, spread: number): number {
    return (
      brushed[0].share * this.#lobe(brushed[0], x, y, spread) + brushed[1].share * this.#lobe(brushed[1], x, y, spread)
    )
  }

  /** Density of microfacets that lean by the wanted slope, a lamp's own width included. */
  #lobe(lobe: { readonly along: number; readonly across: number }, x: number, y: number, spread: number): number {
    const u = x * this.#cos + y * this.#sin
    const v = y * this.#cos - x * this.#sin
    const uu = lobe.along * lobe.along + spread * spread
    const vv = lobe.across * lobe.across + spread * spread
    const e = (u * u) / uu + (v * v) / vv
    return e > 24 ? 0 : Math.exp(-0.5 * e) / (2 * Math.PI * Math.sqrt(uu * vv))
  }
}
