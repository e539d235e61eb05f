import type { WhitePlace } from './flat-field.ts'
import { clippedAt, type LightPicture } from './picture.ts'
import { type PlaneCamera, project } from './plane-camera.ts'
import { dotPlace, type TargetDesign } from './target.ts'

/** How the target's white is lit. */
export interface WhiteField {
  /** Linear light of white, mean over the target, R, G, B: 0 … 1 of what the camera can tell. */
  readonly white: readonly [number, number, number]
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

/** Half the side of a place that is measured, px. */
const reach = 2

/** Measures white in the middle between every four dots. */
export function whiteField(picture: LightPicture, camera: PlaneCamera, target: TargetDesign): WhiteSeen {
  const sum = [0, 0, 0]
  let darkest = Number.POSITIVE_INFINITY
  let brightest = 0
  let clipped = 0
  let grain = 0
  const places: WhitePlace[] = []
  for (const [column, row] of target.dots) {
    const away = [column + 0.5, row + 0.5] as const
    const [mmX, mmY] = dotPlace(target, away)
    if (nearSquare(target, mmX, mmY)) continue
    const [x, y] = project(camera, [mmX, mmY])
    const px = Math.round(x - 0.5)
    const py = Math.round(y - 0.5)
    if (px < reach || py < reach || px >= picture.width - reach || py >= picture.height - reach) continue
    const { mean, deviation, isClipped } = placeAt(picture, px, py)
    for (const c of [0, 1, 2] as const) sum[c]! += mean[c]
    const grey = (mean[0] + mean[1] + mean[2]) / 3
    darkest = Math.min(darkest, grey)
    brightest = Math.max(brightest, grey)
    grain += deviation / Math.max(1e-6, grey)
    if (isClipped) clipped++
    places.push({ at: [x, y], mean })
  }
  const per = Math.max(1, places.length)
  return {
    white: [sum[0]! / per, sum[1]! / per, sum[2]! / per],
    evenness: brightest > 0 ? darkest / brightest : 0,
    clipped: clipped / per,
    grain: grain / per,
    places,
  }
}

/** Mean light and grain of the whole picture; for the dark. */
export function meanLight({ grey }: LightPicture): { readonly mean: number; readonly most: number } {
  let sum = 0
  let most = 0
  for (const value of grey) {
    sum += value
    if (value > most) most = value
  }
  return { mean: sum / grey.length, most }
}

function nearSquare({ square }: TargetDesign, x: number, y: number): boolean {
  return Math.max(Math.abs(x - square.at[0]), Math.abs(y - square.at[1])) < square.sideMm * 0.75
}

function placeAt(
  { width, rgb, grey }: LightPicture,
  px: number,
  py: number,
): { mean: readonly [number, number, number]; deviation: number; isClipped: boolean } {
  const mean: [number, number, number] = [0, 0, 0]
  let sum = 0
  let squares = 0
  let isClipped = false
  const count = (2 * reach + 1) ** 2
  for (let y = py - reach; y <= py + reach; y++) {
    for (let x = px - reach; x <= px + reach; x++) {
      const i = y * width + x
      for (const c of [0, 1, 2] as const) {
        mean[c] += rgb[3 * i + c]! / count
        if (rgb[3 * i + c]! >= clippedAt) isClipped = true
      }
      sum += grey[i]!
      squares += grey[i]! ** 2
    }
  }
  const variance = Math.max(0, squares / count - (sum / count) ** 2)
  return { mean, deviation: Math.sqrt(variance), isClipped }
}
