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
  // Loops without a branch a sample: what enters first, both, what leaves last.
  const ahead = Math.min(across, width)
  const behind = across + 1
  const last = Math.max(0, width - across)
  for (let y = 0; y < height; y++) {
    const row = y * width
    const end = row + width
    let sum = 0
    for (let i = row; i < row + ahead; i++) sum += data[i]!
    let i = row
    for (const stop = row + Math.min(behind, last); i < stop; i++) rows[i] = sum += data[i + across]!
    for (const stop = Math.min(end, row + behind); i < stop; i++) rows[i] = sum
    for (const stop = row + last; i < stop; i++) {
      sum += data[i + across]!
      rows[i] = sum -= data[i - behind]!
    }
    for (; i < end; i++) rows[i] = sum -= data[i - behind]!
  }
  if (down === 0) return rows
  const running = new Float64Array(width)
  for (let y = 0; y < Math.min(down, height); y++)
    for (let x = 0, i = y * width; x < width; x++, i++) running[x]! += rows[i]!
  const out = new Float32Array(data.length)
  for (let y = 0; y < height; y++) {
    const row = y * width
    const enter = y + down < height ? (y + down) * width : -1
    const leave = y > down ? (y - down - 1) * width : -1
    if (enter >= 0 && leave >= 0)
      for (let x = 0; x < width; x++) {
        const sum = running[x]! + rows[enter + x]! - rows[leave + x]!
        running[x] = sum
        out[row + x] = sum
      }
    else
      for (let x = 0; x < width; x++) {
        let sum = running[x]!
        if (enter >= 0) sum += rows[enter + x]!
        if (leave >= 0) sum -= rows[leave + x]!
        running[x] = sum
        out[row + x] = sum
      }
  }
  return out
}
