import { levelTable } from '../../../harness/imaging/srgb.ts'
import type { Scene } from './scene.ts'
import { rawBlack, rawFull } from './sensor.ts'

/** 12 bit linear to 8 bit sRGB. */
const encoded = levelTable(4096)

/**
 * Develops a raw Bayer picture (RGGB) as cameras do: missing colours from their neighbours, white balance, sRGB.
 * Interpolation after Malvar, He and Cutler, "High-quality linear interpolation for demosaicing of Bayer-patterned
 * color images", ICASSP 2004.
 */
export function develop(scene: Scene, raw: Uint16Array, rgb: Uint8Array): void {
  const { width, height } = scene.size
  const scale = 4095 / (rawFull - rawBlack)
  const [red, green, blue] = scene.truth.sensor.whiteBalance.map(gain => gain * scale) as [number, number, number]
  const code = (counts: number, gain: number): number => {
    const value = ((counts - rawBlack) * gain) | 0
    return encoded[value < 0 ? 0 : value > 4095 ? 4095 : value]!
  }
  // A border of two, mirrored so that colours keep their places.
  const stride = width + 4
  const padded = new Uint16Array(stride * (height + 4))
  for (let y = 0; y < height + 4; y++) {
    const from = mirrored(y - 2, height) * width
    const to = y * stride
    padded.set(raw.subarray(from, from + width), to + 2)
    padded[to] = raw[from + 2]!
    padded[to + 1] = raw[from + 1]!
    padded[to + width + 2] = raw[from + width - 2]!
    padded[to + width + 3] = raw[from + width - 3]!
  }
  const s2 = 2 * stride
  for (let y = 0; y < height; y++) {
    const oddRow = y & 1
    let p = (y + 2) * stride + 2
    let i = 3 * y * width
    for (let x = 0; x < width; x++, p++, i += 3) {
      const here = padded[p]!
      const sides = padded[p - 1]! + padded[p + 1]!
      const ends = padded[p - stride]! + padded[p + stride]!
      const farSides = padded[p - 2]! + padded[p + 2]!
      const farEnds = padded[p - s2]! + padded[p + s2]!
      const corners =
        padded[p - stride - 1]! + padded[p - stride + 1]! + padded[p + stride - 1]! + padded[p + stride + 1]!
      if ((x & 1) === oddRow) {
        // At red or blue.
        const g = (4 * here + 2 * (sides + ends) - farSides - farEnds) / 8
        const other = (6 * here + 2 * corners - 1.5 * (farSides + farEnds)) / 8
        rgb[i] = code(oddRow ? other : here, red)
        rgb[i + 1] = code(g, green)
        rgb[i + 2] = code(oddRow ? here : other, blue)
      } else {
        const along = (5 * here + 4 * sides - corners - farSides + 0.5 * farEnds) / 8
        const across = (5 * here + 4 * ends - corners - farEnds + 0.5 * farSides) / 8
        rgb[i] = code(oddRow ? across : along, red)
        rgb[i + 1] = code(here, green)
        rgb[i + 2] = code(oddRow ? along : across, blue)
      }
    }
  }
}

function mirrored(y: number, height: number): number {
  if (y < 0) return -y
  return y < height ? y : 2 * (height - 1) - y
}
