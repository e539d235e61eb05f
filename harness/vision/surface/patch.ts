import { median } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { RectMm } from '../../products/profile.ts'

/** A darkest level, so that noise in black does not count as texture. */
const PEDESTAL = 6
const logs = Float32Array.from({ length: 256 }, (_, value) => Math.log(value + PEDESTAL))

/** A flat part of the card in log levels, by its place in mm. */
export class Patch {
  readonly width: number
  readonly height: number
  readonly luminance: Float32Array
  /** Red and blue against green; null in a monochrome picture. */
  readonly red: Float32Array | null
  readonly blue: Float32Array | null

  readonly rect: RectMm
  readonly pixelsPerMm: number

  constructor({ width, height, channels, data }: Raster, rect: RectMm, pixelsPerMm: number) {
    this.rect = rect
    this.pixelsPerMm = pixelsPerMm
    this.width = width
    this.height = height
    const grey = channels === 1 ? data : lumaOf(data)
    this.luminance = Float32Array.from(grey, value => logs[value]!)
    const against = (channel: number) =>
      channels === 1
        ? null
        : Float32Array.from({ length: width * height }, (_, i) => logs[data[i * 3 + channel]!]! - logs[data[i * 3 + 1]!]!)
    this.red = against(0)
    this.blue = against(2)
  }

  /** A grey level as it stands in {@link luminance}. */
  static level(grey: number): number {
    return logs[grey]!
  }

  /** Column of a place on the card. */
  column(xMm: number): number {
    return clamp(Math.round((xMm - this.rect.x) * this.pixelsPerMm), this.width)
  }

  row(yMm: number): number {
    return clamp(Math.round((yMm - this.rect.y) * this.pixelsPerMm), this.height)
  }

  /** The samples of a plane within a rectangle of the card. */
  within(plane: Float32Array, { x, y, width, height }: RectMm): Float32Array {
    const [left, right, top, bottom] = [this.column(x), this.column(x + width), this.row(y), this.row(y + height)]
    const found = new Float32Array(Math.max(0, right - left) * Math.max(0, bottom - top))
    for (let row = top, k = 0; row < bottom; row++, k += right - left)
      found.set(plane.subarray(row * this.width + left, row * this.width + right), k)
    return found
  }

  /** A plane less its own mean over a box of so many samples. */
  lessMean(plane: Float32Array, across: number, down: number): Float32Array {
    const { width, height } = this
    const level = boxMean(boxMean(plane, width, height, across, 1, width), height, width, down, width, 1)
    return plane.map((value, i) => value - level[i]!)
  }
}

function boxMean(
  plane: Float32Array,
  length: number,
  lines: number,
  size: number,
  step: number,
  stride: number,
): Float32Array {
  if (size <= 1) return plane
  const half = size >> 1
  const out = new Float32Array(plane.length)
  const sums = new Float64Array(length + 1)
  for (let line = 0; line < lines; line++) {
    const from = line * stride
    for (let i = 0; i < length; i++) sums[i + 1] = sums[i]! + plane[from + i * step]!
    for (let i = 0; i < length; i++) {
      const [a, b] = [Math.max(0, i - half), Math.min(length, i + half + 1)]
      out[from + i * step] = (sums[b]! - sums[a]!) / (b - a)
    }
  }
  return out
}

const clamp = (value: number, most: number) => Math.max(0, Math.min(most, value))

function lumaOf(data: Uint8Array): Uint8Array {
  const grey = new Uint8Array(data.length / 3)
  for (let i = 0, j = 0; i < grey.length; i++, j += 3)
    grey[i] = (77 * data[j]! + 150 * data[j + 1]! + 29 * data[j + 2]! + 128) >> 8
  return grey
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/** RMS that a few outliers do not change. */
export function robustRms(values: Float32Array): number {
  return 1.4826 * median(values.map(Math.abs))
}
