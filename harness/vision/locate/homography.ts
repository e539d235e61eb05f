import type { Point, Quad } from '../reading.ts'

/**
 * A projective map of the plane, row-major 3×3 and scaled so that its last entry is 1 where that is possible:
 * (x, y) ↦ ((h0 x + h1 y + h2) / w, (h3 x + h4 y + h5) / w), w = h6 x + h7 y + h8.
 */
export type Homography = readonly number[]

/** Two matched points and how much the match counts (default 1). */
export interface Match {
  readonly from: Point
  readonly to: Point
  readonly weight?: number
}

/** Maps one point. A point on the vanishing line gives non-finite numbers: callers check with `Number.isFinite`. */
export function project(h: Homography, point: Point): Point {
  const [x, y] = point
  const w = h[6]! * x + h[7]! * y + h[8]!
  return [(h[0]! * x + h[1]! * y + h[2]!) / w, (h[3]! * x + h[4]! * y + h[5]!) / w]
}

/** `second` after `first`. */
export function compose(second: Homography, first: Homography): Homography {
  const product = new Array<number>(9)
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      let sum = 0
      for (let k = 0; k < 3; k++) sum += second[row * 3 + k]! * first[k * 3 + column]!
      product[row * 3 + column] = sum
    }
  }
  return scaled(product)
}

/** The map back. @throws RangeError when `h` folds the plane into a line or a point */
export function invert(h: Homography): Homography {
  const [a, b, c, d, e, f, g, i, j] = h as [number, number, number, number, number, number, number, number, number]
  const cofactors = [
    e * j - f * i, c * i - b * j, b * f - c * e,
    f * g - d * j, a * j - c * g, c * d - a * f,
    d * i - e * g, b * g - a * i, a * e - b * d,
  ] // biome-ignore format: three rows of a matrix
  const determinant = a * cofactors[0]! + b * cofactors[3]! + c * cofactors[6]!
  if (!Number.isFinite(determinant) || determinant === 0) throw new RangeError('the map has no inverse')
  return scaled(cofactors.map(value => value / determinant))
}

/** Rotation by `angleDeg` (clockwise on screen, y down) about the origin, then a shift. */
export function rigid(angleDeg: number, shiftX: number, shiftY: number): Homography {
  const angle = (angleDeg * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return [cos, -sin, shiftX, sin, cos, shiftY, 0, 0, 1]
}

/**
 * The homography that maps every `from` onto its `to`, exactly for four matches in general position, by weighted least
 * squares of the algebraic error for more (normalised DLT: Hartley & Zisserman, Multiple View Geometry, §4.4).
 * Null when the points do not determine one (fewer than four, three of four on a line).
 */
export function homographyFrom(matches: readonly Match[]): Homography | null {
  if (matches.length < 4) return null
  const from = normaliser(matches.map(match => match.from))
  const to = normaliser(matches.map(match => match.to))
  if (from === null || to === null) return null

  const normal = new Float64Array(64)
  const right = new Float64Array(8)
  const row = new Float64Array(8)
  const accumulate = (target: number, weight: number) => {
    for (let i = 0; i < 8; i++) {
      const wi = row[i]! * weight
      if (wi === 0) continue
      right[i]! += wi * target
      for (let j = 0; j < 8; j++) normal[i * 8 + j]! += wi * row[j]!
    }
  }
  for (const match of matches) {
    const [x, y] = project(from, match.from)
    const [u, v] = project(to, match.to)
    const weight = match.weight ?? 1
    row.set([x, y, 1, 0, 0, 0, -u * x, -u * y])
    accumulate(u, weight)
    row.set([0, 0, 0, x, y, 1, -v * x, -v * y])
    accumulate(v, weight)
  }
  const solution = solve(normal, right)
  if (solution === null) return null
  const result = compose(invert(to), compose([...solution, 1], from))
  return result.every(Number.isFinite) ? result : null
}

/** {@link homographyFrom} of four corners onto four corners. */
export function homographyOfQuads(from: Quad, to: Quad): Homography | null {
  return homographyFrom(from.map((point, i) => ({ from: point, to: to[i]! })))
}

/** How many px one unit of the source plane covers around `point`: the root of the local area ratio. */
export function localScale(h: Homography, point: Point): number {
  const [x, y] = point
  const w = h[6]! * x + h[7]! * y + h[8]!
  const [u, v] = project(h, point)
  const ux = (h[0]! - u * h[6]!) / w
  const uy = (h[1]! - u * h[7]!) / w
  const vx = (h[3]! - v * h[6]!) / w
  const vy = (h[4]! - v * h[7]!) / w
  return Math.sqrt(Math.abs(ux * vy - uy * vx))
}

/** Does the map keep the turning sense around `point` (no mirror)? */
export function keepsOrientation(h: Homography, point: Point): boolean {
  const [x, y] = point
  const w = h[6]! * x + h[7]! * y + h[8]!
  const [u, v] = project(h, point)
  return ((h[0]! - u * h[6]!) * (h[4]! - v * h[7]!) - (h[1]! - u * h[7]!) * (h[3]! - v * h[6]!)) / (w * w) > 0
}

/**
 * Solves the n×n system `matrix · x = right` (row-major; both are overwritten) by Gaussian elimination with partial
 * pivoting. Null when it is singular to working precision.
 */
export function solve(matrix: Float64Array, right: Float64Array): Float64Array | null {
  const n = right.length
  let largest = 0
  for (const value of matrix) largest = Math.max(largest, Math.abs(value))
  for (let column = 0; column < n; column++) {
    let pivot = column
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(matrix[row * n + column]!) > Math.abs(matrix[pivot * n + column]!)) pivot = row
    }
    if (!(Math.abs(matrix[pivot * n + column]!) > largest * 1e-13)) return null
    if (pivot !== column) {
      for (let k = 0; k < n; k++) {
        const kept = matrix[column * n + k]!
        matrix[column * n + k] = matrix[pivot * n + k]!
        matrix[pivot * n + k] = kept
      }
      const kept = right[column]!
      right[column] = right[pivot]!
      right[pivot] = kept
    }
    for (let row = column + 1; row < n; row++) {
      const factor = matrix[row * n + column]! / matrix[column * n + column]!
      if (factor === 0) continue
      for (let k = column; k < n; k++) matrix[row * n + k]! -= factor * matrix[column * n + k]!
      right[row]! -= factor * right[column]!
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    let sum = right[row]!
    for (let k = row + 1; k < n; k++) sum -= matrix[row * n + k]! * right[k]!
    right[row] = sum / matrix[row * n + row]!
  }
  return right
}

function scaled(h: number[]): Homography {
  const last = h[8]!
  return Math.abs(last) > 1e-300 ? h.map(value => value / last) : h
}

/** Moves the points' centre to the origin and their mean distance to √2; null when they all coincide. */
function normaliser(points: readonly Point[]): Homography | null {
  let [cx, cy] = [0, 0]
  for (const [x, y] of points) {
    cx += x / points.length
    cy += y / points.length
  }
  let spread = 0
  for (const [x, y] of points) spread += Math.hypot(x - cx, y - cy) / points.length
  if (!(spread > 0) || !Number.isFinite(spread)) return null
  const scale = Math.SQRT2 / spread
  return [scale, 0, -scale * cx, 0, scale, -scale * cy, 0, 0, 1]
}
