import type { BenchTexture } from './background.ts'
import { castShadow } from './cast-shadow.ts'
import type { Illumination } from './lamps.ts'
import { LightField } from './light-field.ts'
import { type Outline, outside } from './outline.ts'
import { Reflection } from './reflection.ts'
import type { Scene } from './scene.ts'
import { type SceneView, straightening } from './scene-view.ts'
import type { Shaded } from './shade.ts'

/** The card in the view. */
export interface CardInView {
  readonly shaded: Shaded
  readonly samplesPerMm: number
  readonly outline: Outline
  readonly thicknessMm: number
  /** Light from its side wall. */
  readonly edge: number
}

/**
 * Pixels between two exactly computed places in a row. Between them places are taken as in a straight line, which is
 * off by less than 0.002 px at 10° of tilt.
 */
const spanPx = 16
const bendSteps = 2048
/** Half-width of what can be seen of the bench, mm. */
const benchMm = 110
/** Finger holes above and below the pocket of the nest, mm from the card's middle. */
const hole = { halfWidthMm: 11, fromMm: 18, toMm: 41, radiusMm: 6 }
const nestHole: Outline = {
  halfWidthMm: hole.halfWidthMm,
  halfHeightMm: (hole.toMm - hole.fromMm) / 2,
  radiusMm: hole.radiusMm,
}

/** Where one line of sight meets the plane of the card's face and that of the bench, and the light there. */
interface Sight {
  faceX: number
  faceY: number
  benchX: number
  benchY: number
  matte: number
}

/** The picture on the sensor before blur and noise: linear R, G, B, white under unit light is 1. */
export function projectScene(
  scene: Scene,
  view: SceneView,
  light: Illumination,
  card: CardInView | null,
  bench: BenchTexture,
  image: Float32Array,
): void {
  const { width, height } = scene.size
  const benchReflection = new Reflection(view, light, 0, 0)
  const benchLight = new LightField(benchReflection, -benchMm, -benchMm, 2 * benchMm, 2 * benchMm, 5)
  const sights = lineOfSight(scene, view, card?.thicknessMm ?? 0, benchLight)
  const pxPerMm = view.focalPx / (view.eye[2] - (card?.thicknessMm ?? 0))
  const taps = tapOffsets(card ? card.samplesPerMm / pxPerMm : 1)
  const shadow = card ? castShadow(card.outline, card.thicknessMm, light) : null
  const isNest = scene.placement === null || scene.placement.background === 'nest'
  const mask = bench.side - 1
  const perMm = bench.samplesPerMm
  const near = spanPx / pxPerMm + 1
  const from: Sight = { faceX: 0, faceY: 0, benchX: 0, benchY: 0, matte: 0 }
  const to: Sight = { ...from }

  for (let y = 0; y < height; y++) {
    sights(0, y, to)
    for (let start = 0; start < width; start += spanPx) {
      Object.assign(from, to)
      sights(start + spanPx, y, to)
      const end = Math.min(width, start + spanPx)
      const faceDx = (to.faceX - from.faceX) / spanPx
      const faceDy = (to.faceY - from.faceY) / spanPx
      const benchDx = (to.benchX - from.benchX) / spanPx
      const benchDy = (to.benchY - from.benchY) / spanPx
      const matteD = (to.matte - from.matte) / spanPx
      const away = card ? outside(card.outline, from.faceX, from.faceY) : Number.POSITIVE_INFINITY
      const isFace = away < -near
      const isBench = away > near
      const isShaded = shadow !== null && away < near + shadow.reachMm
      const isHoled = isNest && Math.abs(from.benchX) < 16 && Math.abs(from.benchY) < 46
      let i = 3 * (y * width + start)
      for (let x = start; x < end; x++, i += 3) {
        const t = x - start
        let cover = 0
        if (card && !isBench) {
          const px = from.faceX + t * faceDx
          const py = from.faceY + t * faceDy
          if (isFace) cover = 1
          else {
            const beyond = outside(card.outline, px, py) * pxPerMm
            cover = beyond < -0.5 ? 1 : beyond > 0.5 ? 0 : 0.5 - beyond
          }
          if (cover > 0) sample(card, px, py, taps, image, i)
          if (cover === 1) continue
        }
        const bx = from.benchX + t * benchDx
        const by = from.benchY + t * benchDy
        let r: number
        let g: number
        let b: number
        if (card && !isBench && outside(card.outline, bx, by) < 0) {
          // The side of the card, seen past its face.
          r = card.edge
          g = card.edge
          b = card.edge
        } else {
          let lit = from.matte + t * matteD
          if (isShaded) lit *= shadow.at(bx, by)
          if (isHoled) lit *= holeAt(bx, by)
          const texel = 3 * (((by * perMm) & mask) * bench.side + ((bx * perMm) & mask))
          r = lit * bench.rgb[texel]!
          g = lit * bench.rgb[texel + 1]!
          b = lit * bench.rgb[texel + 2]!
        }
        if (cover === 0) {
          image[i] = r
          image[i + 1] = g
          image[i + 2] = b
        } else {
          image[i] = cover * image[i]! + (1 - cover) * r
          image[i + 1] = cover * image[i + 1]! + (1 - cover) * g
          image[i + 2] = cover * image[i + 2]! + (1 - cover) * b
        }
      }
    }
  }
}

