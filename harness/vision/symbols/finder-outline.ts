import type { Point, Quad } from '../../imaging/quad.ts'
import { contains, doubleArea, isConvex, mapQuad } from '../../imaging/quad.ts'
import type { FinderCentre } from './finder-triples.ts'
import type { BitMatrix } from './zxing-library.ts'

/** How far from its centre, in modules of the scan line, the outer ring may reach: 5 unless it is skewed. */
const REACH_MODULES = 14
/** Of the 7 × 7 modules the ring is 24: what light, blur and ink may make of that. */
const RING_SHARE = { min: 0.3, max: 0.72 }
/** Part of a side that is left out at each end, where corners are rounded or torn. */
const END_SHARE = 0.14
const MIN_POINTS = 4

/**
 * The four corners of a finder pattern's outer ring (7 × 7 modules), clockwise, px; null when its ring is not seen whole and
 * by itself.
 *
 * Three centres give a parallelogram. Twelve corners give the perspective too, which a symbol without alignment pattern
 * (version 1) has nothing else to tell by, and tell a true triple from a chance one.
 */
export function finderOutline(bits: BitMatrix, { x, y, modulePx }: FinderCentre): Quad | null {
  const reach = Math.ceil(REACH_MODULES * modulePx)
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const) {
    const start = ringStart(bits, Math.floor(x), Math.floor(y), dx, dy, reach)
    if (start === null) continue
    const ring = fill(bits, start, { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach })
    const outline = ring && fitOutline(ring, [x, y], modulePx)
    if (outline) return outline
  }
  return null
}

/** The first dark pixel beyond the light ring, from the centre along a ray. */
function ringStart(bits: BitMatrix, x0: number, y0: number, dx: number, dy: number, reach: number): Point | null {
  const width = bits.getWidth()
  const height = bits.getHeight()
  let crossings = 0
  let was = true
  for (let i = 0; i <= reach; i++) {
    const x = x0 + i * dx
    const y = y0 + i * dy
    if (x < 0 || y < 0 || x >= width || y >= height) return null
    const is = bits.get(x, y)
    if (is !== was) crossings++
    if (crossings === 2) return [x, y]
    was = is
  }
  return null
}

/** A connected dark area: its size, and the middles of its outermost pixel edges in every row and column. */
interface Ring {
  readonly area: number
  readonly across: readonly Point[]
  readonly down: readonly Point[]
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Null when the area runs out of the box: it is more than a ring. */
function fill(bits: BitMatrix, start: Point, box: Box): Ring | null {
  const left = Math.max(0, Math.floor(box.left))
  const top = Math.max(0, Math.floor(box.top))
  const right = Math.min(bits.getWidth() - 1, Math.ceil(box.right))
  const bottom = Math.min(bits.getHeight() - 1, Math.ceil(box.bottom))
  const width = right - left + 1
  const height = bottom - top + 1
  const seen = new Uint8Array(width * height)
  const inRow = Array.from({ length: height }, () => ({ from: width, to: -1 }))
  const inColumn = Array.from({ length: width }, () => ({ from: height, to: -1 }))
  const open = [(start[1] - top) * width + start[0] - left]
  seen[open[0]!] = 1
  let area = 0
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const column = at % width
    const row = (at - column) / width
    // What touches the box's edge there may go on beyond, unless the picture ends.
    const runsOut =
      (column === 0 && left > 0) ||
      (row === 0 && top > 0) ||
      (column === width - 1 && right < bits.getWidth() - 1) ||
      (row === height - 1 && bottom < bits.getHeight() - 1)
    if (runsOut) return null
    area++
    const rowEnds = inRow[row]!
    const columnEnds = inColumn[column]!
    rowEnds.from = Math.min(rowEnds.from, column)
    rowEnds.to = Math.max(rowEnds.to, column)
    columnEnds.from = Math.min(columnEnds.from, row)
    columnEnds.to = Math.max(columnEnds.to, row)
    const visit = (next: number, x: number, y: number) => {
      if (seen[next] || !bits.get(left + x, top + y)) return
      seen[next] = 1
      open.push(next)
    }
    if (column > 0) visit(at - 1, column - 1, row)
    if (column < width - 1) visit(at + 1, column + 1, row)
    if (row > 0) visit(at - width, column, row - 1)
    if (row < height - 1) visit(at + width, column, row + 1)
  }
  const across = inRow.flatMap(({ from, to }, row): Point[] =>
    to < 0
      ? []
      : [
          [left + from, top + row + 0.5],
          [left + to + 1, top + row + 0.5],
        ],
  )
  const down = inColumn.flatMap(({ from, to }, column): Point[] =>
    to < 0
      ? []
      : [
          [left + column + 0.5, top + from],
          [left + column + 0.5, top + to + 1],
        ],
  )
  return { area, across, down }
}

