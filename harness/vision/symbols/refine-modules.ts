import type { GreyRaster } from '../../imaging/grey.ts'
import { compose, type Homography } from '../../imaging/homography.ts'
import { solve } from '../../imaging/solve.ts'
import type { ModuleMatrix } from './module-matrix.ts'

/** How a symbol lies, measured on the edges of its own modules. */
export interface RefinedPose {
  /** Modules (origin: the symbol's own top left corner) to px. */
  readonly toPixels: Homography
  /** RMS distance of the seen module edges to the model's, in modules; large on a curved or crumpled label. */
  readonly residualModules: number
  /** How far dark has spread over each edge (ink, exposure, over-sharpening), in modules; negative: light has. */
  readonly growthModules: number
}

const PASSES = 3
/** How far from its expected place an edge is looked for, in modules. */
const REACH = 0.7
const STEPS = 9
const MIN_EDGES = 40
/** Below this difference of grey levels between two neighbouring modules there is no edge to measure. */
const MIN_STEP = 12

/**
 * Fits the map from modules to pixels to every seen edge between a dark and a light module.
 *
 * Finder centres and alignment patterns fix a pose to about a third of a module; hundreds of edges fix it to a few
 * hundredths. Ink that has spread moves dark-to-light and light-to-dark edges opposite ways: it is fitted along, so that it
 * does not make the symbol larger.
 * Null when too few edges are seen.
 *
 * @param known 1 for every module whose colour is certain; without it all are
 */
export function refineModules(
  grey: GreyRaster,
  modules: ModuleMatrix,
  start: Homography,
  known?: Uint8Array,
): RefinedPose | null {
  let toPixels = start
  let residualModules = Number.POSITIVE_INFINITY
  let growthModules = 0
  for (let pass = 0; pass < PASSES; pass++) {
    const map = toPixels
    const edges = measureEdges((x, y) => sample(grey, map, x, y), modules, known)
    if (edges.count < MIN_EDGES) return null
    const limit = pass === 0 ? 0.6 : Math.max(0.08, 2.5 * residualModules)
    const fit = fitCorrection(edges, modules.size, { limit, growthModules })
    if (!fit) return null
    toPixels = compose(toPixels, fit.correction)
    residualModules = fit.residual
    growthModules = fit.growth
  }
  return { toPixels, residualModules, growthModules }
}

/** Edges of modules as seen, one each at the same index of all arrays. */
export interface Edges {
  count: number
  /** Place in modules, and how far the edge was seen from there along its normal, in modules. */
  readonly x: Float64Array
  readonly y: Float64Array
  readonly offset: Float64Array
  /** 1: the normal points along x. */
  readonly alongX: Uint8Array
  /** 1: dark comes before light along the normal; −1: after. */
  readonly polarity: Int8Array
}

/** Grey level at a place given in modules; NaN where there is none. */
export type LevelAt = (x: number, y: number) => number

/** Where every edge between a dark and a light module is seen; those without contrast are left out. */
export function measureEdges(levelAt: LevelAt, { size, dark }: ModuleMatrix, known: Uint8Array | undefined): Edges {
  const capacity = 2 * size * (size + 1)
  const edges: Edges = {
    count: 0,
    x: new Float64Array(capacity),
    y: new Float64Array(capacity),
    offset: new Float64Array(capacity),
    alongX: new Uint8Array(capacity),
    polarity: new Int8Array(capacity),
  }
  const profile = new Float64Array(2 * STEPS + 1)
  const record = (x: number, y: number, alongX: boolean, darkFirst: boolean) => {
    for (let i = -STEPS; i <= STEPS; i++) {
      const along = (i / STEPS) * REACH
      profile[i + STEPS] = levelAt(alongX ? x + along : x, alongX ? y : y + along)
    }
    const at = crossing(profile, darkFirst)
    if (Number.isNaN(at)) return
    const n = edges.count++
    edges.x[n] = x
    edges.y[n] = y
    edges.offset[n] = ((at - STEPS) / STEPS) * REACH
    edges.alongX[n] = Number(alongX)
    edges.polarity[n] = darkFirst ? 1 : -1
  }
  const isKnown = (module: number) => !known || known[module] === 1
  const isEdge = (a: number, b: number) => dark[a] !== dark[b] && isKnown(a) && isKnown(b)
  // Outside is the quiet zone: light and certain.
  const isOuterEdge = (module: number) => dark[module] === 1 && isKnown(module)
  for (let line = 0; line < size; line++) {
    const row = line * size
    if (isOuterEdge(row)) record(0, line + 0.5, true, false)
    if (isOuterEdge(line)) record(line + 0.5, 0, false, false)
    for (let i = 1; i < size; i++) {
      const here = row + i
      if (isEdge(here - 1, here)) record(i, line + 0.5, true, dark[here - 1] === 1)
      const below = i * size + line
      if (isEdge(below - size, below)) record(line + 0.5, i, false, dark[below - size] === 1)
    }
    const last = row + size - 1
    if (isOuterEdge(last)) record(size, line + 0.5, true, true)
    const bottom = (size - 1) * size + line
    if (isOuterEdge(bottom)) record(line + 0.5, size, false, true)
  }
  return edges
}

