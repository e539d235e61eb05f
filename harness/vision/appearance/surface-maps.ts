import { median } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { AppearanceMap } from '../../products/appearance.ts'
import { blurred, type Field, validBlur, validMean } from './local-means.ts'

/** What is looked at on a surface, a value a pixel: differences of brightness or colour, as natural logarithms. */
export type SurfaceMaps = ReadonlyMap<AppearanceMap, Field>

/** So much is added to a level before its logarithm is taken: dark noise counts for less. */
const DARK_LEVEL = 6
const logs = Float32Array.from({ length: 256 }, (_, level) => Math.log(level + DARK_LEVEL))

/**
 * A surface's maps after exposure and uneven light are taken out. Its brush runs along the rows, so what is looked for across
 * them is compared with its own row only.
 * @param valid 1 where nothing explains what is seen
 */
export function surfaceMaps(raster: Raster, valid: Uint8Array, pixelsPerMm: number): SurfaceMaps {
  const { width, height, channels, data } = raster
  const count = width * height
  const tone = new Float32Array(count)
  const colours = channels === 3 ? { red: new Float32Array(count), blue: new Float32Array(count) } : null
  for (let i = 0, at = 0; i < count; i++, at += channels) {
    if (valid[i] === 0) continue
    if (colours === null) tone[i] = logs[data[at]!]!
    else {
      const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!]
      tone[i] = Math.log(0.299 * red + 0.587 * green + 0.114 * blue + DARK_LEVEL)
      colours.red[i] = logs[red]! - logs[green]!
      colours.blue[i] = logs[blue]! - logs[green]!
    }
  }
  const px = (mm: number) => Math.round(mm * pixelsPerMm)
  const field = (values: Float32Array): Field => ({ width, height, data: values })
  const level = levelled(tone, valid, count)
  const whole = field(level)
  const rowless = less(whole, validMean(whole, valid, px(2), 0), valid)
  const local = less(whole, validMean(whole, valid, px(2), px(2)), valid)
  const quiet = less(local, validMean(local, valid, px(3.5), 0), valid)
  const maps = new Map<AppearanceMap, Field>([
    ['upright', stroke(rowless, 1, width, px(0.5))],
    ['level', stroke(quiet, width, 1, px(0.45))],
    ['rising', stroke(rowless, width + 1, 1 - width, px(0.36), 1)],
    ['falling', stroke(rowless, width - 1, width + 1, px(0.36), 1)],
    ['dot', blurred(rowless, 0.16 * pixelsPerMm)],
    ['spot', validBlur(rowless, valid, 0.4 * pixelsPerMm)],
    ['patch', validBlur(local, valid, 0.8 * pixelsPerMm)],
    ['tone', validBlur(whole, valid, 1.5 * pixelsPerMm)],
  ])
  if (colours === null) return maps
  maps.set('red-green', validBlur(field(levelled(colours.red, valid, count)), valid, 0.8 * pixelsPerMm))
  maps.set('blue-green', validBlur(field(levelled(colours.blue, valid, count)), valid, 0.8 * pixelsPerMm))
  return maps
}

/** Less the surface's own middle, so that exposure and white balance do not count. */
function levelled(values: Float32Array, valid: Uint8Array, count: number): Float32Array {
  const some: number[] = []
  for (let i = 0; i < count; i += 7) if (valid[i] === 1) some.push(values[i]!)
  const middle = median(some, 0)
  for (let i = 0; i < count; i++) values[i] = valid[i] === 1 ? values[i]! - middle : 0
  return values
}

function less({ width, height, data }: Field, mean: Field, valid: Uint8Array): Field {
  const out = new Float32Array(data.length)
  for (let i = 0; i < out.length; i++) out[i] = valid[i] === 1 ? data[i]! - mean.data[i]! : 0
  return { width, height, data: out }
}

/**
 * A straight stroke three samples wide: its mean less that of both sides, averaged along it.
 * @param across from a sample to its neighbour across the stroke, as a step of the index
 * @param along the same along the stroke
 * @param reach samples along the stroke to each side
 * @param near the first sample of a side; a diagonal's neighbours lie further apart
 */
function stroke({ width, height, data }: Field, across: number, along: number, reach: number, near = 2): Field {
  const length = data.length
  const difference = new Float32Array(length)
  const core = near === 1 ? 0 : 1
  const far = near + 1
  const margin = Math.abs(across) * (far + 1)
  for (let i = margin; i < length - margin; i++) {
    let middle = data[i]!
    if (core === 1) middle = (middle + data[i - across]! + data[i + across]!) / 3
    const sides =
      data[i - near * across]! + data[i + near * across]! + data[i - far * across]! + data[i + far * across]!
    difference[i] = middle - sides / 4
  }
  const out = new Float32Array(length)
  const inset = Math.abs(along) * reach
  const share = 1 / (2 * reach + 1)
  for (let i = inset; i < length - inset; i++) {
    let sum = 0
    for (let k = -reach; k <= reach; k++) sum += difference[i + k * along]!
    out[i] = sum * share
  }
  return { width, height, data: out }
}
