import type { Raster } from './raster.ts'

/** Grey levels as floats, row by row. */
export interface GreyImage {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/** Luma (ITU-R BT.601) of a raster. */
export function greyOf(raster: Raster): GreyImage {
  const { width, height, channels, data } = raster
  const out = new Float32Array(width * height)
  if (channels === 1) for (let i = 0; i < out.length; i++) out[i] = data[i]!
  else
    for (let i = 0, j = 0; i < out.length; i++, j += 3)
      out[i] = 0.299 * data[j]! + 0.587 * data[j + 1]! + 0.114 * data[j + 2]!
  return { width, height, data: out }
}

/** The part of a picture from (`left`, `top`), `width` × `height` px of it, as a picture of its own size. */
export interface Window {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/**
 * Resamples a window to `width` × `height` with a triangle filter as wide as the step (so that shrinking does not alias).
 * Outside the picture its edge pixels go on.
 */
export function resample(image: GreyImage, window: Window, width: number, height: number): GreyImage {
  const across = taps(window.left, window.width, width, image.width)
  const down = taps(window.top, window.height, height, image.height)
  const firstRow = Math.min(...down.map(tap => tap.first))
  const lastRow = Math.max(...down.map(tap => tap.last))
  const rows = new Float32Array((lastRow - firstRow + 1) * width)
  for (let y = firstRow; y <= lastRow; y++) {
    const source = y * image.width
    for (let x = 0; x < width; x++) {
      const { first, weights } = across[x]!
      let sum = 0
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * image.data[source + first + k]!
      rows[(y - firstRow) * width + x] = sum
    }
  }
  const out = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const { first, weights } = down[y]!
    for (let k = 0; k < weights.length; k++) {
      const row = (first + k - firstRow) * width
      const weight = weights[k]!
      for (let x = 0; x < width; x++) out[y * width + x]! += weight * rows[row + x]!
    }
  }
  return { width, height, data: out }
}

interface Tap {
  readonly first: number
  readonly last: number
  readonly weights: Float32Array
}

function taps(from: number, length: number, count: number, limit: number): readonly Tap[] {
  const step = length / count
  const reach = Math.max(1, step)
  return Array.from({ length: count }, (_, i) => {
    const centre = from + (i + 0.5) * step - 0.5
    const low = Math.ceil(centre - reach)
    const high = Math.floor(centre + reach)
    const first = clamp(low, 0, limit - 1)
    const last = clamp(high, 0, limit - 1)
    const weights = new Float32Array(last - first + 1)
    let sum = 0
    for (let k = low; k <= high; k++) {
      const weight = Math.max(0, 1 - Math.abs(k - centre) / reach)
      weights[clamp(k, 0, limit - 1) - first]! += weight
      sum += weight
    }
    for (let k = 0; k < weights.length; k++) weights[k]! /= sum
    return { first, last, weights }
  })
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value
}

/** Mean over a (2·rx+1) × (2·ry+1) window, edges going on; separable running sums. */
export function boxBlur({ width, height, data }: GreyImage, rx: number, ry: number): GreyImage {
  const out = new Float32Array(width * height)
  boxBlurInto(out, data, new Float32Array(width * height), width, height, rx, ry)
  return { width, height, data: out }
}

/** Three box blurs: within 3 % of a Gaussian of `sigma` px. */
export function gaussianBlur(image: GreyImage, sigma: number): GreyImage {
  if (sigma <= 0.3) return image
  // Radius r of three boxes: variance 3·((2r+1)²−1)/12 = sigma²; the fraction is met by mixing two radii.
  const exact = (Math.sqrt(4 * sigma * sigma + 1) - 1) / 2
  const low = Math.floor(exact)
  const share = exact - low
  const { width, height } = image
  const [between, small, large, out] = [0, 1, 2, 3].map(() => new Float32Array(width * height)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array<ArrayBuffer>,
  ]
  let source = image.data
  for (let pass = 0; pass < 3; pass++) {
    if (low > 0) boxBlurInto(small, source, between, width, height, low, low)
    boxBlurInto(large, source, between, width, height, low + 1, low + 1)
    const less = low > 0 ? small : source
    for (let i = 0; i < out.length; i++) out[i] = less[i]! * (1 - share) + large[i]! * share
    source = out
  }
  return { width, height, data: out }
}

function boxBlurInto(
  target: Float32Array,
  source: Float32Array,
  between: Float32Array,
  width: number,
  height: number,
  rx: number,
  ry: number,
): void {
  blurRows(source, between, width, height, rx)
  blurColumns(between, target, width, height, ry)
}

function blurRows(source: Float32Array, target: Float32Array, width: number, height: number, radius: number): void {
  const scale = 1 / (2 * radius + 1)
  for (let y = 0; y < height; y++) {
    const base = y * width
    const last = base + width - 1
    let sum = 0
    for (let i = -radius; i <= radius; i++) sum += source[base + clamp(i, 0, width - 1)]!
    for (let at = base; at <= last; at++) {
      target[at] = sum * scale
      const enters = at + radius + 1
      const leaves = at - radius
      sum += source[enters > last ? last : enters]! - source[leaves < base ? base : leaves]!
    }
  }
}

/** All columns side by side, row after row: memory is read as it lies. */
function blurColumns(source: Float32Array, target: Float32Array, width: number, height: number, radius: number): void {
  const scale = 1 / (2 * radius + 1)
  const sums = new Float64Array(width)
  for (let y = -radius; y <= radius; y++)
    for (let x = 0, i = clamp(y, 0, height - 1) * width; x < width; x++, i++) sums[x]! += source[i]!
  for (let y = 0, at = 0; y < height; y++) {
    let enters = clamp(y + radius + 1, 0, height - 1) * width
    let leaves = clamp(y - radius, 0, height - 1) * width
    for (let x = 0; x < width; x++, at++, enters++, leaves++) {
      const sum = sums[x]!
      target[at] = sum * scale
      sums[x] = sum + (source[enters]! - source[leaves]!)
    }
  }
}
