import type { Lines } from './picture-lines.ts'

/** A line is looked at through windows of this share of it, each half over the next one. */
const WINDOWS = 16
/** Shifts that are tried, px: smaller ones are as good as the slant of an edge. */
const [LEAST_SHIFT_PX, MOST_SHIFT_PX] = [2, 64]
/** Noise is never less, squared levels. */
const FLOOR = 0.5
/** A window tells of a shift where its own structure and the mismatch at the line are so many times what changes from line to line anyway. */
const TELLS = 2.5
/** It goes on unshifted where the mismatch is no more than this many times that. */
const GOES_ON = 1.7
/** And goes on shifted where the best shift leaves no more than these shares: of what changes anyway, and of the mismatch. */
const MATCHES = { change: 1.8, mismatch: 0.4 } as const
/** So small a share of the mismatch counts as much as half a window more. */
const CLOSE_MISMATCH = 0.15
/**
 * One edge alone fits another one at some shift by chance, and so do the few of a code or a sheet with nothing around it: so many windows
 * have to agree.
 */
const LEAST_WINDOWS = 6

/**
 * By how many pixels everything behind a line, or a stretch of it, lies shifted along the line against what lies before it; null where it
 * goes on, or where nothing tells.
 */
export function shiftAcross(lines: Lines, at: number): number | null {
  if (at < 4 || at + 4 > lines.count) return null
  const [further, before, behind, beyond] = [-4, -2, 0, 2].map(by => lines.pairAt(at + by)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  const wide = Math.floor(lines.length / WINDOWS)
  const shifts: (Shift | null)[] = []
  for (let from = 0; from + wide <= lines.length; from += wide >> 1) {
    const window = { from, to: from + wide }
    const change = Math.max(mismatch(further, before, window, 0), mismatch(behind, beyond, window, 0)) + FLOOR
    const inner = { from: Math.max(3, from), to: from + wide }
    const structure = Math.min(mismatch(before, before, inner, -3), mismatch(behind, behind, inner, -3))
    shifts.push(structure > TELLS * change ? shiftWithin(before, behind, window, change) : null)
  }
  return commonShift(shifts)
}

interface Window {
  readonly from: number
  readonly to: number
}

interface Shift {
  /** 0 where the window goes on as it is. */
  readonly px: number
  readonly weight: number
}

/** Null where no shift makes the window go on. */
function shiftWithin(before: Float32Array, behind: Float32Array, window: Window, change: number): Shift | null {
  const unshifted = mismatch(before, behind, window, 0)
  if (unshifted <= GOES_ON * change) return { px: 0, weight: 1 }
  if (unshifted <= TELLS * change) return null
  let [best, least] = [0, Math.min(MATCHES.change * change, MATCHES.mismatch * unshifted)]
  let isMatch = false
  for (let shift = -MOST_SHIFT_PX; shift <= MOST_SHIFT_PX; shift++) {
    if (Math.abs(shift) < LEAST_SHIFT_PX || window.from + shift < 0 || window.to + shift > behind.length) continue
    const rest = mismatch(before, behind, window, shift)
    if (rest >= least) continue
    ;[best, least, isMatch] = [shift, rest, true]
  }
  return isMatch ? { px: best, weight: least < CLOSE_MISMATCH * unshifted ? 1.5 : 1 } : null
}

/** The shift that most windows agree on, with hardly one between them that goes on unshifted. */
function commonShift(shifts: readonly (Shift | null)[]): number | null {
  for (const px of new Set(shifts.map(shift => shift?.px ?? 0))) {
    if (px === 0) continue
    const agrees = shifts.map(one => one !== null && one.px !== 0 && Math.abs(one.px - px) <= 1)
    const [first, last] = [agrees.indexOf(true), agrees.lastIndexOf(true)]
    const between = shifts.slice(first, last + 1)
    const weight = between.reduce((sum, one, i) => sum + (agrees[first + i] ? one!.weight : 0), 0)
    const unshifted = between.filter(one => one?.px === 0).length
    if (last - first >= 2 && weight >= LEAST_WINDOWS && weight > 2 * unshifted) return px
  }
  return null
}

/** Mean squared difference, levels. */
function mismatch(a: Float32Array, b: Float32Array, { from, to }: Window, shift: number): number {
  let sum = 0
  for (let i = from; i < to; i++) {
    const difference = a[i]! - b[i + shift]!
    sum += difference * difference
  }
  return sum / (to - from)
}
