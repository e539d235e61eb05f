import { AssayError, exitCodes } from '../core/assay-error.ts'
import type { LensTerms } from './lens.ts'
import type { Raster, SizePx } from './raster.ts'
import { levelTable, lightTable } from './srgb.ts'
import { brightest, clippedLevel, straighten } from './straighten.ts'

/** What a calibrated rig knows of its own faults, for taking them out of a picture. A part that is not known is null. */
export interface PictureCorrection {
  /** Of the pictures that it is for. */
  readonly size: SizePx
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

const steps = 1 << 14
const encoded = levelTable(steps + 1)

/**
 * The picture as it would be without the rig's own faults: dark level taken off, light made even, lens straightened.
 * What was clipped stays clipped, and nothing else becomes so: a correction must hide no saturation, and feign none.
 *
 * @throws AssayError `correction-misfit` when the correction is for pictures of another size
 */
export function correctPicture(picture: Raster, correction: PictureCorrection): Raster {
  const { width, height } = correction.size
  if (picture.width !== width || picture.height !== height) {
    throw new AssayError(
      'correction-misfit',
      `The rig was calibrated with pictures of ${width} × ${height} px, and this one has ${picture.width} × ${picture.height}: set the camera back, or calibrate again.`,
      { exitCode: exitCodes.rigFault },
    )
  }
  const { dark, gain, lens } = correction
  const straight = lens === null ? picture : straighten(picture, lens)
  if (dark === null && gain === null) return straight
  const out = lens === null ? new Uint8Array(picture.data.length) : straight.data
  return evenOut(straight, dark ?? [0, 0, 0], gain ?? noGain, out)
}

const noGain: GainMap = { columns: 2, rows: 2, values: new Array<number>(12).fill(1) }

/** Steps into which the range of a map's gains is parted: two of them differ by less than a level. */
const gainSteps = 1 << 10
/** Gains between two nodes are followed in parts of a step. */
const partBits = 12

/** Into samples of its own or those given. A grey picture is corrected as its green would be: its three channels are alike. */
function evenOut(picture: Raster, dark: readonly number[], gain: GainMap, out: Uint8Array): Raster {
  const { width, height, channels, data } = picture
  const lowest = Math.min(...gain.values)
  const range = Math.max(...gain.values) - lowest
  const perGain = range > 0 ? gainSteps / range : 0
  const colours = channels === 1 ? [1] : [0, 1, 2]
  const levels = colours.map(k => levelsOf(dark[k]!, lowest, range))
  const spans = gain.columns - 1
  const row = new Float64Array(3 * gain.columns)
  for (let y = 0; y < height; y++) {
    nodesAt(gain, ((y + 0.5) / height) * (gain.rows - 1), row)
    for (let left = 0; left < spans; left++) {
      const from = firstBetween(left, spans, width)
      const to = firstBetween(left + 1, spans, width)
      const share = ((from + 0.5) * spans) / width - left
      for (const [c, k] of colours.entries()) {
        const perNode = row[3 * (left + 1) + k]! - row[3 * left + k]!
        const at = (row[3 * left + k]! + share * perNode - lowest) * perGain + 0.5
        const step = ((perNode * spans) / width) * perGain
        const start = (y * width + from) * channels + c
        replace(data, out, levels[c]!, at, step, start, (y * width + to) * channels, channels)
      }
    }
  }
  return { width, height, channels, data: out }
}

/** The first pixel of a row that lies between a node and the next. */
function firstBetween(node: number, spans: number, width: number): number {
  return node === spans ? width : Math.max(0, Math.ceil((node * width) / spans - 0.5))
}

/** Every `apart`th sample by the levels of its gain, which changes evenly. */
function replace(
  data: Uint8Array,
  out: Uint8Array,
  levels: Uint8Array,
  at: number,
  step: number,
  from: number,
  to: number,
  apart: number,
): void {
  // `| 0`: kept as integers, which makes the loop four times as fast.
  const perSample = Math.round(step * (1 << partBits)) | 0
  let gain = Math.round(at * (1 << partBits)) | 0
  for (let i = from; i < to; i += apart) {
    out[i] = levels[((gain >> partBits) << 8) | data[i]!]!
    gain = (gain + perSample) | 0
  }
}

/** What becomes of each level of a channel, 256 of them for every step of gain. */
function levelsOf(dark: number, lowest: number, range: number): Uint8Array {
  const last = range > 0 ? gainSteps : 0
  const levels = new Uint8Array((last + 1) << 8)
  for (let step = 0, i = 0; step <= last; step++) {
    const by = (lowest + (step / gainSteps) * range) * steps
    for (let level = 0; level < clippedLevel; level++, i++) {
      const light = (lightTable[level]! - dark) * by
      const code = encoded[light <= 0 ? 0 : light >= steps ? steps : Math.round(light)]!
      levels[i] = code > brightest ? brightest : code
    }
    for (let level = clippedLevel; level < 256; level++, i++) levels[i] = level
  }
  return levels
}

/** The map's nodes at a height between two of its rows. */
function nodesAt({ columns, rows, values }: GainMap, at: number, into: Float64Array): void {
  const above = Math.min(rows - 2, Math.floor(at))
  const share = at - above
  for (let i = 0; i < 3 * columns; i++) {
    into[i] = values[3 * above * columns + i]! * (1 - share) + values[3 * (above + 1) * columns + i]! * share
  }
}
