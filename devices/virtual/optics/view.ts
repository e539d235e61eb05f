import { throughLens } from '../../../harness/imaging/lens.ts'
import { seededRandom } from '../random.ts'
import { lean, minus, multiply, type Rotation, rotate, transpose, turn, type Vector } from './pose.ts'
import type { Scene } from './scene.ts'

/**
 * Where camera, bench and card stand to each other in one photograph. The card's own frame has its origin in the middle
 * of the bench surface under it, x along its long side, y down, z up; its face lies at z = thickness.
 */
export interface View {
  /** Lens, in the card's frame. */
  readonly eye: Vector
  /** The rig's upright, in the card's frame. */
  readonly up: Vector
  /** A direction of the camera (x right, y down, −1) into the card's frame. */
  readonly toCard: Rotation
  /** A point of the rig into the card's frame. */
  readonly place: (point: Vector) => Vector
  /** Focal length in pixels. */
  readonly focalPx: number
  /** Optical axis in the picture, pixel-corner origin. */
  readonly axisPx: readonly [number, number]
}

/** @param scene without a card, the view is of the empty nest */
export function viewOf(scene: Scene): View {
  const { truth, size, carriage, placement } = scene
  const { mount, sensor, lens } = truth
  const random = seededRandom(scene.seed, 2, scene.shot)
  const shake = (): number => mount.jitterMm * random.normal()
  const card = placement ?? { xMm: 0, yMm: 0, rotationDeg: 0, tiltDeg: 0, tiltTowardsDeg: 0 }

  const bench = multiply(lean(card.tiltDeg, card.tiltTowardsDeg), turn(card.rotationDeg))
  // The stage moves the nest; its y axis points up in the picture.
  const middle: Vector = [
    card.xMm + carriage.xMm - mount.axisAt.xMm + shake(),
    card.yMm - (carriage.yMm - mount.axisAt.yMm) + shake(),
    0,
  ]
  const lensAt: Vector = [0, 0, mount.heightMm + carriage.zMm - mount.axisAt.zMm + shake()]
  const look = multiply(
    turn(mount.rollDeg + mount.jitterDeg * random.normal()),
    lean(mount.tiltDeg + mount.jitterDeg * random.normal(), mount.tiltTowardsDeg),
  )
  const toCard = transpose(bench)
  const place = (point: Vector): Vector => rotate(toCard, minus(point, middle))
  const pxPerMm = size.width / sensor.widthMm
  return {
    eye: place(lensAt),
    up: rotate(toCard, [0, 0, 1]),
    toCard: multiply(toCard, transpose(look)),
    place,
    focalPx: lens.focalMm * pxPerMm,
    axisPx: [size.width / 2 + sensor.axisMm[0] * pxPerMm, size.height / 2 + sensor.axisMm[1] * pxPerMm],
  }
}

/** Where a point of the card's frame appears in the picture, px, pixel-corner origin. */
export function pictureOf(scene: Scene, view: View, point: Vector): readonly [number, number] {
  const { k1, k2 } = scene.truth.lens
  const ray = rotate(transpose(view.toCard), minus(point, view.eye))
  const [x, y] = view.axisPx
  return throughLens({ k1, k2, centrePx: view.axisPx }, scene.size, [
    x + (view.focalPx * ray[0]) / -ray[2],
    y + (view.focalPx * ray[1]) / -ray[2],
  ])
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
