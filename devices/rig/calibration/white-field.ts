import type { WhitePlace } from './flat-field.ts'
import { meanColour, patchAt } from './patch.ts'
import type { Colour, LightPicture } from './picture.ts'
import { type PlaneCamera, pictureOfPlane } from './plane-camera.ts'
import { dotPlaceMm, type TargetDesign } from './target.ts'

/** How the target's white is lit. */
export interface WhiteField {
  /** Linear light of white, mean over the target. */
  readonly white: Colour
  /** Darkest white of the target over the brightest: 1 is even light. */
  readonly evenness: number
  /** Share of places of white where a channel has no more to tell. */
  readonly clipped: number
  /** Standard deviation of the grain in white, over white. */
  readonly grain: number
}

/** With every place of it. */
export interface WhiteSeen extends WhiteField {
  readonly places: readonly WhitePlace[]
}

/** Half the side of a place that is measured. */
const reachPx = 2

/** Measures white in the middle between every four dots. */
export function whiteField(picture: LightPicture, camera: PlaneCamera, target: TargetDesign): WhiteSeen {
  let darkest = Number.POSITIVE_INFINITY
  let brightest = 0
  let clipped = 0
  let grain = 0
  const places: WhitePlace[] = []
  for (const [column, row] of target.dots) {
    const betweenMm = dotPlaceMm(target, [column + 0.5, row + 0.5])
    const atPx = pictureOfPlane(camera, betweenMm)
    const patch = isNearSquare(target, betweenMm) ? null : patchAt(picture, atPx, reachPx)
    if (patch === null) continue
    const { mean, deviation, isClipped } = patch
    const grey = (mean[0] + mean[1] + mean[2]) / 3
    darkest = Math.min(darkest, grey)
    brightest = Math.max(brightest, grey)
    grain += deviation / Math.max(1e-6, grey)
    clipped += Number(isClipped)
    places.push({ atPx, mean })
  }
  const per = Math.max(1, places.length)
  return {
    white: meanColour(places.map(({ mean }) => mean)),
    evenness: brightest > 0 ? darkest / brightest : 0,
    clipped: clipped / per,
    grain: grain / per,
    places,
  }
}

/** Mean and most light of the whole picture; for the dark. */
export function meanLight({ grey }: LightPicture): { readonly mean: number; readonly most: number } {
  let sum = 0
  let most = 0
  for (const light of grey) {
    sum += light
    if (light > most) most = light
  }
  return { mean: sum / grey.length, most }
}

function isNearSquare({ square: { atMm, sideMm } }: TargetDesign, [xMm, yMm]: readonly [number, number]): boolean {
  return Math.max(Math.abs(xMm - atMm[0]), Math.abs(yMm - atMm[1])) < sideMm * 0.75
}
