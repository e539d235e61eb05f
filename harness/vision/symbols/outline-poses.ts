import { compose, type Homography, project, projectQuad, quadToQuad } from '../../imaging/homography.ts'
import type { Point, Quad } from '../../imaging/quad.ts'
import { centreOf, isConvex, mapQuad, rotated, square } from '../../imaging/quad.ts'
import { mean } from '../../imaging/quantile.ts'
import { solve } from '../../imaging/solve.ts'

/** A symbol as the outlines of its three finder patterns have it. */
export interface OutlinePose {
  readonly toView: Homography
  readonly dimension: number
  /** RMS distance of the twelve corners from the pose, in modules. */
  readonly residualModules: number
}

/** More outlines than this are a pattern of something else; the largest are kept. */
const MAX_OUTLINES = 16
/** Near and far finder pattern of one symbol, side lengths. */
const MAX_SIDE_RATIO = 3.5
/** Modules; and more for every module of a side, as bent paper shows the more the larger the symbol. */
const MAX_RESIDUAL = 0.4
const MAX_RESIDUAL_PER_MODULE = 0.006
const MIN_DIMENSION = 21
const MAX_DIMENSION = 177

/**
 * Every three outlines that could be the finder patterns of one symbol, seen under any tilt, best first.
 *
 * A projective map has eight unknowns and the twelve corners give 24 equations, so the fit itself says whether three squares
 * lie on one plane and in one grid; nothing is asked of angles or distances, which steep views change at will.
 */
export function outlinePoses(outlines: readonly Quad[]): OutlinePose[] {
  const kept =
    outlines.length <= MAX_OUTLINES ? outlines : [...outlines].sort((a, b) => side(b) - side(a)).slice(0, MAX_OUTLINES)
  const poses: OutlinePose[] = []
  for (const [i, corner] of kept.entries()) {
    for (const [j, one] of kept.entries()) {
      if (j === i || ratio(corner, one) > MAX_SIDE_RATIO) continue
      for (const [k, other] of kept.entries()) {
        if (k <= j || k === i || ratio(corner, other) > MAX_SIDE_RATIO || ratio(one, other) > MAX_SIDE_RATIO) continue
        poses.push(...posesOf(corner, one, other))
      }
    }
  }
  return poses.sort((a, b) => a.residualModules - b.residualModules)
}

/**
 * Every two outlines that could be finder patterns of one symbol that has lost the third, nearest pairs first. Two squares
 * are enough for a pose, but not to say which corners of the symbol they are: each comes in every way it could be.
 */
export function pairPoses(outlines: readonly Quad[]): OutlinePose[] {
  const kept =
    outlines.length <= MAX_OUTLINES ? outlines : [...outlines].sort((a, b) => side(b) - side(a)).slice(0, MAX_OUTLINES)
  const poses: OutlinePose[] = []
  for (const [i, one] of kept.entries()) {
    for (const other of kept.slice(i + 1)) {
      if (ratio(one, other) > MAX_SIDE_RATIO) continue
      for (const [a, b] of [
        [one, other],
        [other, one],
      ] as const) {
        poses.push(...besideEachOther(a, b), ...acrossTheSymbol(a, b))
      }
    }
  }
  return poses.sort((a, b) => a.residualModules - b.residualModules)
}

/** The second finder pattern right of the first as the symbol is turned: at its top, or at its left seen from there. */
function besideEachOther(a: Quad, b: Quad): OutlinePose[] {
  const [p, q] = [centreOf(a), centreOf(b)]
  const across: Point = [q[0] - p[0], q[1] - p[1]]
  const below = sideAcross(a, across)
  if (below === null) return []
  const [first, second] = [inOrder(a, across, below), inOrder(b, across, below)]
  const length = Math.hypot(...across)
  const estimate = (7 * length) / Math.sqrt(distance(first[0], first[1]) * distance(second[0], second[1])) + 7
  return dimensionsNear(estimate).flatMap(dimension => {
    const far = dimension - 7
    const atTop = fitPose([finderAt(0, 0, first), finderAt(far, 0, second)], dimension)
    if (atTop === null || !isWithinReach(atTop)) return []
    // The same two at the left side: the symbol turned by a quarter, top left where the second one is.
    const turned: Homography = compose(atTop.toView, [0, -1, dimension, 1, 0, 0, 0, 0, 1])
    return [atTop, { ...atTop, toView: turned }]
  })
}

