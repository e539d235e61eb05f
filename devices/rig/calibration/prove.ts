import type { CalibrationContent as Content } from './calibration.ts'
import type { SeenDot } from './find-target.ts'
import { type PlaneCamera, unproject } from './plane-camera.ts'
import type { Point } from './target.ts'

/**
 * Measures the second target with the calibration and lays its true places over it: what is left is what the
 * calibration is off by. Only where the target lies is free, and its size, which says by how much the scale is off.
 */
export function prove(camera: PlaneCamera, dots: readonly SeenDot[]): NonNullable<Content['verification']> {
  const seen = dots.map(({ at }) => unproject(camera, at))
  const middleOf = (points: readonly Point[]): Point =>
    scaled(
      points.reduce<Point>(([a, b], [c, d]) => [a + c, b + d], [0, 0]),
      1 / points.length,
    )
  const seenMiddle = middleOf(seen)
  const trueMiddle = middleOf(dots.map(({ place }) => place))
  // Similarity as a complex number a + ib: seen ≈ (a + ib) · true.
  let a = 0
  let b = 0
  let power = 0
  for (const [i, { place }] of dots.entries()) {
    const u = place[0] - trueMiddle[0]
    const v = place[1] - trueMiddle[1]
    const p = seen[i]![0] - seenMiddle[0]
    const q = seen[i]![1] - seenMiddle[1]
    a += u * p + v * q
    b += u * q - v * p
    power += u * u + v * v
  }
  a /= power
  b /= power
  const scale = Math.hypot(a, b)
  const off = dots.map(({ place }, i) => {
    const u = place[0] - trueMiddle[0]
    const v = place[1] - trueMiddle[1]
    // The scale is judged by itself, and stays in what is off.
    const x = seenMiddle[0] + (a * u - b * v) / scale - seen[i]![0]
    const y = seenMiddle[1] + (b * u + a * v) / scale - seen[i]![1]
    return Math.hypot(x, y)
  })
  return {
    points: dots.length,
    rmsMm: Math.sqrt(off.reduce((sum, d) => sum + d * d, 0) / off.length),
    worstMm: Math.max(...off),
    scalePercent: 100 * (scale - 1),
  }
}

const scaled = ([x, y]: Point, by: number): Point => [x * by, y * by]
