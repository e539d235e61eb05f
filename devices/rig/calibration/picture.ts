import sharp from 'sharp'
import { RigError } from '../../rig-error.ts'

/** A photograph as light: linear, 0 … 1 of what the camera can tell, row by row. */
export interface LightPicture {
  readonly width: number
  readonly height: number
  /** R, G, B. */
  readonly rgb: Float32Array
  /** Mean of the three, for places and edges. */
  readonly grey: Float32Array
}

/** sRGB to linear. */
const linear = Float32Array.from({ length: 256 }, (_, code) => {
  const c = code / 255
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
})

/** Linear to sRGB, 0 … 255, for people. */
export function levelOf(light: number): number {
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055)
}

/** Every channel at or above this has no more to tell. */
export const clippedAt = linear[253]!

/** @throws RigError `picture-unreadable` */
export async function lightOf(bytes: Uint8Array): Promise<LightPicture> {
  let decoded: { data: Buffer; info: { width: number; height: number; channels: number } }
  try {
    decoded = await sharp(bytes).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  } catch (cause) {
    throw new RigError(
      'picture-unreadable',
      'the camera delivered something that is no picture. Check its configuration with assay rig shoot.',
      { cause },
    )
  }
  const { data, info } = decoded
  const pixels = info.width * info.height
  const rgb = new Float32Array(3 * pixels)
  const grey = new Float32Array(pixels)
  const { channels } = info
  for (let i = 0; i < pixels; i++) {
    const r = linear[data[channels * i]!]!
    const g = linear[data[channels * i + (channels >= 3 ? 1 : 0)]!]!
    const b = linear[data[channels * i + (channels >= 3 ? 2 : 0)]!]!
    rgb[3 * i] = r
    rgb[3 * i + 1] = g
    rgb[3 * i + 2] = b
    grey[i] = (r + g + b) / 3
  }
  return { width: info.width, height: info.height, rgb, grey }
}

/** Variance of the Laplacian over the mean square: how much detail there is. Only comparable for one and the same view. */
export function detailOf({ width, height, grey }: LightPicture): number {
  let sum = 0
  let squares = 0
  let power = 0
  let count = 0
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      const bend = 4 * grey[i]! - grey[i - 1]! - grey[i + 1]! - grey[i - width]! - grey[i + width]!
      sum += bend
      squares += bend * bend
      power += grey[i]! * grey[i]!
      count++
    }
  }
  const mean = sum / count
  return power === 0 ? 0 : (squares / count - mean * mean) / (power / count)
}
