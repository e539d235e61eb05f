import { throughLens } from '../../../harness/imaging/lens.ts'
import { inverseRotation, minus, rotate, type Vector3 } from './pose.ts'
import type { Scene } from './scene.ts'
import type { SceneView } from './scene-view.ts'

/** Where a point of the card's frame appears in the picture, px, pixel-corner origin. */
export function pixelOf(scene: Scene, view: SceneView, point: Vector3): readonly [number, number] {
  const { k1, k2 } = scene.truth.lens
  const ray = rotate(inverseRotation(view.toCard), minus(point, view.eye))
  const [x, y] = view.axisPx
  return throughLens({ k1, k2, centrePx: view.axisPx }, scene.size, [
    x + (view.focalPx * ray[0]) / -ray[2],
    y + (view.focalPx * ray[1]) / -ray[2],
  ])
}
