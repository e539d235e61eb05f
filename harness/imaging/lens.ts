import type { Point } from './quad.ts'
import type { SizePx } from './raster.ts'

/**
 * What a lens does to its picture: the place p, px, is shown at `c + (p − c)(1 + k1 r² + k2 r⁴)`; r is p's distance from
 * the centre c, 1 at half the picture's diagonal.
 */
export interface LensTerms {
  readonly k1: number
  readonly k2: number
  readonly centrePx: Point
}

/** By how much a lens stretches distances from its centre, at a place that far from it (px) without the lens. */
export function bendAt({ k1, k2 }: LensTerms, { width, height }: SizePx, dx: number, dy: number): number {
  const r2 = (4 * (dx * dx + dy * dy)) / (width * width + height * height)
  return 1 + r2 * (k1 + r2 * k2)
}

/** Where a lens shows a place, px. */
export function throughLens(lens: LensTerms, size: SizePx, [x, y]: Point): Point {
  const [cx, cy] = lens.centrePx
  const bend = bendAt(lens, size, x - cx, y - cy)
  return [cx + bend * (x - cx), cy + bend * (y - cy)]
}

/** More than enough for a lens that a plane is measured through. */
const turns = 12

/** What place a lens shows there, px: {@link throughLens} undone. */
export function withoutLens(lens: LensTerms, size: SizePx, [x, y]: Point): Point {
  const [cx, cy] = lens.centrePx
  let bend = 1
  for (let turn = 0; turn < turns; turn++) bend = bendAt(lens, size, (x - cx) / bend, (y - cy) / bend)
  return [cx + (x - cx) / bend, cy + (y - cy) / bend]
}
