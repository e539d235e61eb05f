import type { BenchTexture } from './background.ts'
import type { Illumination } from './lamps.ts'
import { LightField } from './light-field.ts'
import { type Outline, outside } from './outline.ts'
import { Reflection } from './reflection.ts'
import type { Scene } from './scene.ts'
import type { Shaded } from './shade.ts'
import { straightening, type View } from './view.ts'

/** The card in the view; null when the nest is empty. */
export interface CardInView {
  readonly shaded: Shaded
  readonly samplesPerMm: number
  readonly outline: Outline
  readonly thicknessMm: number
  readonly edge: number
}

const bendSteps = 2048
/** Half-width of what can be seen of the bench, mm. */
const benchMm = 110
/** Finger holes above and below the pocket of the nest, mm from the card's middle. */
const hole = { halfWidth: 11, from: 18, to: 41, radius: 6 }

/** The picture on the sensor before blur and noise: linear R, G, B, white under unit light is 1. */
export function project(
  scene: Scene,
  view: View,
  light: Illumination,
  card: CardInView | null,
  bench: BenchTexture,
  image: Float32Array,
): void {
  const { width, height } = scene.size
  const { eye, toCard: m, focalPx, axisPx } = view
  const diagonal = Math.hypot(width, height) / 2
  const limit = (Math.hypot(width / 2 + 40, height / 2 + 40) / diagonal) ** 2
  const straight = straightening(scene.truth.lens.k1, scene.truth.lens.k2, limit, bendSteps)
  const perStep = (bendSteps - 1) / limit
  const benchLight = new LightField(new Reflection(view, light, 0, 0), -benchMm, -benchMm, 2 * benchMm, 2 * benchMm, 5)
  const shadow = card ? castShadow(card, light) : null
  const isNest = scene.placement === null || scene.placement.background === 'nest'
  const nestHole: Outline = {
    halfWidth: hole.halfWidth,
    halfHeight: (hole.to - hole.from) / 2,
    radius: hole.radius,
  }
  const topZ = card?.thicknessMm ?? 0
  const above = eye[2] - topZ
  const pxPerMm = focalPx / above
  const taps = tapOffsets(card ? card.samplesPerMm / pxPerMm : 1)
  const mask = bench.side - 1

  for (let y = 0; y < height; y++) {
    const fy = (y + 0.5 - axisPx[1]) / diagonal
    let i = 3 * y * width
    for (let x = 0; x < width; x++, i += 3) {
      const fx = (x + 0.5 - axisPx[0]) / diagonal
      const bend = straight[((fx * fx + fy * fy) * perStep) | 0]!
      const xn = (fx * bend * diagonal) / focalPx
      const yn = (fy * bend * diagonal) / focalPx
      const dx = m[0] * xn + m[1] * yn - m[2]
      const dy = m[3] * xn + m[4] * yn - m[5]
      const dz = m[6] * xn + m[7] * yn - m[8]
      let cover = 0
      if (card) {
        const far = -above / dz
        const px = eye[0] + far * dx
        const py = eye[1] + far * dy
        const beyond = outside(card.outline, px, py) * pxPerMm
        cover = beyond < -0.5 ? 1 : beyond > 0.5 ? 0 : 0.5 - beyond
        if (cover > 0) sample(card, px, py, taps, image, i)
      }
      if (cover === 1) continue

      const far = -eye[2] / dz
      const bx = eye[0] + far * dx
      const by = eye[1] + far * dy
      let r: number
      let g: number
      let b: number
      if (card && outside(card.outline, bx, by) < 0) {
        // The side of the card, seen past its face.
        r = card.edge
        g = card.edge
        b = card.edge
      } else {
        let lit = benchLight.matteAt(bx, by)
        if (shadow) lit *= shadow(bx, by)
        if (isNest) {
          const inHole = outside(nestHole, bx, Math.abs(by) - (hole.from + hole.to) / 2)
          if (inHole < 0) lit *= inHole < -0.6 ? 0.12 : 0.12 + 0.88 * (1 + inHole / 0.6)
          else if (inHole < 0.35) lit *= 1.25
        }
        const texel = 3 * ((((by * bench.samplesPerMm) & mask) * bench.side + ((bx * bench.samplesPerMm) & mask)) | 0)
        r = lit * bench.rgb[texel]!
        g = lit * bench.rgb[texel + 1]!
        b = lit * bench.rgb[texel + 2]!
      }
      const rest = 1 - cover
      if (cover === 0) {
        image[i] = r
        image[i + 1] = g
        image[i + 2] = b
        continue
      }
      image[i] = cover * image[i]! + rest * r
      image[i + 1] = cover * image[i + 1]! + rest * g
      image[i + 2] = cover * image[i + 2]! + rest * b
    }
  }
}