/** The first at the top right, the second at the bottom left; what lay between them is lost. */
function acrossTheSymbol(a: Quad, b: Quad): OutlinePose[] {
  const [p, q] = [centreOf(a), centreOf(b)]
  const diagonal: Point = [q[0] - p[0], q[1] - p[1]]
  // The sides of a finder pattern lie at 45° to the diagonal, as far as the view is straight.
  const [s, t] = [0, 1].map((i): Point => [a[i + 1]![0] - a[i]![0], a[i + 1]![1] - a[i]![1]]) as [Point, Point]
  const cross = s[0] * t[1] - s[1] * t[0]
  const alongS = (diagonal[0] * t[1] - diagonal[1] * t[0]) / cross
  const alongT = (s[0] * diagonal[1] - s[1] * diagonal[0]) / cross
  const skew = Math.abs(alongS / alongT)
  if (!(skew > 0.5 && skew < 2)) return []
  const [u, v]: [Point, Point] = [scaledBy(s, Math.sign(alongS)), scaledBy(t, Math.sign(alongT))]
  // From the top right, left and down lead to the bottom left; clockwise as seen, down is left turned back by a quarter.
  const [left, below] = u[0] * v[1] - u[1] * v[0] < 0 ? [u, v] : [v, u]
  const across = scaledBy(left, -1)
  const [first, second] = [inOrder(a, across, below), inOrder(b, across, below)]
  const estimate = 7 * Math.sqrt(Math.abs(alongS * alongT)) * (side(a) / Math.sqrt(side(a) * side(b))) + 7
  return dimensionsNear(estimate).flatMap(dimension => {
    const far = dimension - 7
    const pose = fitPose([finderAt(far, 0, first), finderAt(0, far, second)], dimension)
    return pose !== null && isWithinReach(pose) ? [pose] : []
  })
}

/** The direction of the quad's side that lies most across `along`, to its right (clockwise); null when none does. */
function sideAcross(quad: Quad, along: Point): Point | null {
  let best: Point | null = null
  let most = 0.7
  for (let i = 0; i < 4; i++) {
    const [x, y] = quad[i]!
    const [u, v] = quad[(i + 1) % 4]!
    const sine = (along[0] * (v - y) - along[1] * (u - x)) / (Math.hypot(...along) * Math.hypot(u - x, v - y))
    if (sine > most) {
      most = sine
      best = [u - x, v - y]
    }
  }
  return best
}

function scaledBy([x, y]: Point, by: number): Point {
  return [x * by, y * by]
}

function side(quad: Quad): number {
  let sum = 0
  for (let i = 0; i < 4; i++) sum += distance(quad[i]!, quad[(i + 1) % 4]!)
  return sum / 4
}

function distance([x, y]: Point, [u, v]: Point): number {
  return Math.hypot(x - u, y - v)
}

function ratio(a: Quad, b: Quad): number {
  const [p, q] = [side(a), side(b)]
  return p > q ? p / q : q / p
}

function posesOf(corner: Quad, one: Quad, other: Quad): OutlinePose[] {
  const [o, p, q] = [centreOf(corner), centreOf(one), centreOf(other)]
  const area = (p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0])
  const [topRight, bottomLeft] = area > 0 ? [one, other] : [other, one]
  const [right, down] = area > 0 ? [p, q] : [q, p]
  const across: Point = [right[0] - o[0], right[1] - o[1]]
  const below: Point = [down[0] - o[0], down[1] - o[1]]
  if (Math.abs(area) < 0.1 * Math.hypot(...across) * Math.hypot(...below)) return []
  const seen = [corner, topRight, bottomLeft].map(quad => inOrder(quad, across, below))
  // Modules along a side, by the mean of the two finder patterns' own sides along it.
  const along = (a: Quad, b: Quad, from: 0 | 3, to: 1 | 0, length: number) =>
    (7 * length) / Math.sqrt(distance(a[from], a[to]) * distance(b[from], b[to])) + 7
  const estimate =
    (along(seen[0]!, seen[1]!, 0, 1, Math.hypot(...across)) + along(seen[0]!, seen[2]!, 3, 0, Math.hypot(...below))) / 2
  return dimensionsNear(estimate).flatMap(dimension => {
    const far = dimension - 7
    const pose = fitPose([finderAt(0, 0, seen[0]!), finderAt(far, 0, seen[1]!), finderAt(0, far, seen[2]!)], dimension)
    return pose !== null && isWithinReach(pose) ? [pose] : []
  })
}

