import { levelInside } from '../../imaging/bilinear.ts'
import { type Homography, projectNormal } from '../../imaging/homography.ts'
import type { Point } from '../../imaging/quad.ts'
import { median, quantile } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { OutlinePoint } from './card-outline.ts'

/** One place where the card's edge was looked for and found. */
export interface EdgePoint {
  /** Where the edge was seen, px. */
  readonly at: Point
  /** Signed distance from the model's outline along its outward normal, px. */
  readonly distancePx: number
  /** 0 (outlier) … 1. */
  readonly weight: number
  readonly side: number | null
}

export interface EdgesFound {
  readonly edges: EdgePoint[]
  /** How far each side's agreed edge stands out over the rest of the searched strip: 0 in noise, 1 for twice as strong. */
  readonly prominence: readonly number[]
  /** The same for the rounded corners together, looked for where the sides agree that the outline is; 0 without corners. */
  readonly cornerProminence: number
}

/**
 * The edge along the normal of each outline point; weight 0 where there is none or it is out of frame.
 *
 * Next to a card's edge there are others: its own side wall, its shadow, a nest that it touches. So each side first
 * agrees on one offset, the innermost strong one, and each point then takes the strongest edge near to that.
 */
export function findEdges(
  grey: Raster,
  h: Homography,
  outline: readonly OutlinePoint[],
  rangePx: number,
  nearPx: number,
): EdgesFound {
  const half = Math.ceil(rangePx)
  const rows = 2 * half + 1
  const slopes = new Float32Array(outline.length * rows)
  const rays = outline.map((point, i) => slopesAlong(grey, h, point, slopes.subarray(i * rows, (i + 1) * rows)))
  const agreed = [0, 1, 2, 3].map(side => agreedOffset(outline, rays, slopes, rows, side, nearPx))
  const anywhere = median(
    agreed.flatMap(side => (side === null ? [] : [side.offset])),
    0,
  )
  const edges = outline.map(({ side }, i): EdgePoint => {
    const ray = rays[i]!
    const { at, normal } = ray
    const missing: EdgePoint = { at, distancePx: 0, weight: 0, side }
    if (!ray.inFrame) return missing
    const middle = (side === null ? anywhere : agreed[side]?.offset) ?? 0
    const from = i * rows
    let best = -1
    let strongest = 0
    for (let k = 0; k < rows; k++) {
      const off = Math.abs(k - half - middle) / nearPx
      const value = off < 1 ? slopes[from + k]! * (1 - 0.5 * off * off) : 0
      if (value > strongest) {
        strongest = value
        best = k
      }
    }
    if (best < 0 || slopes[from + best]! < 4) return missing
    const before = best > 0 ? slopes[from + best - 1]! : 0
    const after = best < rows - 1 ? slopes[from + best + 1]! : 0
    const bend = before - 2 * slopes[from + best]! + after
    const shift = bend < 0 ? Math.max(-0.5, Math.min(0.5, (0.5 * (before - after)) / bend)) : 0
    const distance = best - half + shift
    return { at: [at[0] + normal[0] * distance, at[1] + normal[1] * distance], distancePx: distance, weight: 1, side }
  })
  const corners = agreedOffset(outline, rays, slopes, rows, null, nearPx)
  const isThere = corners !== null && Math.abs(corners.offset - anywhere) <= Math.max(2, 0.5 * nearPx)
  return {
    edges,
    prominence: agreed.map(side => side?.prominence ?? 0),
    cornerProminence: isThere ? corners.prominence : 0,
  }
}

interface Ray {
  /** The outline point and its outward normal in the photograph. */
  readonly at: Point
  readonly normal: Point
  readonly inFrame: boolean
}

/** Edge strength along one outline point's normal, at whole px from −half to +half, written into `slopes`. */
function slopesAlong(grey: Raster, h: Homography, point: OutlinePoint, slopes: Float32Array): Ray {
  const { width, height } = grey
  const half = (slopes.length - 1) / 2
  const { at, normal, isAhead } = projectNormal(h, point.at, point.normal)
  const [[u, v], [nu, nv]] = [at, normal]
  const reach = half + 3
  const inFrame = isAhead && u - reach > 0 && v - reach > 0 && u + reach < width && v + reach < height
  if (!inFrame) return { at, normal, inFrame }
  const profile = new Float32Array(slopes.length + 4)
  for (let i = 0; i < profile.length; i++) {
    profile[i] = levelInside(grey, u + nu * (i - half - 2), v + nv * (i - half - 2))
  }
  for (let i = 0; i < slopes.length; i++) {
    slopes[i] = Math.abs(profile[i + 3]! - profile[i + 1]! + 0.5 * (profile[i + 4]! - profile[i]!))
  }
  return { at, normal, inFrame }
}

/** Where (px) one side (null: all rounded corners) as a whole shows its edge: the innermost peak that is nearly the strongest. */
function agreedOffset(
  outline: readonly OutlinePoint[],
  rays: readonly Ray[],
  slopes: Float32Array,
  rows: number,
  side: number | null,
  nearPx: number,
): { readonly offset: number; readonly prominence: number } | null {
  const own = [...outline.keys()].filter(i => outline[i]!.side === side && rays[i]!.inFrame)
  if (own.length < 8) return null
  const peaks = own.map(i => {
    let peak = 0
    for (let k = 0; k < rows; k++) peak = Math.max(peak, slopes[i * rows + k]!)
    return peak
  })
  // Clipped, so that a glaring stretch does not outvote the rest of the side.
  const cap = Math.max(4, quantile(peaks, 0.6))
  const profile = new Float32Array(rows)
  for (const i of own) {
    for (let k = 0; k < rows; k++) profile[k]! += Math.min(cap, slopes[i * rows + k]!)
  }
  const smooth = profile.map((value, k) => value + 0.5 * ((profile[k - 1] ?? value) + (profile[k + 1] ?? value)))
  const floor = median(smooth)
  const isPeak = (k: number) => smooth[k]! >= (smooth[k - 1] ?? 0) && smooth[k]! > (smooth[k + 1] ?? 0)
  const at = (k: number) => ({ offset: k - (rows - 1) / 2, prominence: smooth[k]! / Math.max(1, floor) - 1 })
  let strongest = 0
  for (let k = 1; k < rows; k++) if (smooth[k]! > smooth[strongest]!) strongest = k
  for (let k = Math.max(0, Math.floor(strongest - 1.5 * nearPx)); k < strongest; k++) {
    if (isPeak(k) && smooth[k]! - floor > 0.6 * (smooth[strongest]! - floor)) return at(k)
  }
  return at(strongest)
}

/** Tukey's biweight around each side's own median, with a spread from the data but never below `floorPx`. */
export function weighEdges(edges: EdgePoint[], floorPx: number): void {
  for (const side of [0, 1, 2, 3, null]) {
    const own = edges.map((edge, i) => ({ edge, i })).filter(({ edge }) => edge.side === side && edge.weight > 0)
    if (own.length === 0) continue
    const middle = median(own.map(({ edge }) => edge.distancePx))
    const spread = Math.max(floorPx, 1.4826 * median(own.map(({ edge }) => Math.abs(edge.distancePx - middle))))
    for (const { edge, i } of own) {
      const z = (edge.distancePx - middle) / (3 * spread)
      edges[i] = { ...edge, weight: Math.abs(z) < 1 ? (1 - z * z) ** 2 : 0 }
    }
  }
}
