import type { SizePx } from '../../imaging/raster.ts'

/** Numbers over a surface, row by row, with their size. */
export interface Field extends SizePx {
  readonly data: Float32Array
}

/** Mean over the (2 · across + 1) × (2 · down + 1) samples about each place that `valid` holds; 0 where there are none. */
export function validMean({ width, height, data }: Field, valid: Uint8Array, across: number, down: number): Field {
  const sums = Float32Array.from(data, (value, i) => (valid[i] === 1 ? value : 0))
  const counts = Float32Array.from(valid)
  for (const line of [sums, counts]) boxSum(line, width, height, across, down)
  for (let i = 0; i < sums.length; i++) sums[i] = counts[i]! > 0.5 ? sums[i]! / counts[i]! : 0
  return { width, height, data: sums }
}

/** Sum over the box about each place, in place; what lies outside counts as 0. */
export function boxSum(data: Float32Array, width: number, height: number, across: number, down: number): void {
  const longest = Math.max(width, height)
  const prefix = new Float64Array(longest + 1)
  if (across > 0)
    for (let y = 0; y < height; y++) {
      const row = y * width
      for (let x = 0; x < width; x++) prefix[x + 1] = prefix[x]! + data[row + x]!
      for (let x = 0; x < width; x++) {
        const from = x - across > 0 ? x - across : 0
        const to = x + across < width - 1 ? x + across : width - 1
        data[row + x] = prefix[to + 1]! - prefix[from]!
      }
    }
  if (down <= 0) return
  // Row by row, as memory lies: a running sum a column.
  const running = new Float64Array(width)
  const before = data.slice()
  for (let y = 0; y < Math.min(down, height); y++)
    for (let x = 0; x < width; x++) running[x] = running[x]! + before[y * width + x]!
  for (let y = 0; y < height; y++) {
    const enter = y + down
    const leave = y - down - 1
    for (let x = 0; x < width; x++) {
      let sum = running[x]!
      if (enter < height) sum += before[enter * width + x]!
      if (leave >= 0) sum -= before[leave * width + x]!
      running[x] = sum
      data[y * width + x] = sum
    }
  }
}

/** Gaussian blur by a kernel out to 2.5 σ; what lies outside counts as 0. */
export function blurred({ width, height, data }: Field, sigmaPx: number): Field {
  const reach = Math.ceil(2.5 * sigmaPx)
  const kernel = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp(-(i * i) / (2 * sigmaPx * sigmaPx)))
  const whole = kernel.reduce((sum, weight, i) => sum + (i === 0 ? weight : 2 * weight), 0)
  for (let i = 0; i <= reach; i++) kernel[i]! /= whole
  const across = new Float32Array(data.length)
  for (let y = 0; y < height; y++) {
    const row = y * width
    for (let x = 0; x < width; x++) {
      let sum = kernel[0]! * data[row + x]!
      for (let k = 1; k <= reach; k++) {
        const left = x >= k ? data[row + x - k]! : 0
        const right = x + k < width ? data[row + x + k]! : 0
        sum += kernel[k]! * (left + right)
      }
      across[row + x] = sum
    }
  }
  const out = new Float32Array(data.length)
  for (let y = 0; y < height; y++) {
    const row = y * width
    for (let k = -reach; k <= reach; k++) {
      if (y + k < 0 || y + k >= height) continue
      const weight = kernel[Math.abs(k)]!
      const from = (y + k) * width
      for (let x = 0; x < width; x++) out[row + x]! += weight * across[from + x]!
    }
  }
  return { width, height, data: out }
}

/** Three box means one after the other: as good as a Gaussian of `sigmaPx` from 3 px on, at a cost that does not grow. */
export function validBlur(field: Field, valid: Uint8Array, sigmaPx: number): Field {
  const { width, height, data } = field
  const reach = Math.max(1, Math.round((Math.sqrt(4 * sigmaPx * sigmaPx + 1) - 1) / 2))
  const sums = Float32Array.from(data, (value, i) => (valid[i] === 1 ? value : 0))
  const counts = Float32Array.from(valid)
  for (let pass = 0; pass < 3; pass++) for (const line of [sums, counts]) boxSum(line, width, height, reach, reach)
  for (let i = 0; i < sums.length; i++) sums[i] = valid[i] === 1 ? sums[i]! / counts[i]! : 0
  return { width, height, data: sums }
}
