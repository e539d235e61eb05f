import { fitSimilarity, restAfterTurn } from '../../../harness/imaging/similarity.ts'
import type { CalibrationContent as Content } from './calibration.ts'
import type { SeenDot } from './find-target.ts'
import { type PlaneCamera, planeOfPicture } from './plane-camera.ts'

/**
 * Measures the second target with the calibration and lays its true places over it: what is left is what the
 * calibration is off by. Only where the target lies is free, and its size, which says by how much the scale is off:
 * the scale is judged by itself, and stays in what is off.
 */
export function prove(camera: PlaneCamera, dots: readonly SeenDot[]): NonNullable<Content['verification']> {
  const trueMm = dots.map(({ placeMm }) => placeMm)
  const seenMm = dots.map(({ atPx }) => planeOfPicture(camera, atPx))
  const fit = fitSimilarity(trueMm, seenMm)
  const offMm = restAfterTurn(trueMm, seenMm, fit).map(([x, y]) => Math.hypot(x, y))
  return {
    points: dots.length,
    rmsMm: Math.sqrt(offMm.reduce((sum, d) => sum + d * d, 0) / offMm.length),
    worstMm: Math.max(...offMm),
    scalePercent: 100 * (fit.scale - 1),
  }
}
