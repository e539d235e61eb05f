import type { GreyRaster } from '../../imaging/grey.ts'
import type { Point, Quad } from '../../imaging/quad.ts'
import { doubleArea, mapQuad, rotated } from '../../imaging/quad.ts'
import { shrunk } from '../../imaging/shrink.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { type EdgeField, edgeField, type HoughLine, houghLines } from './hough-lines.ts'

/** Four lines that look like the outline of a card: corners clockwise from the end of a long side. */
export interface OutlineQuad {
  readonly corners: Quad
  readonly score: number
}

const LONG_SIDE_PX = 480
const LINES = 44
const KEPT = 10
const MIN_SIDE_SUPPORT = 0.3
/** Foreshortening by 35° makes a side up to 18 % shorter, and perspective some more. */
const MAX_STRETCH = Math.log(1.35)

/**
 * Quadrilaterals of edges with about the card's proportions, best first, without any help from a symbol.
 * @param grey the whole photograph; corners are px of it
 */
export function outlineQuads(grey: GreyRaster, card: ProductProfile['card']): OutlineQuad[] {
  const factor = Math.max(1, Math.round(Math.max(grey.width, grey.height) / LONG_SIDE_PX))
  const small = shrunk(grey, factor)
  const field = edgeField(small)
  const lines = houghLines(field, LINES)
  const pairs = parallelPairs(lines, Math.min(small.width, small.height))
  const aspect = Math.log(Math.max(card.width, card.height) / Math.min(card.width, card.height))
  const quads: OutlineQuad[] = []
  for (const [i, one] of pairs.entries()) {
    for (const other of pairs.slice(i + 1)) {
      if (Math.abs(turnBetween(one[0].theta, other[0].theta) - Math.PI / 2) > 0.5) continue
      const corners = cornersOf(one, other)
      if (corners === null || !corners.every(corner => isInside(corner, small))) continue
      const [a, b, c, d] = sideLengths(corners)
      const stretch = Math.log((a + c) / (b + d))
      const misfit = Math.abs(Math.abs(stretch) - aspect)
      if (misfit > MAX_STRETCH || Math.max(a / c, c / a, b / d, d / b) > 1.4) continue
      const share = ((a + c) * (b + d)) / 4 / (small.width * small.height)
      if (share < 0.025) continue
      const support = supportOf(field, corners)
      if (support === null) continue
      // A card holds smaller rectangles of edges (sticker, symbol), seldom the other way round.
      const score = support - 4 * misfit + 0.5 * Math.log(share)
      const longFirst = stretch > 0 ? corners : rotated(corners, 1)
      quads.push({ corners: mapQuad(longFirst, ([x, y]) => [x * factor, y * factor]), score })
    }
  }
  return distinct(quads.sort((p, q) => q.score - p.score))
}

type Pair = readonly [HoughLine, HoughLine]

function parallelPairs(lines: readonly HoughLine[], shortSide: number): Pair[] {
  const pairs: Pair[] = []
  for (const [i, one] of lines.entries()) {
    for (const other of lines.slice(i + 1)) {
      if (turnBetween(one.theta, other.theta) > 0.3) continue
      const flipped = Math.abs(one.theta - other.theta) > Math.PI / 2
      if (Math.abs(one.rho - (flipped ? -other.rho : other.rho)) < 0.15 * shortSide) continue
      pairs.push([one, other])
    }
  }
  return pairs
}

/** Angle between two undirected lines, 0..π/2. */
function turnBetween(a: number, b: number): number {
  const turn = Math.abs(a - b) % Math.PI
  return Math.min(turn, Math.PI - turn)
}

/** The corners of two pairs of lines, clockwise (y down); the first side lies on a line of the first pair. */
function cornersOf([a, b]: Pair, [c, d]: Pair): Quad | null {
  const [p, q, r, s] = [meet(a, c), meet(a, d), meet(b, d), meet(b, c)]
  if (!p || !q || !r || !s) return null
  return doubleArea([p, q, r, s]) > 0 ? [p, q, r, s] : [q, p, s, r]
}

function meet(p: HoughLine, q: HoughLine): Point | null {
  const determinant = Math.cos(p.theta) * Math.sin(q.theta) - Math.sin(p.theta) * Math.cos(q.theta)
  if (Math.abs(determinant) < 0.2) return null
  return [
    (p.rho * Math.sin(q.theta) - q.rho * Math.sin(p.theta)) / determinant,
    (q.rho * Math.cos(p.theta) - p.rho * Math.cos(q.theta)) / determinant,
  ]
}

function isInside([x, y]: Point, { width, height }: { width: number; height: number }): boolean {
  const slack = 0.02 * width
  return x > -slack && y > -slack && x < width + slack && y < height + slack
}

function sideLengths(quad: Quad): [number, number, number, number] {
  return quad.map(([x, y], i) => {
    const [u, v] = quad[(i + 1) % 4]!
    return Math.hypot(u - x, v - y)
  }) as [number, number, number, number]
}

/** Sum of the sides' supports, the weakest counted twice; null when one has hardly any. */
function supportOf(field: EdgeField, corners: Quad): number | null {
  let sum = 0
  let least = 1
  for (let k = 0; k < 4; k++) {
    const support = sideSupport(field, corners[k]!, corners[(k + 1) % 4]!)
    if (support < MIN_SIDE_SUPPORT) return null
    sum += support
    least = Math.min(least, support)
  }
  return sum + least
}

/** Part of a side (without its ends) on which an edge runs along it, 0..1. */
function sideSupport({ width, height, strength, angle }: EdgeField, from: Point, to: Point): number {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  const normal = Math.atan2(to[0] - from[0], from[1] - to[1])
  const steps = Math.max(8, Math.round(length / 3))
  const nx = Math.cos(normal)
  const ny = Math.sin(normal)
  let sum = 0
  for (let i = 0; i < steps; i++) {
    const t = 0.06 + (0.88 * (i + 0.5)) / steps
    let best = 0
    for (let k = -2; k <= 2; k++) {
      const x = Math.floor(from[0] + t * (to[0] - from[0]) + k * nx)
      const y = Math.floor(from[1] + t * (to[1] - from[1]) + k * ny)
      if (x < 0 || y < 0 || x >= width || y >= height) continue
      const p = y * width + x
      const along = Math.abs(Math.cos(angle[p]! - normal))
      if (along > 0.9) best = Math.max(best, strength[p]!)
    }
    sum += best
  }
  return sum / steps
}

/** Leaves out quads whose corners nearly are those of a better one. */
function distinct(quads: readonly OutlineQuad[]): OutlineQuad[] {
  const kept: OutlineQuad[] = []
  for (const quad of quads) {
    const far = kept.every(other =>
      quad.corners.some(([x, y]) => other.corners.every(([u, v]) => Math.hypot(x - u, y - v) > 25)),
    )
    if (far) kept.push(quad)
    if (kept.length === KEPT) break
  }
  return kept
}
