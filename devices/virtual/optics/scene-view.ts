import { seededRandom } from '../seeded-random.ts'
import { inverseRotation, lean, minus, multiply, type Rotation, rotate, turnBy, type Vector3 } from './pose.ts'
import type { Scene } from './scene.ts'

/**
 * Where camera, bench and card stand to each other in one photograph. The card's own frame has its origin in the middle
 * of the bench surface under it, x along its long side, y down, z up; its face lies at z = thickness.
 */
export interface SceneView {
  /** Lens, in the card's frame. */
  readonly eye: Vector3
  /** The rig's upright, in the card's frame. */
  readonly up: Vector3
  /** A direction of the camera (x right, y down, −1) into the card's frame. */
  readonly toCard: Rotation
  /** A point of the rig into the card's frame. */
  readonly place: (point: Vector3) => Vector3
  /** Focal length in pixels. */
  readonly focalPx: number
  /** Optical axis in the picture, pixel-corner origin. */
  readonly axisPx: readonly [number, number]
}

/** @param scene without a card, the view is of the empty nest */
export function viewOfScene(scene: Scene): SceneView {
  const { truth, size, carriage, placement } = scene
  const { mount, sensor, lens } = truth
  const random = seededRandom(scene.seed, 2, scene.shot)
  const shake = (): number => mount.jitterMm * random.normal()
  const card = placement ?? { xMm: 0, yMm: 0, rotationDeg: 0, tiltDeg: 0, tiltTowardsDeg: 0 }

  const bench = multiply(lean(card.tiltDeg, card.tiltTowardsDeg), turnBy(card.rotationDeg))
  // The stage moves the nest; its y axis points up in the picture.
  const middle: Vector3 = [
    card.xMm + carriage.xMm - mount.axisAt.xMm + shake(),
    card.yMm - (carriage.yMm - mount.axisAt.yMm) + shake(),
    0,
  ]
  const lensAt: Vector3 = [0, 0, mount.heightMm + carriage.zMm - mount.axisAt.zMm + shake()]
  const look = multiply(
    turnBy(mount.rollDeg + mount.jitterDeg * random.normal()),
    lean(mount.tiltDeg + mount.jitterDeg * random.normal(), mount.tiltTowardsDeg),
  )
  const toCard = inverseRotation(bench)
  const place = (point: Vector3): Vector3 => rotate(toCard, minus(point, middle))
  const pxPerMm = size.width / sensor.widthMm
  return {
    eye: place(lensAt),
    up: rotate(toCard, [0, 0, 1]),
    toCard: multiply(toCard, inverseRotation(look)),
    place,
    focalPx: lens.focalMm * pxPerMm,
    axisPx: [size.width / 2 + sensor.axisMm[0] * pxPerMm, size.height / 2 + sensor.axisMm[1] * pxPerMm],
  }
}

/**
 * Straightens what the lens bends: by how much a picture point at squared radius i / (steps − 1) · limit, r = 1 at half
 * the diagonal, lies nearer to the axis in the ideal picture.
 */
export function straightening(k1: number, k2: number, limit: number, steps: number): Float64Array {
  const table = new Float64Array(steps)
  for (let i = 0; i < steps; i++) {
    const bent = Math.sqrt((i / (steps - 1)) * limit)
    let ideal = bent
    for (let pass = 0; pass < 12; pass++) ideal = bent / (1 + k1 * ideal ** 2 + k2 * ideal ** 4)
    table[i] = bent === 0 ? 1 : ideal / bent
  }
  return table
}
