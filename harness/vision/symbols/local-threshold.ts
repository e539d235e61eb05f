import type { GreyRaster } from '../../imaging/grey.ts'
import { BitMatrix } from './zxing-library.ts'

const BLOCK = 8
/** Blocks around the middle one that share in its threshold: a window of 40 px, 5 to 13 modules of a usual view. */
const REACH = 2
/** A window whose grey levels have a smaller standard deviation than this is blank. */
const BLANK = 3.5

/**
 * Dark pixels by comparison with the mean of their surroundings.
 *
 * The library's hybrid binarizer calls an 8-px block with a range below 24 levels blank, and its global one takes one
 * threshold for the whole frame; a symbol on a dark label on a bright card (contrast 25 levels of 255) is lost to both.
 */
export function localThreshold({ width, height, data }: GreyRaster): BitMatrix {
  const columns = Math.ceil(width / BLOCK)
  const rows = Math.ceil(height / BLOCK)
  const thresholds = windowThresholds(data, width, height, columns, rows)
  const rowWords = (width + 31) >> 5
  const words = new Int32Array(rowWords * height)
  // One block is one byte of the library's little-endian words.
  const bytes = new Uint8Array(words.buffer)
  for (let y = 0; y < height; y++) {
    const ofRow = (y >> 3) * columns
    let from = y * width
    const to = y * rowWords * 4
    for (let block = 0; block < columns; block++, from += BLOCK) {
      const threshold = thresholds[ofRow + block]!
      if (threshold < 0) continue
      const pixels = Math.min(BLOCK, width - block * BLOCK)
      let eight = 0
      // The sign bit of the difference says whether the pixel is darker.
      for (let x = 0; x < pixels; x++) eight |= ((data[from + x]! - threshold) >>> 31) << x
      bytes[to + block] = eight
    }
  }
  return new BitMatrix(width, height, rowWords, words)
}

/** For each block the level from which a pixel is light: the mean of the window around it, −1 where that is blank. */
function windowThresholds(data: Uint8Array, width: number, height: number, columns: number, rows: number): Int32Array {
  const stride = columns + 1
  // Summed-area tables over blocks: count, sum and sum of squares.
  const count = new Float64Array(stride * (rows + 1))
  const sum = new Float64Array(stride * (rows + 1))
  const squares = new Float64Array(stride * (rows + 1))
  for (let row = 0; row < rows; row++) {
    const bottom = Math.min(height, (row + 1) * BLOCK)
    for (let column = 0; column < columns; column++) {
      const right = Math.min(width, (column + 1) * BLOCK)
      let blockSum = 0
      let blockSquares = 0
      for (let y = row * BLOCK; y < bottom; y++) {
        for (let i = y * width + column * BLOCK, end = y * width + right; i < end; i++) {
          const value = data[i]!
          blockSum += value
          blockSquares += value * value
        }
      }
      const at = (row + 1) * stride + column + 1
      const area = (bottom - row * BLOCK) * (right - column * BLOCK)
      count[at] = area + count[at - 1]! + count[at - stride]! - count[at - stride - 1]!
      sum[at] = blockSum + sum[at - 1]! + sum[at - stride]! - sum[at - stride - 1]!
      squares[at] = blockSquares + squares[at - 1]! + squares[at - stride]! - squares[at - stride - 1]!
    }
  }
  const thresholds = new Int32Array(columns * rows)
  for (let row = 0; row < rows; row++) {
    const top = Math.max(0, row - REACH) * stride
    const bottom = Math.min(rows, row + REACH + 1) * stride
    for (let column = 0; column < columns; column++) {
      const left = Math.max(0, column - REACH)
      const right = Math.min(columns, column + REACH + 1)
      const over = (table: Float64Array) =>
        table[bottom + right]! - table[bottom + left]! - table[top + right]! + table[top + left]!
      const area = over(count)
      const mean = over(sum) / area
      const variance = over(squares) / area - mean * mean
      thresholds[row * columns + column] = variance < BLANK * BLANK ? -1 : Math.ceil(mean)
    }
  }
  return thresholds
}
