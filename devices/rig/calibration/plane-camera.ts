import { type Homography, invert, project } from '../../../harness/imaging/homography.ts'
import { leastSquares, linearLeastSquares } from '../../../harness/imaging/least-squares.ts'
import { type LensTerms, throughLens, withoutLens } from '../../../harness/imaging/lens.ts'
import type { Point } from '../../../harness/imaging/quad.ts'
import type { SizePx } from '../../../harness/imaging/raster.ts'
import type { SeenDot } from './find-target.ts'

/** How a camera shows one plane: perspective, then the lens. */
export interface PlaneCamera extends LensTerms {
  readonly size: SizePx
  /** mm of the plane → px, as it would be without the lens. */
  readonly perspective: Homography
}

/** What a fit is worth. */
export interface PlaneFit {
  readonly camera: PlaneCamera
  readonly points: number
  readonly rmsPx: number
  readonly worstPx: number
  readonly terms: FittedTerms
}

/** Lens terms that the residuals asked for, each with all that stand before it. */
export const fittedTerms = ['none', 'k1', 'k2', 'centre'] as const
export type FittedTerms = (typeof fittedTerms)[number]

/**
 * F of a term, its share of the squared residuals over that of one free observation: below this it may describe noise.
 * Chance alone passes it once in 120 fits, and such a term is then no larger than the grain. A share of the whole would
 * grow blind with the number of dots: 0.16 px at the picture's edge take only a twentieth off 0.07 px of grain.
 */
const worthwhileF = 7
/** Finer than the places of dots are known, no term is asked for. */
const fineEnoughPx = 0.015

/** Where the camera shows a point of the plane, px. */
export function pictureOfPlane(camera: PlaneCamera, pointMm: Point): Point {
  return throughLens(camera, camera.size, project(camera.perspective, pointMm))
}

/** Which point of the plane the camera shows at a place of the picture, mm. */
export function planeOfPicture(camera: PlaneCamera, pointPx: Point): Point {
  return project(invert(camera.perspective), withoutLens(camera, camera.size, pointPx))
}

/** px that one mm takes at a point of the plane: mean over directions. */
export function pixelsPerMm(camera: PlaneCamera, [xMm, yMm]: Point): number {
  const at = pictureOfPlane(camera, [xMm, yMm])
  const right = pictureOfPlane(camera, [xMm + 0.5, yMm])
  const down = pictureOfPlane(camera, [xMm, yMm + 0.5])
  const area = (right[0] - at[0]) * (down[1] - at[1]) - (right[1] - at[1]) * (down[0] - at[0])
  return 2 * Math.sqrt(Math.abs(area))
}

/**
 * Fits perspective and as much of the lens as the residuals ask for: a term is taken in only when an F-test finds it in
 * them, or it would describe the noise of this one photograph.
 */
export function fitPlaneCamera(dots: readonly SeenDot[], size: SizePx): PlaneFit {
  let best = fitWith(dots, size, affineStart(dots), 'none')
  for (const terms of fittedTerms.slice(1)) {
    if (best.fit.rmsPx < fineEnoughPx) break
    const next = fitWith(dots, size, best.parameters, terms)
    if (gainF(best, next, 2 * dots.length) < worthwhileF) continue
    best = next
  }
  return best.fit
}

/** The F statistic of the parameters that `next` has and `best` has not, over `observations` coordinates. */
function gainF(best: Fitted, next: Fitted, observations: number): number {
  const left = next.fit.rmsPx ** 2 / (observations - next.parameters.length)
  return (best.fit.rmsPx ** 2 - next.fit.rmsPx ** 2) / (next.parameters.length - best.parameters.length) / left
}

interface Fitted {
  readonly fit: PlaneFit
  readonly parameters: readonly number[]
}

/** By how much each parameter is moved for its derivative: eight of perspective, k1, k2, and the centre. */
const steps = [1e-5, 1e-5, 1e-4, 1e-5, 1e-5, 1e-4, 1e-9, 1e-9, 1e-6, 1e-6, 1e-3, 1e-3]

function fitWith(dots: readonly SeenDot[], size: SizePx, start: readonly number[], terms: FittedTerms): Fitted {
  const free = { none: 8, k1: 9, k2: 10, centre: 12 }[terms]
  const cameraOf = ([a, b, c, d, e, f, g, h, k1 = 0, k2 = 0, x = 0, y = 0]: readonly number[]): PlaneCamera => ({
    size,
    perspective: [a!, b!, c!, d!, e!, f!, g!, h!, 1],
    k1,
    k2,
    centrePx: [size.width / 2 + x, size.height / 2 + y],
  })
  const residuals = (parameters: readonly number[], into: Float64Array): void => {
    const camera = cameraOf(parameters)
    for (const [i, { placeMm, atPx }] of dots.entries()) {
      const [x, y] = pictureOfPlane(camera, placeMm)
      into[2 * i] = x - atPx[0]
      into[2 * i + 1] = y - atPx[1]
    }
  }
  const from = Array.from({ length: free }, (_, i) => start[i] ?? 0)
  const parameters = leastSquares(from, 2 * dots.length, residuals, steps.slice(0, free))
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
  const along = (axis: 0 | 1) =>
    linearLeastSquares(3, observe => {
      for (const { placeMm, atPx } of dots) observe([...placeMm, 1], atPx[axis])
    }) ?? [0, 0, 0]
  return [...along(0), ...along(1), 0, 0]
}
