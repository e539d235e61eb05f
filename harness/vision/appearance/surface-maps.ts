import { median } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { AppearanceMap } from '../../products/appearance.ts'
import { blurred, type Field, halved, lessMean } from './local-means.ts'

/**
 * What is looked at on a surface: differences of brightness or colour, as natural logarithms. A value a pixel; of what is larger
 * than a pixel one for each 2 × 2 or 4 × 4.
 */
export type SurfaceMaps = ReadonlyMap<AppearanceMap, Field>

/** So much is added to a level before its logarithm is taken: dark noise counts for less. */
const DARK_LEVEL = 6
/** Of every level. */
export const logs = Float32Array.from({ length: 256 }, (_, level) => Math.log(level + DARK_LEVEL))

/**
 * A surface's maps after exposure and uneven light are taken out. Its brush runs along the rows, so what is looked for across
 * them is compared with its own row only.
 * @param valid 1 where nothing explains what is seen
 */
export function surfaceMaps(raster: Raster, valid: Uint8Array, pixelsPerMm: number): SurfaceMaps {
  const { tone, colours } = levels(raster, valid)
  const px = (mm: number) => Math.round(mm * pixelsPerMm)
  const { width } = raster
  const rowless = lessMean(tone, px(2), 0)
  const local = lessMean(tone, px(2), px(2))
  const quiet = lessMean(local, px(3.5), 0)
  const large = [local, ...(colours === null ? [] : [colours.red, colours.blue])].map(halved)
  const [patch, redGreen, blueGreen] = blurred(large, (0.8 * pixelsPerMm) / 2)
  const maps = new Map<AppearanceMap, Field>([
    ['upright', stroke(rowless, 1, width, px(0.5))],
    ['level', stroke(quiet, width, 1, px(0.45))],
    ['rising', diagonal(rowless, width + 1, width - 1, px(0.36))],
    ['falling', diagonal(rowless, width - 1, width + 1, px(0.36))],
    ['dot', blurred([rowless], 0.16 * pixelsPerMm)[0]!],
    ['spot', blurred([halved(rowless)], (0.4 * pixelsPerMm) / 2)[0]!],
    ['patch', patch!],
    ['tone', blurred([halved(halved(tone))], (1.5 * pixelsPerMm) / 4)[0]!],
  ])
  if (redGreen !== undefined) maps.set('red-green', redGreen)
  if (blueGreen !== undefined) maps.set('blue-green', blueGreen)
  return maps
}

/** Of the eye's brightness (ITU-R BT.601). */
const [RED, GREEN, BLUE] = [0.3, 0.59, 0.11]

/** Brightness and colours as logarithms, each less its own middle: exposure and white balance do not count. */
function levels({ width, height, channels, data }: Raster, valid: Uint8Array) {
  const count = width * height
  const field = (): Field => ({ width, height, data: new Float32Array(count), valid })
  const tone = field()
  const colours = channels === 3 ? { red: field(), blue: field() } : null
  for (let i = 0, at = 0; i < count; i++, at += channels) {
    if (valid[i] === 0) continue
    if (colours === null) {
      tone.data[i] = logs[data[at]!]!
      continue
    }
    const red = logs[data[at]!]!
    const green = logs[data[at + 1]!]!
    const blue = logs[data[at + 2]!]!
    tone.data[i] = RED * red + GREEN * green + BLUE * blue
    colours.red.data[i] = red - green
    colours.blue.data[i] = blue - green
  }
  for (const one of colours === null ? [tone] : [tone, colours.red, colours.blue]) takeOffMiddle(one)
  return { tone, colours }
}

/** Brightness alone, as logarithms. */
export function toneOf({ width, height, channels, data }: Raster, valid: Uint8Array): Field {
  const tone = new Float32Array(width * height)
  for (let i = 0, at = 0; i < tone.length; i++, at += channels)
    if (valid[i] === 1)
      tone[i] =
        channels === 1
          ? logs[data[at]!]!
          : RED * logs[data[at]!]! + GREEN * logs[data[at + 1]!]! + BLUE * logs[data[at + 2]!]!
  return { width, height, data: tone, valid }
}

/** A part of the samples tells their middle as well as all of them. */
const SAMPLED = 31

function takeOffMiddle({ data, valid }: Field): void {
  const some: number[] = []
  for (let i = 0; i < data.length; i += SAMPLED) if (valid[i] === 1) some.push(data[i]!)
  const middle = median(some, 0)
  for (let i = 0; i < data.length; i++) if (valid[i] === 1) data[i]! -= middle
}

/**
 * A straight stroke three samples wide: its mean less that of both sides, averaged along it.
 * @param across from a sample to its neighbour across the stroke, as a step of the index
 * @param along the same along the stroke
 * @param reach samples along the stroke to each side
 */
function stroke(field: Field, across: number, along: number, reach: number): Field {
  const { data } = field
  const difference = new Float32Array(data.length)
  for (let i = 4 * across; i < data.length - 4 * across; i++) {
    const core = data[i]! + data[i - across]! + data[i + across]!
    const near = data[i - 3 * across]! + data[i + 3 * across]!
    const far = data[i - 4 * across]! + data[i + 4 * across]!
    difference[i] = core / 3 - (near + far) / 4
  }
  return averaged(field, difference, along, reach)
}

/** The same for a slanting stroke, whose neighbours lie further apart. */
function diagonal(field: Field, across: number, along: number, reach: number): Field {
  const { data } = field
  const difference = new Float32Array(data.length)
  for (let i = 3 * across; i < data.length - 3 * across; i++) {
    const core = data[i]! + 0.5 * (data[i - across]! + data[i + across]!)
    const near = data[i - 2 * across]! + data[i + 2 * across]!
    const far = data[i - 3 * across]! + data[i + 3 * across]!
    difference[i] = core / 2 - (near + far) / 4
  }
  return averaged(field, difference, along, reach)
}

function averaged({ width, height, valid }: Field, values: Float32Array, along: number, reach: number): Field {
  const data = new Float32Array(values.length)
  const share = 1 / (2 * reach + 1)
  const ahead = reach * along
  const behind = (reach + 1) * along
  for (let i = behind; i < values.length - ahead; i++)
    data[i] = data[i - along]! + share * (values[i + ahead]! - values[i - behind]!)
  return { width, height, data, valid }
}
