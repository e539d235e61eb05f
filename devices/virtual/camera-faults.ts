import type { Faults } from './faults.ts'
import type { Scene } from './optics/scene.ts'
import type { CardPlacement } from './placement.ts'
import { seededRandom } from './seeded-random.ts'

/** What a slow camera takes longer, ms of real time. */
export const slowCameraMs = 2500

/** How far a shaking bench moves during an exposure, and how far it is off in between, mm. */
const shakeMm = 0.6
/** What a camera does to neutral grey that takes candlelight for white. */
const wrongGains = [0.62, 1, 1.5] as const
/** Where a card comes to lie that was pushed. */
const pushed = { xMm: 6.5, yMm: -4.5, rotationDeg: 7 }

/** The picture as it is taken with what is wrong with camera and bench at this moment. */
export function strikeScene(scene: Scene, faults: Faults): Scene {
  const [red, green, blue] = scene.truth.sensor.whiteBalance
  const { sensor } = scene.truth
  const random = seededRandom(scene.seed, 9, scene.shot)
  const isShaking = faults.has('vibration')
  return {
    ...scene,
    dark: faults.has('dark-frame'),
    blurred: faults.has('blurred-frame'),
    shakeMm: isShaking ? shakeMm : 0,
    carriage: isShaking
      ? { ...scene.carriage, xMm: scene.carriage.xMm + shakeMm * (2 * random.uniform() - 1) }
      : scene.carriage,
    truth: faults.has('wrong-white-balance')
      ? {
          ...scene.truth,
          sensor: {
            ...sensor,
            whiteBalance: [red * wrongGains[0], green * wrongGains[1], blue * wrongGains[2]],
          },
        }
      : scene.truth,
  }
}

/** Where the card lies once somebody pushed it. */
export function strikePlacement(placement: CardPlacement, faults: Faults): CardPlacement {
  if (!faults.has('card-shifted')) return placement
  return {
    ...placement,
    xMm: placement.xMm + pushed.xMm,
    yMm: placement.yMm + pushed.yMm,
    rotationDeg: placement.rotationDeg + pushed.rotationDeg,
  }
}

/** What arrives of a JPEG when the transfer breaks in the middle of its pixels: looks whole from outside. */
export function tear(jpeg: Uint8Array): Uint8Array {
  const cut = Math.floor(0.55 * jpeg.length)
  return Uint8Array.from([...jpeg.subarray(0, cut), 0xff, 0xd9])
}
