import type { FinderTriple } from './finder-triples.ts'
import type { BitMatrix } from './zxing-library.ts'

/** A symbol's side in modules, counted along its two timing patterns. */
export interface TimingCount {
  readonly horizontal: number
  readonly vertical: number
}

/**
 * Counts the light-dark changes of the two timing patterns: a true triple gives the same odd number twice, and from it
 * the exact dimension, where distances between finder centres leave it open by a version.
 */
export function countTiming(bits: BitMatrix, { topLeft, topRight, bottomLeft, dimension }: FinderTriple): TimingCount {
  const steps = dimension - 7
  const ux = (topRight.x - topLeft.x) / steps
  const uy = (topRight.y - topLeft.y) / steps
  const vx = (bottomLeft.x - topLeft.x) / steps
  const vy = (bottomLeft.y - topLeft.y) / steps
  // From the finder's own inner corner module (6.5, 6.5) to the mirrored one at the other end, all on row or column 6.
  const x = topLeft.x + 3 * (ux + vx)
  const y = topLeft.y + 3 * (uy + vy)
  const horizontal = changes(bits, x, y, topRight.x - 3 * (ux - vx), topRight.y - 3 * (uy - vy))
  const vertical = changes(bits, x, y, bottomLeft.x - 3 * (vx - ux), bottomLeft.y - 3 * (vy - uy))
  // Modules 6 to dimension − 7 alternate: one change fewer than there are.
  return { horizontal: horizontal + 13, vertical: vertical + 13 }
}

function changes(bits: BitMatrix, x0: number, y0: number, x1: number, y1: number): number {
  const width = bits.getWidth()
  const height = bits.getHeight()
  const length = Math.ceil(Math.hypot(x1 - x0, y1 - y0))
  let count = 0
  let was = true
  for (let i = 0; i <= length; i++) {
    const x = Math.floor(x0 + ((x1 - x0) * i) / length)
    const y = Math.floor(y0 + ((y1 - y0) * i) / length)
    const is = x >= 0 && y >= 0 && x < width && y < height && bits.get(x, y)
    if (is !== was) count++
    was = is
  }
  return count
}

/**
 * How much of a symbol's timing patterns and finder patterns is right in sampled modules, each 0..1. Chance gives about
 * one half: what is far from 1 in both is no symbol, or was sampled beside its modules.
 */
export function fixedPatternAgreement(
  size: number,
  isDark: (x: number, y: number) => boolean,
): { readonly timing: number; readonly finders: number } {
  let right = 0
  for (let i = 8; i < size - 8; i++) {
    const expected = i % 2 === 0
    if (isDark(i, 6) === expected) right++
    if (isDark(6, i) === expected) right++
  }
  let inFinders = 0
  for (const [left, top] of [
    [0, 0],
    [size - 7, 0],
    [0, size - 7],
  ] as const) {
    for (let y = 0; y < 7; y++) {
      for (let x = 0; x < 7; x++) {
        const expected = Math.max(Math.abs(x - 3), Math.abs(y - 3)) !== 2
        if (isDark(left + x, top + y) === expected) inFinders++
      }
    }
  }
  return { timing: right / (2 * (size - 16)), finders: inFinders / 147 }
}
