import type { SizePx } from '../../imaging/raster.ts'

/** Numbers over a surface, row by row. */
export interface Field extends SizePx {
  readonly data: Float32Array
  /** 1 where the numbers count; they are 0 elsewhere. */
  readonly valid: Uint8Array
}

/** Less the mean over the (2 · across + 1) × (2 · down + 1) samples about each place. */
export function lessMean({ width, height, data, valid }: Field, across: number, down: number): Field {
  const sums = boxSum(data, width, height, across, down)
  const counts = boxSum(new Float32Array(valid), width, height, across, down)
  for (let i = 0; i < sums.length; i++) sums[i] = valid[i] === 1 ? data[i]! - sums[i]! / counts[i]! : 0
  return { width, height, data: sums, valid }
}

/**
 * Blurred by three box means one after the other, about a Gaussian of `sigmaPx`; only what counts does.
 * @param fields of one size, of which the same places count
 */
export function blurred(fields: readonly Field[], sigmaPx: number): Field[] {
  const { width, height, valid } = fields[0]!
  const reach = Math.max(1, Math.round((Math.sqrt(4 * sigmaPx * sigmaPx + 1) - 1) / 2))
  const thrice = (values: Float32Array) => {
    for (let pass = 0; pass < 3; pass++) values = boxSum(values, width, height, reach, reach)
    return values
  }
  const counts = thrice(new Float32Array(valid))
  return fields.map(({ data }) => {
    const sums = thrice(data)
    for (let i = 0; i < sums.length; i++) sums[i] = valid[i] === 1 ? sums[i]! / counts[i]! : 0
    return { width, height, data: sums, valid }
  })
}

/** At half the scale: the mean of each four samples that count, where at least two do. */
export function halved({ width, height, data, valid }: Field): Field {
  const size = { width: width >> 1, height: height >> 1 }
  const out = new Float32Array(size.width * size.height)
  const counts = new Uint8Array(out.length)
  for (let y = 0, o = 0; y < size.height; y++) {
    for (let x = 0, i = 2 * y * width; x < size.width; x++, i += 2, o++) {
      const below = i + width
      const count = valid[i]! + valid[i + 1]! + valid[below]! + valid[below + 1]!
      if (count < 2) continue
      counts[o] = 1
      out[o] = (data[i]! + data[i + 1]! + data[below]! + data[below + 1]!) / count
    }
  }
  return { ...size, data: out, valid: counts }
}

/** Sum over the box about each place; what lies outside counts as 0. */
export function boxSum(
  data: Float32Array,
  width: number,
  height: number,
  across: number,
  down: number,
): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(data.length)
  for (let y = 0; y < height; y++) {
    const row = y * width
    let sum = 0
    for (let x = 0; x < Math.min(across, width); x++) sum += data[row + x]!
    for (let x = 0; x < width; x++) {
      if (x + across < width) sum += data[row + x + across]!
      if (x > across) sum -= data[row + x - across - 1]!
      rows[row + x] = sum
    }
  }
  if (down === 0) return rows
  const running = new Float64Array(width)
  for (let y = 0; y < Math.min(down, height); y++)
    for (let x = 0, i = y * width; x < width; x++, i++) running[x]! += rows[i]!
  const out = new Float32Array(data.length)
  for (let y = 0; y < height; y++) {
    const row = y * width
    if (y + down < height) {
      const enter = (y + down) * width
      for (let x = 0; x < width; x++) running[x]! += rows[enter + x]!
    }
    if (y > down) {
      const leave = (y - down - 1) * width
      for (let x = 0; x < width; x++) running[x]! -= rows[leave + x]!
    }
    for (let x = 0; x < width; x++) out[row + x] = running[x]!
  }
  return out
}
