/**
 * A point of a plane, x right, y down, in the unit of that plane. In a picture: px, with the origin at the outer corner of
 * the top left pixel.
 */
export type Point = readonly [x: number, y: number]

/** Four corners, clockwise from the object's own top left (so the first edge is its reading direction). */
export type Quad = readonly [Point, Point, Point, Point]

/** An upright rectangle by its top left corner, in whatever unit its frame has. */
export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The quad of what `change` makes of each corner, in their order. */
export function mapQuad(quad: Quad, change: (corner: Point, index: number) => Point): Quad {
  return [change(quad[0], 0), change(quad[1], 1), change(quad[2], 2), change(quad[3], 3)]
}

/** The same quad, beginning `by` corners later. */
export function rotated(quad: Quad, by: number): Quad {
  return mapQuad(quad, (_, i) => quad[(i + by) % 4]!)
}

/** The quad of something that is turned by so many right angles, clockwise, beginning at the corner that is top left as it lies. */
export const turnedBack = (quad: Quad, quarterTurns: number): Quad => rotated(quad, (4 - quarterTurns) % 4)

/** The quad `factor` times as large about its middle. */
export function scaledQuad(quad: Quad, factor: number): Quad {
  const [cx, cy] = centreOf(quad)
  return mapQuad(quad, ([x, y]) => [cx + (x - cx) * factor, cy + (y - cy) * factor])
}

/** The four corners of a `size` × `size` square, clockwise from the origin. */
export function square(size: number): Quad {
  return [
    [0, 0],
    [size, 0],
    [size, size],
    [0, size],
  ]
}

/** Twice the signed area; positive when the corners run clockwise as seen (y down). */
export function doubleArea(quad: Quad): number {
  let sum = 0
  for (let i = 0; i < 4; i++) {
    const [x0, y0] = quad[i]!
    const [x1, y1] = quad[(i + 1) % 4]!
    sum += x0 * y1 - x1 * y0
  }
  return sum
}

/** Convex, of either winding, and not degenerate? A homography that folds the plane does not give such a quad. */
export function isConvex(quad: Quad): boolean {
  let sign = 0
  for (let i = 0; i < 4; i++) {
    const [ax, ay] = quad[i]!
    const [bx, by] = quad[(i + 1) % 4]!
    const [cx, cy] = quad[(i + 2) % 4]!
    const turn = Math.sign((bx - ax) * (cy - by) - (by - ay) * (cx - bx))
    if (turn === 0 || Number.isNaN(turn) || (sign !== 0 && turn !== sign)) return false
    sign = turn
  }
  return true
}

/** Is the point inside the convex quad? */
export function contains(quad: Quad, [x, y]: Point): boolean {
  return insideOf(quad)(x, y)
}

/** {@link contains} for many points. */
export function insideOf(quad: Quad): (x: number, y: number) => boolean {
  const winding = Math.sign(doubleArea(quad))
  const [[ax, ay], [bx, by], [cx, cy], [dx, dy]] = quad
  const isBeside = (fromX: number, fromY: number, toX: number, toY: number, x: number, y: number) =>
    winding * ((toX - fromX) * (y - fromY) - (toY - fromY) * (x - fromX)) < 0
  return (x, y) =>
    !(
      isBeside(ax, ay, bx, by, x, y) ||
      isBeside(bx, by, cx, cy, x, y) ||
      isBeside(cx, cy, dx, dy, x, y) ||
      isBeside(dx, dy, ax, ay, x, y)
    )
}

/** The way from `b` to `a`. */
export function minus([ax, ay]: Point, [bx, by]: Point): Point {
  return [ax - bx, ay - by]
}

/** Mean of points, e.g. of the corners of a quad. */
export function centreOf(points: readonly Point[]): Point {
  let x = 0
  let y = 0
  for (const point of points) {
    x += point[0] / points.length
    y += point[1] / points.length
  }
  return [x, y]
}
