import { levelsAt } from '../../imaging/quantile.ts'
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
    const count = width * height
    this.luminance = new Float32Array(count)
    if (channels === 1) {
      for (let i = 0; i < count; i++) this.luminance[i] = logs[data[i]!]!
      this.red = null
      this.blue = null
      return
    }
    this.red = new Float32Array(count)
    this.blue = new Float32Array(count)
    for (let i = 0, k = 0; i < count; i++, k += 3) {
      const red = data[k]!
      const green = data[k + 1]!
      const blue = data[k + 2]!
      this.luminance[i] = logs[(77 * red + 150 * green + 29 * blue + 128) >> 8]!
      this.red[i] = logs[red]! - logs[green]!
      this.blue[i] = logs[blue]! - logs[green]!
    }
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

  /** A plane less its own mean over a box of so many samples, right within `rect` and left as it is elsewhere. */
  lessMean(plane: Float32Array, across: number, down: number, rect: RectMm): Float32Array {
    const out = Float32Array.from(plane)
    const [left, right] = [this.column(rect.x), this.column(rect.x + rect.width)]
    const [top, bottom] = [this.row(rect.y), this.row(rect.y + rect.height)]
    const [half, half2] = [across >> 1, down >> 1]
    const { width, height } = this
    const columns = new Float64Array(width)
    const [first, last] = [Math.max(0, top - half2), Math.min(height - 1, top + half2 - 1)]
    for (let y = first; y <= last; y++) for (let x = 0; x < width; x++) columns[x]! += plane[y * width + x]!
    let rows = last - first + 1
    const sums = new Float64Array(width + 1)
    for (let y = top; y < bottom; y++) {
      const [enter, leave] = [y + half2, y - half2 - 1]
      if (enter > last && enter < height) {
        rows++
        for (let x = 0; x < width; x++) columns[x]! += plane[enter * width + x]!
      }
      if (leave >= first) {
        rows--
        for (let x = 0; x < width; x++) columns[x]! -= plane[leave * width + x]!
      }
      for (let x = 0; x < width; x++) sums[x + 1] = sums[x]! + columns[x]!
      for (let x = left; x < right; x++) {
        const [from, to] = [Math.max(0, x - half), Math.min(width, x + half + 1)]
        out[y * width + x] = plane[y * width + x]! - (sums[to]! - sums[from]!) / ((to - from) * rows)
      }
    }
    return out
  }
}

const clamp = (value: number, most: number) => Math.max(0, Math.min(most, value))

export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/** The middle value of many, by some two thousand of them. */
export function typical(values: Float32Array): number {
  return levelsAt(values, [0.5])[0]!
}

/** RMS that a few outliers do not change. */
export function robustRms(values: Float32Array): number {
  return 1.4826 * typical(values.map(Math.abs))
}
