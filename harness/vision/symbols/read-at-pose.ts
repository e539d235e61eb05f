import type { GreyRaster } from '../../imaging/grey.ts'
import { type Homography, project, quadToQuad, transposed } from '../../imaging/homography.ts'
import type { Point } from '../../imaging/quad.ts'
import { type DecodedMatrix, decodeMatrix } from './decode-matrix.ts'
import { layOut } from './function-patterns.ts'
import { bitMatrixOf, type ModuleMatrix } from './module-matrix.ts'
import { type LevelAt, refineModules, sample } from './refine-modules.ts'

export interface ReadAtPose {
  readonly decoded: DecodedMatrix
  readonly toPixels: Homography
}

/**
 * Reads a symbol whose place is known at least roughly: settles the fourth corner on the last alignment pattern, fits the
 * pose to the fixed patterns, then takes the mean grey of every module and decides dark or light by several thresholds.
 *
 * Reaches what detectors on binarized pixels do not: tilt beyond 40°, blur of half a module, contrast of a few levels.
 *
 * @param size modules a side
 */
export function readAtPose(grey: GreyRaster, start: Homography, size: number): ReadAtPose | null {
  for (const toPixels of possiblePoses(grey, start, size)) {
    const decoded = decodeLevels(
      moduleLevels((x, y) => sample(grey, toPixels, x, y), size),
      size,
    )
    if (decoded) return { decoded, toPixels: decoded.mirrored ? transposed(toPixels) : toPixels }
  }
  return null
}

/** Decodes the modules' grey levels by several thresholds, the likeliest first. */
export function decodeLevels(levels: Float32Array, size: number): DecodedMatrix | null {
  for (const threshold of thresholds) {
    const decoded = decodeMatrix(bitMatrixOf(threshold(levels, size)))
    if (decoded) return decoded
  }
  return null
}

function* possiblePoses(grey: GreyRaster, start: Homography, size: number): Generator<Homography> {
  yield start
  const fixed = fixedPatterns(size)
  const settled = settleOnAlignment(grey, start, size)
  for (const pose of settled ? [settled, start] : [start]) {
    const refined = refineModules(grey, fixed.modules, pose, fixed.known)
    if (refined) yield refined.toPixels
    else if (pose !== start) yield pose
  }
}

/** The modules of a size that are the same whatever the symbol says, and which those are. */
export function fixedPatterns(size: number): { readonly modules: ModuleMatrix; readonly known: Uint8Array } {
  const { roles, dark } = layOut((size - 17) / 4, 'M', 0)
  const known = Uint8Array.from(roles, role => Number(role !== 'data' && role !== 'format'))
  return { modules: { size, dark }, known }
}

const SEARCH_MODULES = 6
const SEARCH_STEP = 0.5

/** Turns the pose about its three finder centres so that the last alignment pattern lies where it is seen. */
function settleOnAlignment(grey: GreyRaster, start: Homography, size: number): Homography | null {
  if (size < 25) return null
  const centre = size - 6.5
  let best = 0
  let at: Point | null = null
  for (let dy = -SEARCH_MODULES; dy <= SEARCH_MODULES; dy += SEARCH_STEP) {
    for (let dx = -SEARCH_MODULES; dx <= SEARCH_MODULES; dx += SEARCH_STEP) {
      const score = alignmentContrast(grey, start, centre + dx, centre + dy) - 0.4 * Math.hypot(dx, dy)
      if (score > best) {
        best = score
        at = [centre + dx, centre + dy]
      }
    }
  }
  if (!at) return null
  const near = 3.5
  const far = size - 3.5
  // prettier-ignore
  return quadToQuad(
    [
      [near, near],
      [far, near],
      [centre, centre],
      [near, far],
    ],
    [project(start, [near, near]), project(start, [far, near]), project(start, at), project(start, [near, far])],
  )
}

