import type { Point, Quad } from '../reading.ts'

/** A row-major 3×3 projective map of the plane. */
export type Homography = readonly [number, number, number, number, number, number, number, number, number]

/** Where `map` puts the point (x, y). */
export function project(map: Homography, x: number, y: number): Point {
  const w = map[6] * x + map[7] * y + map[8]
  return [(map[0] * x + map[1] * y + map[2]) / w, (map[3] * x + map[4] * y + map[5]) / w]
}

/** First `inner`, then `outer`. */
export function compose(outer: Homography, inner: Homography): Homography {
  const product: number[] = []
  for (let row = 0; row < 9; row += 3) {
    for (let column = 0; column < 3; column++) {
      product.push(
        outer[row]! * inner[column]! + outer[row + 1]! * inner[column + 3]! + outer[row + 2]! * inner[column + 6]!,
      )
    }
  }
  return product as unknown as Homography
}

/** The inverse map, up to scale. */
export function invert(m: Homography): Homography {
  return [
    m[4] * m[8] - m[5] * m[7],
    m[2] * m[7] - m[1] * m[8],
    m[1] * m[5] - m[2] * m[4],
    m[5] * m[6] - m[3] * m[8],
    m[0] * m[8] - m[2] * m[6],
    m[2] * m[3] - m[0] * m[5],
    m[3] * m[7] - m[4] * m[6],
    m[1] * m[6] - m[0] * m[7],
    m[0] * m[4] - m[1] * m[3],
  ]
}

/** The map that takes the four points of `from` to the four of `to`; null when three of either lie on a line. */
export function quadToQuad(from: Quad, to: Quad): Homography | null {
  const a = unitSquareTo(from)
  const b = unitSquareTo(to)
  return a && b ? compose(b, invert(a)) : null
}

/** Heckbert, «Fundamentals of Texture Mapping and Image Warping» (1989), section 2.2.3. */
function unitSquareTo([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: Quad): Homography | null {
  const dx1 = x1 - x2
  const dx2 = x3 - x2
  const dy1 = y1 - y2
  const dy2 = y3 - y2
  const determinant = dx1 * dy2 - dx2 * dy1
  const scale = Math.max(Math.abs(dx1) + Math.abs(dy1), Math.abs(dx2) + Math.abs(dy2))
  if (!(Math.abs(determinant) > 1e-9 * scale * scale)) return null
  const sx = x0 - x1 + x2 - x3
  const sy = y0 - y1 + y2 - y3
  const g = (sx * dy2 - dx2 * sy) / determinant
  const h = (dx1 * sy - sx * dy1) / determinant
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1]
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

/** Where `map` puts the four points. */
export function projectQuad(map: Homography, [a, b, c, d]: Quad): Quad {
  return [project(map, ...a), project(map, ...b), project(map, ...c), project(map, ...d)]
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
  const winding = Math.sign(doubleArea(quad))
  for (let i = 0; i < 4; i++) {
    const [ax, ay] = quad[i]!
    const [bx, by] = quad[(i + 1) % 4]!
    if (winding * ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) < 0) return false
  }
  return true
}

/** Mean of the four corners. */
export function centreOf(quad: Quad): Point {
  let x = 0
  let y = 0
  for (const corner of quad) {
    x += corner[0] / 4
    y += corner[1] / 4
  }
  return [x, y]
}

/** The same map from coordinates that have changed places, as those of a mirrored symbol. */
export function transposed([a, b, c, d, e, f, g, h, i]: Homography): Homography {
  return [b, a, c, e, d, f, h, g, i]
}
