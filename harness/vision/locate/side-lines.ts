import { between } from '../../imaging/bilinear.ts'
import type { Homography } from '../../imaging/homography.ts'
import { quantile } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { RectMm } from '../../products/profile.ts'
import type { Side } from './card-outline.ts'

/** A line that may be one side of the card, as outward offsets (mm) from where a hypothesis has that side. */
export interface SideLine {
  /** Offset at the side's first corner. */
  readonly startMm: number
  /** Offset at the side's second corner. */
  readonly endMm: number
  /** How much of the side shows an edge there, 0..1. */
  readonly support: number
}

export interface SideSearch {
  /** Candidate lines, best first; empty when nothing like an edge is there. */
  readonly lines: readonly SideLine[]
  /** Part of the searched strip that lies inside the photograph, 0..1. */
  readonly inFrame: number
}

const COLUMNS = 96
/** Lines a side, and those among them that cross none before them: every combination of four is looked at. */
const KEPT = 5
const KEPT_APART = 4

/**
 * Looks for straight edges along one side of a hypothetical card.
 *
 * The strip around the side (±`rangeMm`) is sampled through the hypothesis, differentiated across, and summed along all
 * lines that leave it at most by `rangeMm` at either end (a small Radon transform). Each place counts with a clipped
 * edge strength, so a long faint edge beats a short glaring one.
 *
 * @param cornerMm how much of each end to leave out (the rounded corner)
 * @param stepMm sampling across the side; the raster should have about one pixel or less per step
 * @param covered what lies on the card with an edge of its own, mm: a sticker's is often the stronger one
 */
export function findSideLines(
  raster: Raster,
  mmToPixels: Homography,
  side: Side,
  cornerMm: number,
  rangeMm: number,
  stepMm: number,
  covered: RectMm | null = null,
): SideSearch {
  const half = Math.max(3, Math.round(rangeMm / stepMm))
  const rows = 2 * half + 1
  const { strength, inFrame } = edgeStrengths(raster, mmToPixels, side, cornerMm, half, stepMm, covered)
  if (inFrame < 0.25) return { lines: [], inFrame }

  // Support of the line through row i at the start and row j at the end, both counted over the whole side.
  const first = cornerMm / side.length
  const last = 1 - first
  const slack = Math.min(half, Math.max(4, Math.round(rangeMm / 2 / stepMm)))
  const scores = new Float32Array(rows * rows).fill(-1)
  for (let i = 0; i < rows; i++) {
    for (let j = Math.max(0, i - slack); j <= Math.min(rows - 1, i + slack); j++) {
      let sum = 0
      const slope = (j - i) * (last - first)
      let row = i + (j - i) * first + 0.5
      const step = slope / (COLUMNS - 1)
      for (let c = 0; c < COLUMNS; c++) {
        sum += strength[c * rows + (row | 0)]!
        row += step
      }
      scores[i * rows + j] = sum / COLUMNS
    }
  }
  return { lines: bestLines(scores, rows, half, stepMm), inFrame }
}

