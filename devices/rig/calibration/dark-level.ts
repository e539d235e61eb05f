import { meanColour, patchAt } from './patch.ts'
import type { Colour, LightPicture } from './picture.ts'
import { type PlaneCamera, pictureOfPlane } from './plane-camera.ts'
import { dotPlaceMm, isKey, type TargetDesign } from './target.ts'

/** Half the side of the place that is measured in the middle of a dot. */
const reachPx = 1

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

/** Mean of the middles of the dots, which are printed as black as the printer can. */
export function blackOf(picture: LightPicture, camera: PlaneCamera, target: TargetDesign): Colour {
  const middles = target.dots
    .filter(step => !isKey(step))
    .flatMap(step => patchAt(picture, pictureOfPlane(camera, dotPlaceMm(target, step)), reachPx) ?? [])
  return meanColour(middles.map(({ mean }) => mean))
}
