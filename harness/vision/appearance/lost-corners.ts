import { levelClamped } from '../../imaging/bilinear.ts'
import { type Homography, project } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { ProductProfile, RectMm } from '../../products/profile.ts'
import { logs } from './surface-maps.ts'

/** A corner of the card that does not look as the card does inside of it: cut off, broken off or folded away. */
export interface LostCorner {
  /** mm of the card's front. */
  readonly rect: RectMm
  /** How much of the card's own look is lost there, as a multiple of {@link MOST}. */
  readonly strength: number
}

/** Rings about the corner's middle, mm from its arc: just inside the rim and its bevel, beside the card, and well inside. */
const RIM = [-0.8, -0.35] as const
const BESIDE = [0.6, 1.2] as const
const INSIDE = [-3.2, -2.2] as const
const STEP_MM = 0.1
/** A cut goes through the middle of the arc; inside there is room to both sides. */
const MIDDLE_DEG = [37, 41, 45, 49, 53]
const WIDE_DEG = [30, 38, 45, 52, 60]
/**
 * Part of the way from the card to what lies beside it. Of 22 photographs of good cards none has more than 0.31 but for an over-exposed one
 * (0.6), of 18 others 0.26, and on the virtual rig 0.23; of a corner 3 mm of whose sides are cut off the middle value is 0.82, and 19 of 20 have
 * 0.64 and more.
 */
const MOST = 0.65
/** Card and ground have to differ by so much, natural logarithm of all channels; and where the card is white, nobody knows by how much. */
const LEAST_CONTRAST = 0.4
const CLIPPED = 230
/** The place that is shown, mm. */
const SHOWN_MM = 3

/**
 * How far each corner is lost; one that cannot be told from its ground is left out. Where more than 5 mm are cut off, the place inside is gone
 * as well: the card without them looks like nothing on it (`seeUnlike`).
 */
export function lostCorners(raster: Raster, { card }: ProductProfile, mmToPixels: Homography): LostCorner[] {
  return [0, 1, 2, 3].flatMap(corner => {
    const isRight = corner === 1 || corner === 2
    const isLow = corner >= 2
    const ring = ringsAt(raster, mmToPixels, card, isRight, isLow)
    const [rim, beside, inside] = [ring(RIM, MIDDLE_DEG), ring(BESIDE, MIDDLE_DEG), ring(INSIDE, WIDE_DEG)]
    if (rim === null || beside === null || inside === null || inside.brightest > CLIPPED) return []
    const whole = inside.tones.map((tone, i) => tone - beside.tones[i]!)
    const contrast = Math.hypot(...whole)
    if (contrast < LEAST_CONTRAST) return []
    const along = whole.reduce((sum, one, i) => sum + one * (rim.tones[i]! - beside.tones[i]!), 0)
    const rect = {
      x: isRight ? card.width - SHOWN_MM : 0,
      y: isLow ? card.height - SHOWN_MM : 0,
      width: SHOWN_MM,
      height: SHOWN_MM,
    }
    return [{ rect, strength: (1 - along / contrast ** 2) / MOST }]
  })
}

/** Mean logarithms of each channel over a ring about a corner; null where it leaves the picture. */
function ringsAt(
  raster: Raster,
  mmToPixels: Homography,
  { width, height, cornerRadius }: ProductProfile['card'],
  isRight: boolean,
  isLow: boolean,
) {
  const [middleX, middleY] = [
    isRight ? width - cornerRadius : cornerRadius,
    isLow ? height - cornerRadius : cornerRadius,
  ]
  return ([from, to]: readonly [number, number], anglesDeg: readonly number[]) => {
    const tones = new Array<number>(raster.channels).fill(0)
    let [count, brightest] = [0, 0]
    for (const angleDeg of anglesDeg) {
      const angle = (angleDeg * Math.PI) / 180
      for (let off = from; off <= to; off += STEP_MM) {
        const radius = cornerRadius + off
        const [x, y] = project(mmToPixels, [
          middleX + (isRight ? radius : -radius) * Math.cos(angle),
          middleY + (isLow ? radius : -radius) * Math.sin(angle),
        ])
        if (!(x > 1 && y > 1 && x < raster.width - 2 && y < raster.height - 2)) return null
        for (let channel = 0; channel < raster.channels; channel++) {
          const level = Math.round(levelClamped(raster, x, y, channel))
          tones[channel]! += logs[level]!
          brightest += level
        }
        count++
      }
    }
    return { tones: tones.map(tone => tone / count), brightest: brightest / count / raster.channels }
  }
}
