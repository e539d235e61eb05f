import type { Raster } from './raster.ts'

/**
 * A raster reduced by an integer factor, each sample the mean of a `factor` × `factor` block. A rest at the right and
 * bottom edge that fills no block is dropped, so coordinates scale by exactly `factor`.
 */
export function shrunk<R extends Raster>(raster: R, factor: number): Raster & Pick<R, 'channels'> {
  if (factor === 1) return raster
  const { data } = raster
  const channels: R['channels'] = raster.channels
  const width = Math.floor(raster.width / factor)
  const height = Math.floor(raster.height / factor)
  const row = raster.width * channels
  const small = new Uint8Array(width * height * channels)
  if (factor === 2) halve(data, row, channels, small, width * channels)
  else average(data, row, channels, small, width * channels, factor)
  return { width, height, channels, data: small }
}

/** Every second row and column: the one that a pyramid is made of, and most views. */
function halve(data: Uint8Array, row: number, channels: number, small: Uint8Array, smallRow: number): void {
  for (let to = 0, top = 0; to < small.length; top += 2 * row) {
    let from = top
    for (const end = to + smallRow; to < end; from += channels) {
      for (let c = 0; c < channels; c++, from++, to++) {
        const below = from + row
        small[to] = (data[from]! + data[from + channels]! + data[below]! + data[below + channels]! + 2) >> 2
      }
    }
  }
}

function average(
  data: Uint8Array,
  row: number,
  channels: number,
  small: Uint8Array,
  smallRow: number,
  factor: number,
): void {
  const area = factor * factor
  const sums = new Uint32Array(smallRow)
  for (let to = 0, top = 0; to < small.length; to += smallRow, top += factor * row) {
    sums.fill(area >> 1)
    for (let y = 0; y < factor; y++) {
      let from = top + y * row
      for (let x = 0; x < smallRow; x += channels) {
        for (let k = 0; k < factor; k++) for (let c = 0; c < channels; c++) sums[x + c]! += data[from++]!
      }
    }
    for (let x = 0; x < smallRow; x++) small[to + x] = sums[x]! / area
  }
}
