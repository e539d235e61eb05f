import { blurred } from './local-means.ts'
import { coarseTone, SHRINK, type SoftStain, seenPlaces, spreadOf, squareAround } from './soft-stains.ts'
import type { SurfaceView } from './surface-view.ts'

/** Each flank of a dent of some 6 mm is so wide, standard deviation; what is wider is light. */
const FLANK_MM = 0.9
const LIGHT_MM = 2.5
const RIM_MM = 2.5
const AROUND_MM = 1.5
/** One flank is lit and the other in shade: both lie within so many mm of its middle. */
const REACH_MM = 1.5
const SHOWN_MM = 5
const LEAST_SPREAD = 0.004
/**
 * By how much the fainter flank differs, natural logarithm, and in spreads of the card: both. On photographs without hands, sleeves and mirrored lamps good
 * cards have up to 0.82 of the lesser on those of even numbers and 0.83 on those of odd ones, on the virtual rig 0.46; a dent of 6.4 mm and 20 % has 1.19.
 */
const MOST = 0.078
const MOST_SPREADS = 7.3

/** The place of a surface that looks most like a dent or a bump; null where too little of it is seen. */
export function deepestDent(view: SurfaceView, tone = coarseTone(view)): SoftStain | null {
  const { width, height } = tone
  const px = (mm: number) => (mm * view.pixelsPerMm) / SHRINK
  const [near] = blurred([tone], px(FLANK_MM))
  const [light] = blurred([tone], px(LIGHT_MM))
  const places = seenPlaces(tone, Math.round(px(RIM_MM)), Math.round(px(AROUND_MM)))
  if (places.length < 100) return null
  const field = new Float32Array(width * height)
  for (const i of places) field[i] = near!.data[i]! - light!.data[i]!
  const spread = spreadOf(
    Float32Array.from(places, i => field[i]!),
    LEAST_SPREAD,
  )
  const reach = Math.round(px(REACH_MM))
  let [best, at] = [0, places[0]!]
  for (const i of places) {
    let [low, high] = [0, 0]
    for (let dy = -reach; dy <= reach; dy++)
      for (let k = i + dy * width - reach; k <= i + dy * width + reach; k++) {
        const one = field[k]!
        if (one < low) low = one
        else if (one > high) high = one
      }
    const fainter = Math.min(-low, high)
    if (fainter > best) [best, at] = [fainter, i]
  }
  return {
    rect: squareAround(at, width, px(1), SHOWN_MM),
    strength: Math.min(best / MOST, best / spread / MOST_SPREADS),
  }
}
