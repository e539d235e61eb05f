import { leastSquares, solve } from '../../../harness/imaging/least-squares.ts'
import type { SeenDot } from './find-target.ts'
import type { Point } from './target.ts'

/**
 * How a camera shows one plane: perspective, then the lens. A point (x, y) of the plane, mm, is at
 * `c + (p − c)(1 + k1 r² + k2 r⁴)`, where p is its perspective picture and r its distance from c, 1 at half the
 * picture's diagonal. px are counted from the picture's upper left corner.
 */
export interface PlaneCamera {
  readonly size: { readonly width: number; readonly height: number }
  /** Row by row; the last of nine is 1. mm → px. */
  readonly perspective: readonly number[]
  readonly k1: number
  readonly k2: number
  /** Middle of the lens, px. */
  readonly centre: Point
}

/** What a fit is worth. */
export interface PlaneFit {
  readonly camera: PlaneCamera
  readonly points: number
  readonly rmsPx: number
  readonly worstPx: number
  /** Lens terms that the residuals asked for. */
  readonly terms: LensTerms
}

/** Each with all that stand before it. */
export const lensTerms = ['none', 'k1', 'k2', 'centre'] as const
export type LensTerms = (typeof lensTerms)[number]

/** A term that takes less than this share off the residuals describes noise. */
const worthwhile = 0.1
/** px; finer than the places of dots are known, no term is asked for. */
const fineEnoughPx = 0.015

/** Where the camera shows a point of the plane, px. */
export function project(camera: PlaneCamera, [x, y]: Point): Point {
  const { perspective: h, k1, k2, centre, size } = camera
  const w = h[6]! * x + h[7]! * y + 1
  const dx = (h[0]! * x + h[1]! * y + h[2]!) / w - centre[0]
  const dy = (h[3]! * x + h[4]! * y + h[5]!) / w - centre[1]
  const r2 = (4 * (dx * dx + dy * dy)) / (size.width ** 2 + size.height ** 2)
  const bend = 1 + k1 * r2 + k2 * r2 * r2
  return [centre[0] + bend * dx, centre[1] + bend * dy]
}

/** Which point of the plane the camera shows at a place of the picture, mm. */
export function unproject(camera: PlaneCamera, [px, py]: Point): Point {
  const { perspective: h, k1, k2, centre, size } = camera
  const bentX = px - centre[0]
  const bentY = py - centre[1]
  let bend = 1
  for (let pass = 0; pass < 12; pass++) {
    const r2 = (4 * (bentX ** 2 + bentY ** 2)) / bend ** 2 / (size.width ** 2 + size.height ** 2)
    bend = 1 + k1 * r2 + k2 * r2 * r2
  }
  const u = centre[0] + bentX / bend
  const v = centre[1] + bentY / bend
  const [x, y] = solve2(
    h[0]! - u * h[6]!,
    h[1]! - u * h[7]!,
    h[3]! - v * h[6]!,
    h[4]! - v * h[7]!,
    u - h[2]!,
    v - h[5]!,
  )
  return [x, y]
}

/** px that one mm takes at a point of the plane: mean over directions. */
export function pixelsPerMm(camera: PlaneCamera, [x, y]: Point): number {
  const at = project(camera, [x, y])
  const right = project(camera, [x + 0.5, y])
  const down = project(camera, [x, y + 0.5])
  const area = (right[0] - at[0]) * (down[1] - at[1]) - (right[1] - at[1]) * (down[0] - at[0])
  return 2 * Math.sqrt(Math.abs(area))
}

/**
 * Fits perspective and as much of the lens as the residuals ask for: a term is taken in only when it takes a tenth off
 * them, or it would describe the noise of this one photograph.
 */
export function fitPlaneCamera(dots: readonly SeenDot[], size: PlaneCamera['size']): PlaneFit {
  let best = fitWith(dots, size, affineStart(dots), 'none')
  for (const terms of lensTerms.slice(1)) {
    if (best.fit.rmsPx < fineEnoughPx) break
    const next = fitWith(dots, size, best.parameters, terms)
    if (next.fit.rmsPx > (1 - worthwhile) * best.fit.rmsPx) continue
    best = next
  }
  return best.fit
}

interface Fitted {
  readonly fit: PlaneFit
  readonly parameters: readonly number[]
}

function fitWith(
  dots: readonly SeenDot[],
  size: PlaneCamera['size'],
  start: readonly number[],
  terms: LensTerms,
): Fitted {
  const free = { none: 8, k1: 9, k2: 10, centre: 12 }[terms]
  const middle: Point = [size.width / 2, size.height / 2]
  const cameraOf = (p: readonly number[]): PlaneCamera => ({
    size,
    perspective: [...p.slice(0, 8), 1],
    k1: p[8] ?? 0,
    k2: p[9] ?? 0,
    centre: [middle[0] + (p[10] ?? 0), middle[1] + (p[11] ?? 0)],
  })
  const residuals = (p: readonly number[], into: Float64Array): void => {
    const camera = cameraOf(p)
    for (const [i, { place, at }] of dots.entries()) {
      const [x, y] = project(camera, place)
      into[2 * i] = x - at[0]
      into[2 * i + 1] = y - at[1]
    }
  }
  const steps = [1e-5, 1e-5, 1e-4, 1e-5, 1e-5, 1e-4, 1e-9, 1e-9, 1e-6, 1e-6, 1e-3, 1e-3].slice(0, free)
  const from = Array.from({ length: free }, (_, i) => start[i] ?? 0)
  const { parameters } = leastSquares(from, 2 * dots.length, residuals, steps)
  const left = new Float64Array(2 * dots.length)
  residuals(parameters, left)
  const distances = dots.map((_, i) => Math.hypot(left[2 * i]!, left[2 * i + 1]!))
  const rmsPx = Math.sqrt(distances.reduce((sum, d) => sum + d * d, 0) / distances.length)
  return {
    parameters,
    fit: { camera: cameraOf(parameters), points: dots.length, rmsPx, worstPx: Math.max(...distances), terms },
  }
}

/** Without perspective and lens: solved at once. */
function affineStart(dots: readonly SeenDot[]): number[] {
  const basis = dots.map(({ place }) => [place[0], place[1], 1])
  const normal = [0, 1, 2].map(i => [0, 1, 2].map(j => basis.reduce((sum, b) => sum + b[i]! * b[j]!, 0)))
  const along = (axis: 0 | 1) =>
    solve(
      normal,
      [0, 1, 2].map(i => basis.reduce((sum, b, k) => sum + b[i]! * dots[k]!.at[axis], 0)),
    )
  return [...along(0), ...along(1), 0, 0]
}

function solve2(a: number, b: number, c: number, d: number, e: number, f: number): Point {
  const det = a * d - b * c
  return [(e * d - b * f) / det, (a * f - e * c) / det]
}