/** Follows the line of sight of a pixel's middle through the lens. */
function lineOfSight(
  scene: Scene,
  view: SceneView,
  topMm: number,
  benchLight: LightField,
): (x: number, y: number, into: Sight) => void {
  const { width, height } = scene.size
  const { eye, toCard: m, focalPx, axisPx } = view
  const diagonal = Math.hypot(width, height) / 2
  const limit = (Math.hypot(width / 2 + 60, height / 2 + 60) / diagonal) ** 2
  const straight = straightening(scene.truth.lens.k1, scene.truth.lens.k2, limit, bendSteps)
  const perStep = (bendSteps - 1) / limit
  const above = eye[2] - topMm
  return (x, y, into) => {
    const fx = (x + 0.5 - axisPx[0]) / diagonal
    const fy = (y + 0.5 - axisPx[1]) / diagonal
    const step = (fx * fx + fy * fy) * perStep
    const below = step | 0
    const bend = straight[below]! + (step - below) * (straight[below + 1]! - straight[below]!)
    const xn = (fx * bend * diagonal) / focalPx
    const yn = (fy * bend * diagonal) / focalPx
    const dx = m[0] * xn + m[1] * yn - m[2]
    const dy = m[3] * xn + m[4] * yn - m[5]
    const dz = m[6] * xn + m[7] * yn - m[8]
    into.faceX = eye[0] - (above / dz) * dx
    into.faceY = eye[1] - (above / dz) * dy
    into.benchX = eye[0] - (eye[2] / dz) * dx
    into.benchY = eye[1] - (eye[2] / dz) * dy
    into.matte = benchLight.matteAt(into.benchX, into.benchY)
  }
}

/** Darkness of a finger hole and the bright line of its rim, as a factor on the light of the nest. */
function holeAt(x: number, y: number): number {
  const inside = outside(nestHole, x, Math.abs(y) - (hole.fromMm + hole.toMm) / 2)
  if (inside < -0.6) return 0.12
  if (inside < 0) return 0.12 + 0.88 * (1 + inside / 0.6)
  return inside < 0.35 ? 1.25 : 1
}

/** Where to sample within a pixel, x and y by turns in samples of the surface, so that nothing of it is skipped. */
function tapOffsets(samplesPerPx: number): Float64Array {
  const count = Math.min(4, Math.max(1, Math.ceil(samplesPerPx / 1.05)))
  const at = (k: number): number => ((k + 0.5) / count - 0.5) * samplesPerPx
  return Float64Array.from({ length: 2 * count * count }, (_, i) =>
    at(i & 1 ? Math.floor((i >> 1) / count) : (i >> 1) % count),
  )
}

/** Mean of the taps, each read between its four samples; the weights of one serve all colours, which takes a tenth off a photograph. */
function sample(card: CardInView, px: number, py: number, taps: Float64Array, image: Float32Array, into: number): void {
  const { width, height, rgb } = card.shaded
  const right = width - 1.001
  const bottom = height - 1.001
  const sx = (px + card.outline.halfWidthMm) * card.samplesPerMm - 0.5
  const sy = (py + card.outline.halfHeightMm) * card.samplesPerMm - 0.5
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