/** Clipped edge strength 0..1 of each cell of the strip, column after column, and how much of the strip is in frame. */
function edgeStrengths(
  raster: Raster,
  h: Homography,
  side: Side,
  cornerMm: number,
  half: number,
  stepMm: number,
  covered: RectMm | null,
): { strength: Float32Array; inFrame: number } {
  const { width, height, channels, data } = raster
  const rows = 2 * half + 1
  const reach = half + 2
  const below = width * channels
  const profile = new Float32Array((2 * reach + 1) * channels)
  const raw = new Float32Array(COLUMNS * rows)
  const peaks = new Float32Array(COLUMNS)
  let seen = 0
  for (let c = 0; c < COLUMNS; c++) {
    const s = (cornerMm + ((side.length - 2 * cornerMm) * c) / (COLUMNS - 1)) / side.length
    const baseX = side.from[0] + (side.to[0] - side.from[0]) * s
    const baseY = side.from[1] + (side.to[1] - side.from[1]) * s
    let first = reach + 1
    let last = -reach - 1
    for (let t = -reach; t <= reach; t++) {
      const x = baseX + side.normal[0] * t * stepMm
      const y = baseY + side.normal[1] * t * stepMm
      const w = h[6] * x + h[7] * y + h[8]
      const u = (h[0] * x + h[1] * y + h[2]) / w - 0.5
      const v = (h[3] * x + h[4] * y + h[5]) / w - 0.5
      if (!(w > 0 && u >= 0 && v >= 0 && u < width - 1 && v < height - 1)) continue
      if (t < first) first = t
      last = t
      const iu = u | 0
      const iv = v | 0
      const fu = u - iu
      const fv = v - iv
      const p = (iv * width + iu) * channels
      for (let k = 0; k < channels; k++) {
        profile[(t + reach) * channels + k] = between(data, p + k, channels, below, fu, fv)
      }
    }
    let peak = 0
    for (let t = Math.max(-half, first + 2); t <= Math.min(half, last - 2); t++) {
      let energy = 0
      for (let k = 0; k < channels; k++) {
        const at = (t + reach) * channels + k
        const slope =
          2 * (profile[at + 2 * channels]! - profile[at - 2 * channels]!) +
          (profile[at + channels]! - profile[at - channels]!)
        energy += slope * slope
      }
      seen++
      if (covered !== null && holds(covered, baseX + side.normal[0] * t * stepMm, baseY + side.normal[1] * t * stepMm))
        continue
      const edge = Math.sqrt(energy)
      raw[c * rows + t + half] = edge
      if (edge > peak) peak = edge
    }
    peaks[c] = peak
  }
  const cap = Math.max(12, quantile(peaks, 0.6))
  for (let i = 0; i < raw.length; i++) raw[i] = Math.min(1, raw[i]! / cap)
  // A line may miss a cell's middle by half a step: each cell shows the best of itself and its two neighbours.
  const strength = new Float32Array(raw.length)
  for (let c = 0; c < COLUMNS; c++) {
    for (let t = 0; t < rows; t++) {
      const i = c * rows + t
      strength[i] = Math.max(raw[i]!, t > 0 ? 0.9 * raw[i - 1]! : 0, t < rows - 1 ? 0.9 * raw[i + 1]! : 0)
    }
  }
  return { strength, inFrame: seen / (COLUMNS * rows) }
}

function holds({ x: left, y: top, width, height }: RectMm, x: number, y: number): boolean {
  return x >= left && y >= top && x <= left + width && y <= top + height
}

/**
 * Local maxima of the score, best first, none within three steps of a better one at both ends.
 *
 * Lines that cross a better one share its edge: beside a strong edge (the end of a shadow) they would be all, and the faint one
 * next to it, which is the card's, would not be among them. So the best of those that cross none before them come in too.
 */
function bestLines(scores: Float32Array, rows: number, half: number, stepMm: number): SideLine[] {
  const order = [...scores.keys()].filter(k => scores[k]! > 0.15).sort((a, b) => scores[b]! - scores[a]!)
  const distinct = (most: number, mayCross: boolean) => {
    const lines: { readonly i: number; readonly j: number; readonly k: number }[] = []
    for (const k of order) {
      if (lines.length === most) break
      const i = Math.floor(k / rows)
      const j = k % rows
      const isNear = lines.some(line => Math.abs(line.i - i) <= 3 && Math.abs(line.j - j) <= 3)
      if (!isNear && (mayCross || lines.every(line => (line.i - i) * (line.j - j) > 0))) lines.push({ i, j, k })
    }
    return lines.map(({ k }) => k)
  }
  return [...new Set([...distinct(KEPT, true), ...distinct(KEPT_APART, false)])]
    .sort((a, b) => scores[b]! - scores[a]!)
    .map(k => ({
      startMm: (Math.floor(k / rows) - half) * stepMm,
      endMm: ((k % rows) - half) * stepMm,
      support: scores[k]!,
    }))
}