/** Where to sample within a pixel, x and y by turns in samples of the surface, so that nothing of it is skipped. */
function tapOffsets(samplesPerPx: number): Float64Array {
  const count = Math.min(4, Math.max(1, Math.ceil(samplesPerPx / 1.05)))
  const at = (k: number): number => ((k + 0.5) / count - 0.5) * samplesPerPx
  return Float64Array.from({ length: 2 * count * count }, (_, i) =>
    at(i & 1 ? Math.floor((i >> 1) / count) : (i >> 1) % count),
  )
}

/** Mean of the taps, each read between its four samples. */
function sample(card: CardInView, px: number, py: number, taps: Float64Array, image: Float32Array, into: number): void {
  const { width, height, rgb } = card.shaded
  const right = width - 1.001
  const bottom = height - 1.001
  const sx = (px + card.outline.halfWidth) * card.samplesPerMm - 0.5
  const sy = (py + card.outline.halfHeight) * card.samplesPerMm - 0.5
  let r = 0
  let g = 0
  let b = 0
  for (let k = 0; k < taps.length; k += 2) {
    let tx = sx + taps[k]!
    let ty = sy + taps[k + 1]!
    tx = tx < 0 ? 0 : tx > right ? right : tx
    ty = ty < 0 ? 0 : ty > bottom ? bottom : ty
    const column = tx | 0
    const row = ty | 0
    const fx = tx - column
    const fy = ty - row
    const a = 3 * (row * width + column)
    const c = a + 3 * width
    const w11 = fx * fy
    const w10 = fx - w11
    const w01 = fy - w11
    const w00 = 1 - fx - w01
    r += w00 * rgb[a]! + w10 * rgb[a + 3]! + w01 * rgb[c]! + w11 * rgb[c + 3]!
    g += w00 * rgb[a + 1]! + w10 * rgb[a + 4]! + w01 * rgb[c + 1]! + w11 * rgb[c + 4]!
    b += w00 * rgb[a + 2]! + w10 * rgb[a + 5]! + w01 * rgb[c + 2]! + w11 * rgb[c + 5]!
  }
  const share = 2 / taps.length
  image[into] = r * share
  image[into + 1] = g * share
  image[into + 2] = b * share
}

/** How much of the light reaches the bench beside a card of some thickness, 0..1. */
function castShadow(card: CardInView, light: Illumination): (x: number, y: number) => number {
  const { outline, thicknessMm } = card
  const lamps = light.points.map(point => {
    const [x, y, z] = point.at
    const irradiance = (point.power * z) / Math.hypot(x, y, z) ** 3
    return { dx: (x / z) * thicknessMm, dy: (y / z) * thicknessMm, irradiance }
  })
  const direct = lamps.reduce((sum, lamp) => sum + lamp.irradiance, 0)
  const total = direct + light.surround
  const penumbraMm = 0.35
  const reachMm = lamps.reduce((far, lamp) => Math.max(far, Math.hypot(lamp.dx, lamp.dy)), 0) + 3 * thicknessMm
  return (x, y) => {
    const away = outside(outline, x, y)
    if (away > reachMm) return 1
    let blocked = 0
    for (const lamp of lamps) {
      const depth = -outside(outline, x + lamp.dx, y + lamp.dy) / penumbraMm + 0.5
      blocked += lamp.irradiance * (depth < 0 ? 0 : depth > 1 ? 1 : depth)
    }
    // Right beside the wall half of the surround is hidden.
    const corner = 0.5 * light.surround * Math.exp(-away / (0.7 * thicknessMm))
    // Light that the bench and the housing send around still gets there.
    return 1 - (0.93 * (blocked + corner)) / total
  }
}