/** Light ring less dark ring and dark middle, grey levels: the darkest light module against the lightest dark one. */
function alignmentContrast(grey: GreyRaster, map: Homography, x: number, y: number): number {
  let light = 0
  let dark = sample(grey, map, x, y)
  let darkCount = 1
  for (let dy = -2; dy <= 2; dy++) {
    for (let dx = -2; dx <= 2; dx++) {
      const ring = Math.max(Math.abs(dx), Math.abs(dy))
      if (ring === 0) continue
      const level = sample(grey, map, x + dx, y + dy)
      if (ring === 1) light += level / 8
      else {
        dark += level
        darkCount++
      }
    }
  }
  const contrast = light - dark / darkCount
  return Number.isNaN(contrast) ? 0 : contrast
}

/** Mean grey level of the middle of every module; NaN outside the picture. */
export function moduleLevels(levelAt: LevelAt, size: number): Float32Array {
  const levels = new Float32Array(size * size)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let sum = 0
      for (let i = -1; i <= 1; i++) {
        for (let j = -1; j <= 1; j++) {
          sum += levelAt(column + 0.5 + 0.22 * j, row + 0.5 + 0.22 * i)
        }
      }
      levels[row * size + column] = sum / 9
    }
  }
  return levels
}

type Threshold = (levels: Float32Array, size: number) => ModuleMatrix

const thresholds: readonly Threshold[] = [
  (levels, size) => byNeighbourhood(levels, size, 4, 0),
  (levels, size) => byNeighbourhood(sharpened(levels, size, 0.18), size, 4, 0),
  (levels, size) => byNeighbourhood(sharpened(levels, size, 0.3), size, 5, 0),
  (levels, size) => byNeighbourhood(levels, size, 2, 0.2),
  (levels, size) => byNeighbourhood(levels, size, size, 0),
]

/** Dark where a module is darker than the mean of darkest and lightest within `reach` modules, mixed with their mean. */
export function byNeighbourhood(levels: Float32Array, size: number, reach: number, meanShare: number): ModuleMatrix {
  const dark = new Uint8Array(size * size)
  // A square window is a row of columns: of each column's window first, then of the row of those.
  const columns = new Windows(size * size)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      for (let y = Math.max(0, row - reach); y <= Math.min(size - 1, row + reach); y++) {
        columns.add(row * size + column, levels[y * size + column]!)
      }
    }
  }
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let [low, high, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0]
      const end = row * size + Math.min(size - 1, column + reach)
      for (let at = row * size + Math.max(0, column - reach); at <= end; at++) {
        low = Math.min(low, columns.low[at]!)
        high = Math.max(high, columns.high[at]!)
        sum += columns.sum[at]!
        count += columns.count[at]!
      }
      const threshold = ((1 - meanShare) * (low + high)) / 2 + (meanShare * sum) / count
      dark[row * size + column] = Number(levels[row * size + column]! < threshold)
    }
  }
  return { size, dark }
}

/** What is known of the levels in many windows; those outside the picture (NaN) are left out. */
class Windows {
  readonly low: Float32Array
  readonly high: Float32Array
  readonly sum: Float64Array
  readonly count: Uint16Array

  constructor(length: number) {
    this.low = new Float32Array(length).fill(Number.POSITIVE_INFINITY)
    this.high = new Float32Array(length).fill(Number.NEGATIVE_INFINITY)
    this.sum = new Float64Array(length)
    this.count = new Uint16Array(length)
  }

  add(at: number, level: number): void {
    if (Number.isNaN(level)) return
    if (level < this.low[at]!) this.low[at] = level
    if (level > this.high[at]!) this.high[at] = level
    this.sum[at]! += level
    this.count[at]!++
  }
}

/** Undoes blur between modules: each module's level away from the mean of its four neighbours. */
function sharpened(levels: Float32Array, size: number, amount: number): Float32Array {
  const sharp = new Float32Array(levels.length)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = row * size + column
      const here = levels[at]!
      // Beyond the edge lies the quiet zone; its level is not known here, so the module itself stands in.
      const up = row > 0 ? levels[at - size]! : here
      const down = row < size - 1 ? levels[at + size]! : here
      const left = column > 0 ? levels[at - 1]! : here
      const right = column < size - 1 ? levels[at + 1]! : here
      sharp[at] = here + amount * (4 * here - up - down - left - right)
    }
  }
  return sharp
}
