import type { WhitePlace } from './flat-field.ts'
import type { LightPicture } from './picture.ts'
import { type PlaneCamera, project } from './plane-camera.ts'
import { dotPlace, isKey, type TargetDesign } from './target.ts'

type Colour = readonly [number, number, number]

/** Half the side of the place that is measured in the middle of a dot, px. */
const reach = 1

/**
 * Light that the camera tells where there is none, R, G, B.
 *
 * The light of the room makes a dark photograph brighter than that, but it makes white brighter by more than black, and by
 * the same factor as the lamp does. So two photographs of the target at one exposure, one with the lamp and one without,
 * say what is left where no light at all falls: o = (b₀ − βw₀) / (1 − β), with β = (b₁ − b₀) / (w₁ − w₀), for black b and
 * white w with (1) and without (0) the lamp.
 */
export function darkLevel(
  lit: { readonly white: Colour; readonly black: Colour },
  unlit: { readonly white: Colour; readonly black: Colour },
): Colour {
  const level = (c: 0 | 1 | 2): number => {
    const share = (lit.black[c] - unlit.black[c]) / Math.max(1e-6, lit.white[c] - unlit.white[c])
    return Math.max(0, (unlit.black[c] - share * unlit.white[c]) / Math.max(1e-6, 1 - share))
  }
  return [level(0), level(1), level(2)]
}

/** Mean of places of white. */
export function whiteOf(places: readonly WhitePlace[]): Colour {
  const mean = (c: 0 | 1 | 2) => places.reduce((sum, place) => sum + place.mean[c], 0) / Math.max(1, places.length)
  return [mean(0), mean(1), mean(2)]
}

/** Mean of the middles of the dots, which are printed as black as the printer can. */
export function blackOf({ width, height, rgb }: LightPicture, camera: PlaneCamera, target: TargetDesign): Colour {
  const sum: [number, number, number] = [0, 0, 0]
  let count = 0
  for (const step of target.dots) {
    const [x, y] = project(camera, dotPlace(target, step))
    const px = Math.round(x - 0.5)
    const py = Math.round(y - 0.5)
    if (px < reach || py < reach || px >= width - reach || py >= height - reach || isKey(step)) continue
    for (let j = py - reach; j <= py + reach; j++) {
      for (let i = px - reach; i <= px + reach; i++) {
        for (const c of [0, 1, 2] as const) sum[c] += rgb[3 * (j * width + i) + c]!
        count++
      }
    }
  }
  const per = Math.max(1, count)
  return [sum[0] / per, sum[1] / per, sum[2] / per]
}
