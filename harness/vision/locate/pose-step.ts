import { compose, type Homography, hasFiniteEntries } from '../../imaging/homography.ts'
import { solve } from '../../imaging/solve.ts'
import type { OutlinePoint } from './card-outline.ts'
import type { EdgePoint } from './edge-search.ts'

/** One Gauss–Newton step: the pose that fits the weighted edges better, or null when they do not determine it. */
export type PoseStep = (
  h: Homography,
  outline: readonly OutlinePoint[],
  edges: readonly EdgePoint[],
) => Homography | null

/** Frees all eight entries of the homography: for an object whose plane is not known. */
export function projectiveStep(
  h: Homography,
  outline: readonly OutlinePoint[],
  edges: readonly EdgePoint[],
): Homography | null {
  const normal = new Float64Array(64)
  const right = new Float64Array(8)
  const row = new Float64Array(8)
  // Columns differ by orders of magnitude (mm², mm, 1): scaled for the solver by typical sizes.
  const scale = [50, 50, 1, 50, 50, 1, 50, 50]
  for (const [i, edge] of edges.entries()) {
    if (edge.weight === 0) continue
    const [x, y] = outline[i]!.at
    const w = h[6] * x + h[7] * y + h[8]
    const u = (h[0] * x + h[1] * y + h[2]) / w
    const v = (h[3] * x + h[4] * y + h[5]) / w
    let nu = edge.at[0] - u
    let nv = edge.at[1] - v
    const { normal: n } = outline[i]!
    const tu = ((h[0] - u * h[6]) * -n[1] + (h[1] - u * h[7]) * n[0]) / w
    const tv = ((h[3] - v * h[6]) * -n[1] + (h[4] - v * h[7]) * n[0]) / w
    const length = Math.hypot(tu, tv)
    nu = tv / length
    nv = -tu / length
    const residual = nu * (edge.at[0] - u) + nv * (edge.at[1] - v)
    const radial = -(nu * u + nv * v)
    row[0] = (nu * x) / w / scale[0]!
    row[1] = (nu * y) / w / scale[1]!
    row[2] = nu / w
    row[3] = (nv * x) / w / scale[3]!
    row[4] = (nv * y) / w / scale[4]!
    row[5] = nv / w
    row[6] = (radial * x) / w / scale[6]!
    row[7] = (radial * y) / w / scale[7]!
    for (let a = 0; a < 8; a++) {
      const wa = row[a]! * edge.weight
      right[a]! += wa * residual
      for (let b = 0; b < 8; b++) normal[a * 8 + b]! += wa * row[b]!
    }
  }
  const delta = solve(normal, right)
  if (delta === null) return null
  const by = (i: number) => delta[i]! / scale[i]!
  const [a, b, c, d, e, f, g, i, last] = h
  const next: Homography = [
    a + by(0),
    b + by(1),
    c + by(2),
    d + by(3),
    e + by(4),
    f + by(5),
    g + by(6),
    i + by(7),
    last,
  ]
  return hasFiniteEntries(next) ? next : null
}

/** Frees shift and turn only: for something flat that lies on a plane that is known already. */
export const rigidStep: PoseStep = (h, outline, edges) => {
  const normal = new Float64Array(9)
  const right = new Float64Array(3)
  let [cx, cy] = [0, 0]
  for (const { at } of outline) {
    cx += at[0] / outline.length
    cy += at[1] / outline.length
  }
  for (const [i, edge] of edges.entries()) {
    if (edge.weight === 0) continue
    const { at, normal: n } = outline[i]!
    const [x, y] = at
    const w = h[6] * x + h[7] * y + h[8]
    const u = (h[0] * x + h[1] * y + h[2]) / w
    const v = (h[3] * x + h[4] * y + h[5]) / w
    const ux = (h[0] - u * h[6]) / w
    const uy = (h[1] - u * h[7]) / w
    const vx = (h[3] - v * h[6]) / w
    const vy = (h[4] - v * h[7]) / w
    const tu = -ux * n[1] + uy * n[0]
    const tv = -vx * n[1] + vy * n[0]
    const length = Math.hypot(tu, tv)
    const nu = tv / length
    const nv = -tu / length
    const residual = nu * (edge.at[0] - u) + nv * (edge.at[1] - v)
    const alongX = nu * ux + nv * vx
    const alongY = nu * uy + nv * vy
    const row = [alongX, alongY, alongY * (x - cx) - alongX * (y - cy)]
    for (let a = 0; a < 3; a++) {
      right[a]! += row[a]! * edge.weight * residual
      for (let b = 0; b < 3; b++) normal[a * 3 + b]! += row[a]! * row[b]! * edge.weight
    }
  }
  const delta = solve(normal, right)
  if (delta === null || !delta.every(Number.isFinite)) return null
  const [dx, dy, turn] = delta as unknown as [number, number, number]
  const cos = Math.cos(turn)
  const sin = Math.sin(turn)
  return compose(h, [cos, -sin, cx + dx - cos * cx + sin * cy, sin, cos, cy + dy - sin * cx - cos * cy, 0, 0, 1])
}