/** Sides that a symbol can have near an estimate: the larger it is, the less its finder patterns know of it. */
function dimensionsNear(estimate: number): number[] {
  if (!(estimate > MIN_DIMENSION - 6 && estimate < 1.3 * MAX_DIMENSION)) return []
  const slack = Math.max(4, 0.12 * estimate)
  const first = Math.max(1, Math.round((estimate - slack - 17) / 4))
  const last = Math.min(40, Math.round((estimate + slack - 17) / 4))
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 17 + 4 * (first + i))
}

function isWithinReach({ dimension, residualModules }: OutlinePose): boolean {
  return residualModules < MAX_RESIDUAL + MAX_RESIDUAL_PER_MODULE * dimension
}

/** A finder pattern's outline, with where its top left corner is in the symbol, in modules. */
interface SeenFinder {
  readonly left: number
  readonly top: number
  readonly quad: Quad
}

function finderAt(left: number, top: number, quad: Quad): SeenFinder {
  return { left, top, quad }
}

/** The same quad, beginning with the corner that lies against both directions. */
function inOrder(quad: Quad, across: Point, below: Point): Quad {
  const [cx, cy] = centreOf(quad)
  const cross = across[0] * below[1] - across[1] * below[0]
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (const [i, [x, y]] of quad.entries()) {
    const [dx, dy] = [x - cx, y - cy]
    const sum = (dx * below[1] - dy * below[0] + across[0] * dy - across[1] * dx) / cross
    if (sum < least) {
      least = sum
      best = i
    }
  }
  return rotated(quad, best)
}

/** The projective map that all corners of the finder patterns give in the least-squares sense. */
function fitPose(seen: readonly SeenFinder[], dimension: number): OutlinePose | null {
  const pairs = seen.flatMap(({ left, top, quad }) =>
    square(7).map(([x, y], k): readonly [Point, Point] => [[left + x, top + y], quad[k]!]),
  )
  const half = dimension / 2
  const ends = seen.map(({ quad }) => centreOf(quad))
  const middle: Point = [mean(ends.map(([x]) => x)), mean(ends.map(([, y]) => y))]
  const span = Math.max(...ends.map(end => distance(end, ends[0]!))) / 2
  const normal = new Float64Array(64)
  const right = new Float64Array(8)
  const add = (row: readonly number[], value: number) => {
    for (let i = 0; i < 8; i++) {
      if (row[i] === 0) continue
      right[i]! += row[i]! * value
      for (let j = 0; j < 8; j++) normal[i * 8 + j]! += row[i]! * row[j]!
    }
  }
  for (const [[mx, my], [px, py]] of pairs) {
    const u = (mx - half) / half
    const v = (my - half) / half
    const x = (px - middle[0]) / span
    const y = (py - middle[1]) / span
    add([u, v, 1, 0, 0, 0, -u * x, -v * x], x)
    add([0, 0, 0, u, v, 1, -u * y, -v * y], y)
  }
  const h = solve(normal, right)
  if (h === null) return null
  const [a, b, c, d, e, f, g, i] = h as unknown as readonly [
    number, number, number, number, number, number, number, number,
  ] // biome-ignore format: eight unknowns
  const inSpan = ([u, v]: Point): Point => {
    const w = g * u + i * v + 1
    return [middle[0] + (span * (a * u + b * v + c)) / w, middle[1] + (span * (d * u + e * v + f)) / w]
  }
  // Beyond the vanishing line nothing is seen.
  const corners: Quad = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ]
  if (corners.some(([u, v]) => g * u + i * v + 1 < 0.1)) return null
  const toView = quadToQuad(square(dimension), mapQuad(corners, inSpan))
  if (toView === null || !isConvex(projectQuad(toView, square(dimension)))) return null
  let squares = 0
  for (const [k, { quad }] of seen.entries()) {
    const modulePx = side(quad) / 7
    for (const [module, pixel] of pairs.slice(4 * k, 4 * k + 4)) {
      squares += (distance(project(toView, module), pixel) / modulePx) ** 2
    }
  }
  return { toView, dimension, residualModules: Math.sqrt(squares / pairs.length) }
}