/** Where a profile crosses the middle of its two ends nearest its own middle, as a fractional index; NaN without an edge. */
function crossing(profile: Float64Array, darkFirst: boolean): number {
  const last = profile.length - 1
  const sign = darkFirst ? 1 : -1
  const low = (profile[0]! + profile[1]! + profile[2]!) / 3
  const high = (profile[last]! + profile[last - 1]! + profile[last - 2]!) / 3
  if (!(sign * (high - low) >= MIN_STEP)) return Number.NaN
  const middle = (low + high) / 2
  let best = Number.NaN
  for (let i = 0; i < last; i++) {
    const a = sign * (profile[i]! - middle)
    const b = sign * (profile[i + 1]! - middle)
    if (a > 0 || b <= 0) continue
    const at = i + a / (a - b)
    if (Number.isNaN(best) || Math.abs(at - last / 2) < Math.abs(best - last / 2)) best = at
  }
  return best
}

/** Bilinear grey level at a place given in modules; NaN outside the picture. Pixel centres lie at half integers. */
export function sample({ width, height, data }: GreyRaster, m: Homography, x: number, y: number): number {
  const w = m[6] * x + m[7] * y + m[8]
  const px = (m[0] * x + m[1] * y + m[2]) / w - 0.5
  const py = (m[3] * x + m[4] * y + m[5]) / w - 0.5
  const x0 = Math.floor(px)
  const y0 = Math.floor(py)
  if (!(x0 >= 0 && y0 >= 0 && x0 + 1 < width && y0 + 1 < height)) return Number.NaN
  const fx = px - x0
  const fy = py - y0
  const i = y0 * width + x0
  return (
    (data[i]! * (1 - fx) + data[i + 1]! * fx) * (1 - fy) +
    (data[i + width]! * (1 - fx) + data[i + width + 1]! * fx) * fy
  )
}

interface Fit {
  readonly correction: Homography
  readonly growth: number
  readonly residual: number
}

/** Eight of a projective map, one of growth. */
const UNKNOWNS = 9

/**
 * Least squares of a small projective change of the module plane, and of growth, to the offsets that are within `limit`
 * of what growth explains.
 */
function fitCorrection(
  edges: Edges,
  size: number,
  { limit, growthModules }: { readonly limit: number; readonly growthModules: number },
): Fit | null {
  const half = size / 2
  const normal = new Float64Array(UNKNOWNS * UNKNOWNS)
  const right = new Float64Array(UNKNOWNS)
  const row = new Float64Array(UNKNOWNS)
  const fill = (n: number) => {
    const u = (edges.x[n]! - half) / half
    const v = (edges.y[n]! - half) / half
    row.fill(0)
    const alongX = edges.alongX[n] === 1
    const at = alongX ? 0 : 3
    row[at] = u
    row[at + 1] = v
    row[at + 2] = 1
    row[6] = -(alongX ? u : v) * u
    row[7] = -(alongX ? u : v) * v
    row[8] = edges.polarity[n]!
    return edges.offset[n]! / half
  }
  const isStray = (n: number) => Math.abs(edges.offset[n]! - edges.polarity[n]! * growthModules) > limit
  let used = 0
  for (let n = 0; n < edges.count; n++) {
    if (isStray(n)) continue
    const offset = fill(n)
    used++
    for (let i = 0; i < UNKNOWNS; i++) {
      if (row[i] === 0) continue
      right[i]! += row[i]! * offset
      for (let j = 0; j < UNKNOWNS; j++) normal[i * UNKNOWNS + j]! += row[i]! * row[j]!
    }
  }
  if (used < MIN_EDGES) return null
  const g = solve(normal, right)
  if (!g) return null
  let squares = 0
  for (let n = 0; n < edges.count; n++) {
    if (isStray(n)) continue
    let rest = fill(n)
    for (let i = 0; i < UNKNOWNS; i++) rest -= g[i]! * row[i]!
    squares += (rest * half) ** 2
  }
  const centred: Homography = [1 + g[0]!, g[1]!, g[2]!, g[3]!, 1 + g[4]!, g[5]!, g[6]!, g[7]!, 1]
  const toCentred: Homography = [1 / half, 0, -1, 0, 1 / half, -1, 0, 0, 1]
  const fromCentred: Homography = [half, 0, half, 0, half, half, 0, 0, 1]
  return {
    correction: compose(fromCentred, compose(centred, toCentred)),
    growth: g[8]! * half,
    residual: Math.sqrt(squares / used),
  }
}
