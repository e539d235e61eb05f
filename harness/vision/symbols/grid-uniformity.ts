import type { GreyRaster } from '../../imaging/grey.ts'
import { type Homography, projectQuad } from '../../imaging/homography.ts'
import { square } from '../../imaging/quad.ts'
import type { ModuleMatrix } from './module-matrix.ts'
import { measureEdges, refineModules, sample } from './refine-modules.ts'

/**
 * Axial non-uniformity after ISO/IEC 15415: by how much modules are wider than high or higher than wide,
 * |x − y| / ((x + y) / 2); 0 is square. Needs a plane whose millimetres are known both ways: without, a tilted camera reads
 * as a bad print.
 *
 * @param toMm modules (origin: the symbol's own top left corner) to mm of the plane that it lies on
 */
export function axialNonUniformity(toMm: Homography, size: number): number {
  const [a, b, c, d] = projectQuad(toMm, square(size))
  const length = ([x, y]: readonly [number, number], [u, v]: readonly [number, number]) => Math.hypot(u - x, v - y)
  const across = (length(a, b) + length(d, c)) / 2
  const down = (length(a, d) + length(b, c)) / 2
  return Math.abs(across - down) / ((across + down) / 2)
}

/** Edges of this many modules around a grid point speak for it: single ones are noisy. */
const REACH = 2.5
const MIN_EDGES = 3

/**
 * Grid non-uniformity after ISO/IEC 15415: how far, in modules, the worst grid point lies from where an even grid has it.
 * Tilt and perspective are fitted out, so what is left is the print, or a label that is not flat. Null when too few module
 * edges are seen.
 *
 * @param modules the symbol as it should be
 * @param start modules to px of `grey`
 */
export function gridNonUniformity(grey: GreyRaster, modules: ModuleMatrix, start: Homography): number | null {
  const pose = refineModules(grey, modules, start)
  if (pose === null) return null
  const edges = measureEdges((x, y) => sample(grey, pose.toPixels, x, y), modules, undefined)
  const { size } = modules
  // Sums of offsets and counts at every grid point, across and down apart.
  const sums = [new Float64Array((size + 1) ** 2), new Float64Array((size + 1) ** 2)] as const
  const counts = [new Uint16Array((size + 1) ** 2), new Uint16Array((size + 1) ** 2)] as const
  for (let n = 0; n < edges.count; n++) {
    const [x, y] = [edges.x[n]!, edges.y[n]!]
    const axis = edges.alongX[n] === 1 ? 0 : 1
    // Ink that has spread moves the two kinds of edge opposite ways, and is no matter of the grid.
    const offset = edges.offset[n]! - edges.polarity[n]! * pose.growthModules
    for (let row = Math.ceil(Math.max(0, y - REACH)); row <= Math.min(size, y + REACH); row++) {
      for (let column = Math.ceil(Math.max(0, x - REACH)); column <= Math.min(size, x + REACH); column++) {
        sums[axis][row * (size + 1) + column]! += offset
        counts[axis][row * (size + 1) + column]!++
      }
    }
  }
  let worst: number | null = null
  for (let at = 0; at < (size + 1) ** 2; at++) {
    if (counts[0][at]! < MIN_EDGES || counts[1][at]! < MIN_EDGES) continue
    const off = Math.hypot(sums[0][at]! / counts[0][at]!, sums[1][at]! / counts[1][at]!)
    worst = Math.max(worst ?? 0, off)
  }
  return worst
}
