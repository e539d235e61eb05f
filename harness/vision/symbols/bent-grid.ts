import type { GreyRaster } from '../../imaging/grey.ts'
import { compose, type Homography, project, quadToQuad, transposed } from '../../imaging/homography.ts'
import { isConvex, mapQuad, square } from '../../imaging/quad.ts'
import { solve } from '../../imaging/solve.ts'
import type { DecodedMatrix } from './decode-matrix.ts'
import { byNeighbourhood, decodeLevels, moduleLevels } from './read-at-pose.ts'
import { type Edges, type LevelAt, measureEdges, sample } from './refine-modules.ts'
import { fixedPatternAgreement } from './timing.ts'

/** How far every place of a symbol lies from where a plane has it, in modules, as polynomials of the place. */
interface Bend {
  readonly size: number
  readonly across: Float64Array
  readonly down: Float64Array
}

/** 1, u, v, u², uv, v², u³, u²v, uv², v³. */
const TERMS = 10
/** Pull of the terms of each degree towards zero: a bend is smooth, and few edges must not make it wild. */
const STIFFNESS = [1e-3, 1e-2, 0.3, 1.5]
/** An edge that is seen this far from where it is expected, in modules, counts half. */
const USUAL_MISS = 0.12
/** The trusted part grows from the finder patterns in about so many steps. */
const STEPS = 14
const MIN_STEP_MODULES = 2
const MIN_EDGES = 40
/** Timing and finder patterns that agree less with the grid than this are not followed any further. */
const MIN_AGREEMENT = 0.7

/**
 * Reads a symbol on paper that is bent, round a bottle or crumpled, where no plane fits all of it.
 *
 * Whatever a symbol says, its module edges lie on its grid. So the grid is followed from the three finder patterns outwards:
 * modules next to those already followed are sampled, the edges between them tell how far the grid is off there, and a smooth
 * bend is fitted to all edges so far. What a plane misses by more than half a module at the far corner is thus reached in
 * steps that are each less.
 *
 * @param start modules to px, right about the finder patterns
 * @param size modules a side
 */
export function readBent(
  grey: GreyRaster,
  start: Homography,
  size: number,
): { readonly decoded: DecodedMatrix; readonly toPixels: Homography } | null {
  let bend: Bend = { size, across: new Float64Array(TERMS), down: new Float64Array(TERMS) }
  const step = Math.max(MIN_STEP_MODULES, size / STEPS)
  const last = size
  for (let reach = 3; reach < last + 2 * step; reach += step) {
    const levelAt = through(grey, start, bend)
    const levels = moduleLevels(levelAt, size)
    if (reach >= last) {
      const decoded = decodeLevels(levels, size)
      if (decoded) {
        const toPixels = flattened(start, bend)
        return { decoded, toPixels: decoded.mirrored ? transposed(toPixels) : toPixels }
      }
    }
    const seen = byNeighbourhood(levels, size, 4, 0.2)
    const edges = measureEdges(levelAt, seen, within(size, reach))
    if (edges.count < MIN_EDGES) return null
    bend = rebent(bend, edges)
    const agreement = fixedPatternAgreement(size, (x, y) => seen.dark[y * size + x] === 1)
    if (reach > size / 2 && (agreement.timing < MIN_AGREEMENT || agreement.finders < MIN_AGREEMENT)) return null
  }
  return null
}

/** 1 for modules no farther than `reach` from a finder pattern. */
function within(size: number, reach: number): Uint8Array {
  const known = new Uint8Array(size * size)
  const beyond = (value: number, from: number) => Math.max(0, from - value, value - from - 6)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const far = size - 7
      const distance = Math.min(
        Math.hypot(beyond(x, 0), beyond(y, 0)),
        Math.hypot(beyond(x, far), beyond(y, 0)),
        Math.hypot(beyond(x, 0), beyond(y, far)),
      )
      known[y * size + x] = Number(distance <= reach)
    }
  }
  return known
}

function through(grey: GreyRaster, plane: Homography, { size, across, down }: Bend): LevelAt {
  const half = size / 2
  return (x, y) => {
    const u = (x - half) / half
    const v = (y - half) / half
    return sample(grey, plane, x + valueAt(across, u, v), y + valueAt(down, u, v))
  }
}

function valueAt(k: Float64Array, u: number, v: number): number {
  return (
    k[0]! +
    k[1]! * u +
    k[2]! * v +
    u * (k[3]! * u + k[4]! * v) +
    k[5]! * v * v +
    u * u * (k[6]! * u + k[7]! * v) +
    v * v * (k[8]! * u + k[9]! * v)
  )
}

const degrees = [0, 1, 1, 2, 2, 2, 3, 3, 3, 3] as const

/** The bend that all edges together speak for. */
function rebent(bend: Bend, edges: Edges): Bend {
  return { size: bend.size, across: refitted(bend.across, 1), down: refitted(bend.down, 0) }

  function refitted(old: Float64Array, axis: 0 | 1): Float64Array {
    const half = bend.size / 2
    // One unknown more: how far ink has spread, which moves the two kinds of edge opposite ways.
    const unknowns = TERMS + 1
    const row = new Float64Array(unknowns)
    let fitted = old
    let growth = 0
    for (let pass = 0; pass < 2; pass++) {
      const normal = new Float64Array(unknowns * unknowns)
      const right = new Float64Array(unknowns)
      for (let i = 0; i < TERMS; i++) normal[i * unknowns + i] = STIFFNESS[degrees[i]!]!
      normal[unknowns * unknowns - 1] = 1
      for (let n = 0; n < edges.count; n++) {
        if (edges.alongX[n] !== axis) continue
        const u = (edges.x[n]! - half) / half
        const v = (edges.y[n]! - half) / half
        row.set([1, u, v, u * u, u * v, v * v, u * u * u, u * u * v, u * v * v, v * v * v, edges.polarity[n]!])
        const target = valueAt(old, u, v) + edges.offset[n]!
        const miss = target - valueAt(fitted, u, v) - growth * edges.polarity[n]!
        const weight = 1 / (1 + (miss / USUAL_MISS) ** 2)
        for (let i = 0; i < unknowns; i++) {
          right[i]! += weight * row[i]! * target
          for (let j = 0; j < unknowns; j++) normal[i * unknowns + j]! += weight * row[i]! * row[j]!
        }
      }
      const solved = solve(normal, right)
      if (solved === null) return fitted
      fitted = solved.slice(0, TERMS)
      growth = solved[TERMS]!
    }
    return fitted
  }
}

/** The plane through the bent symbol's four corners. */
function flattened(plane: Homography, { size, across, down }: Bend): Homography {
  const bent = mapQuad(square(size), ([x, y]) => {
    const u = (2 * x) / size - 1
    const v = (2 * y) / size - 1
    return [x + valueAt(across, u, v), y + valueAt(down, u, v)]
  })
  const change = quadToQuad(square(size), bent)
  const flat = change && compose(plane, change)
  const isUsable = flat && isConvex(mapQuad(square(size), corner => project(flat, corner)))
  return isUsable ? flat : plane
}
