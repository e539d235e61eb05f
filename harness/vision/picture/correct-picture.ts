import { exitCodes } from '../../errors/assay-error.ts'
import type { Raster } from '../photograph.ts'
import { VisionError } from '../vision-error.ts'

/** What a calibrated rig knows of its own faults, for taking them out of a picture. A part that is not known is null. */
export interface PictureCorrection {
  /** Of the pictures that it is for. */
  readonly size: { readonly width: number; readonly height: number }
  /** Light that the camera tells where there is none: R, G, B, linear, 1 is all that it can tell. */
  readonly dark: readonly [number, number, number] | null
  readonly gain: GainMap | null
  readonly lens: LensTerms | null
}

/** By what linear light is multiplied, so that evenly lit white comes out even and white. */
export interface GainMap {
  readonly columns: number
  readonly rows: number
  /** R, G, B of each node, row by row. The outermost nodes lie at the picture's edges, the others evenly between. */
  readonly values: readonly number[]
}

/**
 * What stands at `c + (p − c)(1 + k1 r² + k2 r⁴)` belongs to p; r is p's distance from c, 1 at half the picture's diagonal. px
 * are counted from the picture's upper left corner.
 */
export interface LensTerms {
  readonly k1: number
  readonly k2: number
  readonly centre: readonly [number, number]
}

/** A channel at or above this level has no more to tell. */
export const clippedLevel = 253
/** The brightest that a correction may make of what was not clipped. */
const brightest = clippedLevel - 1

const linear = Float32Array.from({ length: 256 }, (_, code) => {
  const c = code / 255
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
})
const steps = 1 << 14
const encoded = Uint8Array.from({ length: steps + 1 }, (_, step) => {
  const c = step / steps
  return Math.round(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055))
})

/**
 * The picture as it would be without the rig's own faults: dark level taken off, light made even, lens straightened.
 * What was clipped stays clipped, and nothing else becomes so: a correction must hide no saturation, and feign none.
 *
 * @throws VisionError `correction-misfit` when the correction is for pictures of another size
 */
export function correctPicture(picture: Raster, correction: PictureCorrection): Raster {
  const { width, height } = correction.size
  if (picture.width !== width || picture.height !== height) {
    throw new VisionError(
      'correction-misfit',
      `The rig was calibrated with pictures of ${width} × ${height} px, and this one has ${picture.width} × ${picture.height}: set the camera back, or calibrate again.`,
      { exitCode: exitCodes.rigFault },
    )
  }
  const { dark, gain, lens } = correction
  const straight = lens === null ? picture : straighten(picture, lens)
  return dark === null && gain === null ? straight : evenOut(straight, dark ?? [0, 0, 0], gain ?? noGain)
}

const noGain: GainMap = { columns: 2, rows: 2, values: new Array<number>(12).fill(1) }

/** A grey picture is corrected as its green would be: its three channels are alike. */
function evenOut({ width, height, channels, data }: Raster, dark: readonly number[], gain: GainMap): Raster {
  const out = new Uint8Array(data.length)
  const row = new Float32Array(3 * gain.columns)
  const perColumn = (gain.columns - 1) / width
  for (let y = 0; y < height; y++) {
    nodesAt(gain, ((y + 0.5) / height) * (gain.rows - 1), row)
    for (let x = 0; x < width; x++) {
      const at = (x + 0.5) * perColumn
      const left = Math.min(gain.columns - 2, Math.floor(at))
      const share = at - left
      for (let c = 0; c < channels; c++) {
        const i = (y * width + x) * channels + c
        const level = data[i]!
        if (level >= clippedLevel) {
          out[i] = level
          continue
        }
        const k = channels === 1 ? 1 : c
        const by = row[3 * left + k]! * (1 - share) + row[3 * left + 3 + k]! * share
        const light = (linear[level]! - dark[k]!) * by
        const step = light <= 0 ? 0 : light >= 1 ? steps : Math.round(light * steps)
        out[i] = Math.min(brightest, encoded[step]!)
      }
    }
  }
  return { width, height, channels, data: out }
}

/** The map's nodes at a height between two of its rows. */
function nodesAt({ columns, rows, values }: GainMap, at: number, into: Float32Array): void {
  const above = Math.min(rows - 2, Math.floor(at))
  const share = at - above
  for (let i = 0; i < 3 * columns; i++) {
    into[i] = values[3 * above * columns + i]! * (1 - share) + values[3 * (above + 1) * columns + i]! * share
  }
}

/** Puts every pixel where it would be without the lens, read between its sixteen neighbours (Catmull–Rom). */
function straighten(picture: Raster, { k1, k2, centre }: LensTerms): Raster {
  const { width, height, channels, data } = picture
  const out = new Uint8Array(data.length)
  const perRadius = 4 / (width * width + height * height)
  const wx = new Float64Array(4)
  const wy = new Float64Array(4)
  for (let y = 0; y < height; y++) {
    const dy = y + 0.5 - centre[1]
    for (let x = 0; x < width; x++) {
      const dx = x + 0.5 - centre[0]
      const r2 = (dx * dx + dy * dy) * perRadius
      const bend = 1 + k1 * r2 + k2 * r2 * r2
      const sx = Math.min(width - 1, Math.max(0, centre[0] + bend * dx - 0.5))
      const sy = Math.min(height - 1, Math.max(0, centre[1] + bend * dy - 0.5))
      const left = Math.floor(sx)
      const top = Math.floor(sy)
      weights(sx - left, wx)
      weights(sy - top, wy)
      const to = (y * width + x) * channels
      for (let c = 0; c < channels; c++) out[to + c] = between(picture, left, top, c, wx, wy)
    }
  }
  return { width, height, channels, data: out }
}

function between(
  { width, height, channels, data }: Raster,
  left: number,
  top: number,
  c: number,
  wx: Float64Array,
  wy: Float64Array,
): number {
  let sum = 0
  let clipped = 0
  for (let j = 0; j < 4; j++) {
    const row = Math.min(height - 1, Math.max(0, top + j - 1)) * width
    let line = 0
    for (let i = 0; i < 4; i++) {
      const level = data[(row + Math.min(width - 1, Math.max(0, left + i - 1))) * channels + c]!
      line += wx[i]! * level
      if (level >= clippedLevel && i > 0 && i < 3 && j > 0 && j < 3 && level > clipped) clipped = level
    }
    sum += wy[j]! * line
  }
  if (clipped > 0) return clipped
  return sum <= 0 ? 0 : sum >= brightest ? brightest : Math.round(sum)
}

/** Of the four samples around a place that lies by `t` behind the second. */
function weights(t: number, into: Float64Array): void {
  into[0] = t * (-0.5 + t * (1 - 0.5 * t))
  into[1] = 1 + t * t * (-2.5 + 1.5 * t)
  into[2] = t * (0.5 + t * (2 - 1.5 * t))
  into[3] = t * t * (-0.5 + 0.5 * t)
}
