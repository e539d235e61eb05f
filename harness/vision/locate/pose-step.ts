import { compose, type Homography, hasFiniteEntries, projectNormal } from '../../imaging/homography.ts'
import { linearLeastSquares } from '../../imaging/least-squares.ts'
import { centreOf, type Point } from '../../imaging/quad.ts'
import type { OutlinePoint } from './card-outline.ts'
import type { EdgePoint } from './edge-search.ts'

/** One Gauss–Newton step: the pose that fits the weighted edges better, or null when they do not determine it. */
export type PoseStep = (
  h: Homography,
  outline: readonly OutlinePoint[],
  edges: readonly EdgePoint[],
) => Homography | null

/** Typical sizes of a card's coordinates, mm, by which columns are scaled: they differ by orders of magnitude (mm², mm, 1). */
const SCALE = [50, 50, 1, 50, 50, 1, 50, 50] as const

/** The change of the entries that `rowOf` frees: how much each moves an edge along its normal, at a point `at` of the plane. */
function change(
  unknowns: number,
  h: Homography,
  outline: readonly OutlinePoint[],
  edges: readonly EdgePoint[],
  rowOf: (at: Point, w: number, image: Point, normal: Point) => readonly number[],
): Float64Array | null {
  return linearLeastSquares(unknowns, observe => {
    for (const [i, edge] of edges.entries()) {
      if (edge.weight === 0) continue
      const [x, y] = outline[i]!.at
      const { at, normal } = projectNormal(h, [x, y], outline[i]!.normal)
      const row = rowOf([x, y], h[6] * x + h[7] * y + h[8], at, normal)
      observe(row, normal[0] * (edge.at[0] - at[0]) + normal[1] * (edge.at[1] - at[1]), edge.weight)
    }
  })
}

/** Frees all eight entries of the homography: for an object whose plane is not known. */
export const projectiveStep: PoseStep = (h, outline, edges) => {
  const delta = change(8, h, outline, edges, ([x, y], w, [u, v], [nu, nv]) => {
    const radial = -(nu * u + nv * v)
    const columns = [nu * x, nu * y, nu, nv * x, nv * y, nv, radial * x, radial * y]
    return columns.map((column, k) => column / w / SCALE[k]!)
  })
  if (delta === null) return null
  const next = h.map((entry, k) => (k < 8 ? entry + delta[k]! / SCALE[k]! : entry)) as unknown as Homography
  return hasFiniteEntries(next) ? next : null
}

/** Frees shift and turn only: for something flat that lies on a plane that is known already. */
export const rigidStep: PoseStep = (h, outline, edges) => {
  const [cx, cy] = centreOf(outline.map(({ at }) => at))
  const delta = change(3, h, outline, edges, ([x, y], w, [u, v], [nu, nv]) => {
    const alongX = (nu * (h[0] - u * h[6]) + nv * (h[3] - v * h[6])) / w
    const alongY = (nu * (h[1] - u * h[7]) + nv * (h[4] - v * h[7])) / w
    return [alongX, alongY, alongY * (x - cx) - alongX * (y - cy)]
  })
  if (delta === null || !delta.every(Number.isFinite)) return null
  const [dx, dy, turn] = delta as unknown as [number, number, number]
  const cos = Math.cos(turn)
  const sin = Math.sin(turn)
  return compose(h, [cos, -sin, cx + dx - cos * cx + sin * cy, sin, cos, cy + dy - sin * cx - cos * cy, 0, 0, 1])
}
