import type { Point, Quad } from './quad.ts'
import { mapQuad } from './quad.ts'

/**
 * A projective map of the plane, row-major 3×3 and scaled so that its last entry is 1 where that is possible:
 * (x, y) ↦ ((h0 x + h1 y + h2) / w, (h3 x + h4 y + h5) / w), w = h6 x + h7 y + h8.
 */
export type Homography = readonly [number, number, number, number, number, number, number, number, number]

/** Maps one point. A point on the vanishing line gives non-finite numbers: callers check with `Number.isFinite`. */
export function project(h: Homography, [x, y]: Point): Point {
  const w = h[6] * x + h[7] * y + h[8]
  return [(h[0] * x + h[1] * y + h[2]) / w, (h[3] * x + h[4] * y + h[5]) / w]
}

/** Where `h` puts the four corners. */
export function projectQuad(h: Homography, quad: Quad): Quad {
  return mapQuad(quad, corner => project(h, corner))
}

/** `second` after `first`. */
export function compose(second: Homography, first: Homography): Homography {
  const [a, b, c, d, e, f, g, h, i] = second
  const [p, q, r, s, t, u, v, w, x] = first
  return scaled([
    a * p + b * s + c * v, a * q + b * t + c * w, a * r + b * u + c * x,
    d * p + e * s + f * v, d * q + e * t + f * w, d * r + e * u + f * x,
    g * p + h * s + i * v, g * q + h * t + i * w, g * r + h * u + i * x,
  ]) // biome-ignore format: three rows of a matrix
}

/** The map back. @throws RangeError when `h` folds the plane into a line or a point */
export function invert(h: Homography): Homography {
  const inverse = inverseOf(h)
  if (inverse === null) throw new RangeError('the map has no inverse')
  return inverse
}

/** The way back; null when there is none. */
export function inverseOf([a, b, c, d, e, f, g, h, i]: Homography): Homography | null {
  const determinant = a * (e * i - f * h) + b * (f * g - d * i) + c * (d * h - e * g)
  if (!Number.isFinite(determinant) || determinant === 0) return null
  const k = 1 / determinant
  return scaled([
    k * (e * i - f * h), k * (c * h - b * i), k * (b * f - c * e),
    k * (f * g - d * i), k * (a * i - c * g), k * (c * d - a * f),
    k * (d * h - e * g), k * (b * g - a * h), k * (a * e - b * d),
  ]) // biome-ignore format: three rows of a matrix
}

/** Larger by `x` across and `y` down, about the origin. */
export function scaling(x: number, y = x): Homography {
  return [x, 0, 0, 0, y, 0, 0, 0, 1]
}

/** Rotation by `angleDeg` (clockwise on screen, y down) about the origin, then a shift. */
export function rigid(angleDeg: number, dx: number, dy: number): Homography {
  const angle = (angleDeg * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return [cos, -sin, dx, sin, cos, dy, 0, 0, 1]
}

/** The map that takes the four corners of `from` to the four of `to`; null when three of either lie on a line. */
export function quadToQuad(from: Quad, to: Quad): Homography | null {
  const a = unitSquareTo(from)
  const b = unitSquareTo(to)
  const back = a && inverseOf(a)
  const h = back && b && compose(b, back)
  return h && hasFiniteEntries(h) && inverseOf(h) !== null ? h : null
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
  const map: Homography = [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1]
  // Singular when another three of the corners lie on a line.
  const area = map[0] * (map[4] - map[5] * h) - map[1] * (map[3] - map[5] * g) + map[2] * (map[3] * h - map[4] * g)
  return Math.abs(area) > 1e-9 * scale * scale ? map : null
}

/**
 * Where `h` puts a point of a curve, and the unit normal of the curve's image there.
 * @param normal of the curve, in its own plane
 */
export function projectNormal(
  h: Homography,
  [x, y]: Point,
  normal: Point,
): { readonly at: Point; readonly normal: Point; readonly isAhead: boolean } {
  const w = h[6] * x + h[7] * y + h[8]
  const u = (h[0] * x + h[1] * y + h[2]) / w
  const v = (h[3] * x + h[4] * y + h[5]) / w
  // A normal maps by the inverse transpose: taken from the tangent, which maps by the derivative.
  const du = ((h[0] - u * h[6]) * -normal[1] + (h[1] - u * h[7]) * normal[0]) / w
  const dv = ((h[3] - v * h[6]) * -normal[1] + (h[4] - v * h[7]) * normal[0]) / w
  const length = Math.hypot(du, dv)
  return { at: [u, v], normal: [dv / length, -du / length], isAhead: w > 0 }
}

/** How many px one unit of the source plane covers around `point`: the root of the local area ratio. */
export function localScale(h: Homography, point: Point): number {
  return Math.sqrt(Math.abs(areaRatio(h, point)))
}

/** Does the map keep the turning sense around `point` (no mirror)? */
export function keepsOrientation(h: Homography, point: Point): boolean {
  return areaRatio(h, point) > 0
}

/** Determinant of the map's derivative at `point`. */
function areaRatio(h: Homography, point: Point): number {
  const w = h[6] * point[0] + h[7] * point[1] + h[8]
  const [u, v] = project(h, point)
  return ((h[0] - u * h[6]) * (h[4] - v * h[7]) - (h[1] - u * h[7]) * (h[3] - v * h[6])) / (w * w)
}

/** The same map from coordinates that have changed places, as those of a mirrored symbol. */
export function transposed([a, b, c, d, e, f, g, h, i]: Homography): Homography {
  return [b, a, c, e, d, f, h, g, i]
}

/** No entry infinite or missing? */
export function hasFiniteEntries(h: Homography): boolean {
  return h.every(Number.isFinite)
}

function scaled(h: Homography): Homography {
  const last = h[8]
  if (!(Math.abs(last) > 1e-300)) return h
  const [a, b, c, d, e, f, g, i] = h
  return [a / last, b / last, c / last, d / last, e / last, f / last, g / last, i / last, 1]
}