function fitOutline({ area, across, down }: Ring, centre: Point, modulePx: number): Quad | null {
  const rough = roughCorners([...across, ...down])
  if (rough === null || !isConvex(rough) || !contains(rough, centre)) return null
  const lines = rough.map((from, i) => {
    const to = rough[(i + 1) % 4]!
    const isSteep = Math.abs(to[1] - from[1]) > Math.abs(to[0] - from[0])
    // A row's ends tell where a steep side lies, a column's ends where a flat one does.
    return fitLine(isSteep ? across : down, from, to, Math.max(1.5, modulePx))
  })
  if (lines.some(line => line === null)) return null
  const met = mapQuad(rough, (_, i) => meet(lines[(i + 3) % 4]!, lines[i]!))
  if (!met.flat().every(Number.isFinite) || !isConvex(met) || !contains(met, centre)) return null
  const share = area / Math.abs(doubleArea(met) / 2)
  return share > RING_SHARE.min && share < RING_SHARE.max ? met : null
}

/** Farthest from the middle, farthest from that, and farthest on either side of the diagonal; clockwise. */
function roughCorners(points: readonly Point[]): Quad | null {
  if (points.length < 4 * MIN_POINTS) return null
  let cx = 0
  let cy = 0
  for (const [x, y] of points) {
    cx += x / points.length
    cy += y / points.length
  }
  const farthest = (distance: (point: Point) => number) =>
    points.reduce((best, point) => (distance(point) > distance(best) ? point : best))
  const a = farthest(([x, y]) => (x - cx) ** 2 + (y - cy) ** 2)
  const c = farthest(([x, y]) => (x - a[0]) ** 2 + (y - a[1]) ** 2)
  const side = ([x, y]: Point) => (c[0] - a[0]) * (y - a[1]) - (c[1] - a[1]) * (x - a[0])
  const b = farthest(point => -side(point))
  const d = farthest(side)
  const quad: Quad = [a, b, c, d]
  return doubleArea(quad) > 0 ? quad : doubleArea(quad) < 0 ? [a, d, c, b] : null
}

/** A line as a point on it and its direction. */
interface Line {
  readonly at: Point
  readonly along: Point
}

/** Least squares through the points near a side, twice, the second time without those that are far off. */
function fitLine(points: readonly Point[], from: Point, to: Point, reachPx: number): Line | null {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  let line: Line = { at: from, along: [(to[0] - from[0]) / length, (to[1] - from[1]) / length] }
  for (const limit of [reachPx, 0.5 * reachPx]) {
    let [n, sx, sy, sxx, sxy, syy] = [0, 0, 0, 0, 0, 0]
    for (const [x, y] of points) {
      const t = ((x - from[0]) * (to[0] - from[0]) + (y - from[1]) * (to[1] - from[1])) / length ** 2
      if (t < END_SHARE || t > 1 - END_SHARE) continue
      const off = (x - line.at[0]) * -line.along[1] + (y - line.at[1]) * line.along[0]
      if (Math.abs(off) > limit) continue
      n++
      sx += x
      sy += y
      sxx += x * x
      sxy += x * y
      syy += y * y
    }
    if (n < MIN_POINTS) return null
    const [mx, my] = [sx / n, sy / n]
    const angle = Math.atan2(2 * (sxy / n - mx * my), sxx / n - mx * mx - (syy / n - my * my)) / 2
    line = { at: [mx, my], along: [Math.cos(angle), Math.sin(angle)] }
  }
  return line
}

function meet(one: Line | null | undefined, other: Line | null | undefined): Point {
  if (!one || !other) return [Number.NaN, Number.NaN]
  const cross = one.along[0] * other.along[1] - one.along[1] * other.along[0]
  const [dx, dy] = [other.at[0] - one.at[0], other.at[1] - one.at[1]]
  const t = (dx * other.along[1] - dy * other.along[0]) / cross
  return [one.at[0] + t * one.along[0], one.at[1] + t * one.along[1]]
}
