import { decoderBeside } from '../../../harness/imaging/decode-beside.node.ts'
import { PictureError } from '../../../harness/imaging/picture-error.ts'
import type { SizePx } from '../../../harness/imaging/raster.ts'
import { lightTable } from '../../../harness/imaging/srgb.ts'
import { clippedLevel } from '../../../harness/imaging/straighten.ts'
import { RigError } from '../../rig-error.ts'

/** Linear R, G, B: 0 … 1 of what the camera can tell. */
export type Colour = readonly [red: number, green: number, blue: number]

/** A photograph as light: linear, 0 … 1 of what the camera can tell, row by row. */
export interface LightPicture extends SizePx {
  /** R, G, B. */
  readonly rgb: Float32Array
  /** Mean of the three, for places and edges. */
  readonly grey: Float32Array
}

/** Every channel at or above this has no more to tell. */
export const clippedLight = lightTable[clippedLevel]!

/** @throws RigError `picture-unreadable` */
export async function lightPictureOf(bytes: Uint8Array): Promise<LightPicture> {
  try {
    const { width, height, data } = await decoderBeside.decode(bytes, { minSidePx: 1 })
    const rgb = new Float32Array(data.length)
    const grey = new Float32Array(width * height)
    for (let i = 0; i < data.length; i++) rgb[i] = lightTable[data[i]!]!
    for (let i = 0; i < grey.length; i++) grey[i] = (rgb[3 * i]! + rgb[3 * i + 1]! + rgb[3 * i + 2]!) / 3
    return { width, height, rgb, grey }
  } catch (cause) {
    if (!(cause instanceof PictureError)) throw cause
    throw new RigError(
      'picture-unreadable',
      'the camera delivered something that is no picture. Check its configuration with assay rig shoot.',
      { cause },
    )
  }
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
