import { seededRandom } from '../seeded-random.ts'
import type { Scene } from './scene.ts'

/** Numbers that a raw picture counts to: 12 bit. */
export const rawFull = 4095
/** Raw value of no light, so that noise around it is not cut off. */
export const rawBlack = 64
/** Pixel that the truth's figures are given for, µm. */
const nominalPixelUm = 5.5

const table = 1 << 14

/**
 * Exposes a Bayer mosaic of linear light: electrons, shot and read noise, full well, 12 bit counts above
 * {@link rawBlack}.
 */
export function expose(
  scene: Scene,
  tint: readonly [number, number, number],
  mosaic: Float32Array,
  raw: Uint16Array,
): void {
  const { width, height } = scene.size
  const { sensor, lens } = scene.truth
  const area = ((sensor.widthMm * 1000) / width / nominalPixelUm) ** 2
  const fullWell = sensor.fullWellElectrons * area
  const perUnit = scene.dark ? 0 : sensor.electronsPerMs * area * scene.exposureMs
  const random = seededRandom(scene.seed, 4, scene.shot)
  const normals = Float32Array.from({ length: table }, () => random.normal())
  const [red, green, blue] = [0, 1, 2].map(c => perUnit * sensor.response[c]! * tint[c]!) as [number, number, number]
  const countsPerElectron = (rawFull - rawBlack) / fullWell
  const readVariance = sensor.readNoiseElectrons ** 2
  const axisX = width / 2
  const axisY = height / 2
  const perRadius = 1 / (axisX * axisX + axisY * axisY)
  let state = random.bits() | 1
  for (let y = 0; y < height; y++) {
    const even = y & 1 ? green : red
    const odd = y & 1 ? blue : green
    const dy2 = (y + 0.5 - axisY) ** 2
    let i = y * width
    for (let x = 0; x < width; x++, i++) {
      const dx = x + 0.5 - axisX
      const fall = 1 - lens.vignette * (dx * dx + dy2) * perRadius
      let electrons = mosaic[i]! * (x & 1 ? odd : even) * fall
      // xorshift32 picks the noise; a table of normals is as random as the order of reading it.
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      electrons += Math.sqrt(electrons + readVariance) * normals[(state >>> 9) & (table - 1)]!
      if (electrons > fullWell) electrons = fullWell
      const counts = rawBlack + electrons * countsPerElectron + 0.5
      raw[i] = counts < 0 ? 0 : counts
    }
  }
}
