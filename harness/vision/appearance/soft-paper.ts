import { midpoint, ranked } from '../../imaging/quantile.ts'
import { blurred, halved } from './local-means.ts'
import { LEAST_SPREAD, SHRINK, type SoftStain, SPREADS, seenPlaces } from './soft-stains.ts'
import { toneOf } from './surface-maps.ts'
import type { SurfaceView } from './surface-view.ts'

/** A darker or a brighter place of paper, without an edge: a bubble, a dent, a stain. */
export interface SoftPlace extends SoftStain {
  readonly isBright: boolean
}

/** Each flank of a bubble of 5 mm is so wide, standard deviation; what is wider is light. */
const PLACE_MM = 0.7
const LIGHT_MM = 2.2
/** Paper bends towards its rim. */
const RIM_MM = 2
const AROUND_MM = 1
const SHOWN_MM = 2.5
/** Of a column or a row so much has to be in view to tell how the sheet bends there. */
const LEAST_SHARE = 0.5
/**
 * By how much it differs, natural logarithm, and in spreads of the sheet: both, or the lesser of them.
 */
const MOST = 0.03
const MOST_SPREADS = 5.5

/** The darkest and the brightest soft place of a sheet, beside what is printed there; none where too little of it is seen. */
export function softPlaces(view: SurfaceView): SoftPlace[] {
  const tone = halved(halved(toneOf(view.raster, view.valid)))
  const { width, height } = tone
  const px = (mm: number) => (mm * view.pixelsPerMm) / SHRINK
  const [near] = blurred([tone], px(PLACE_MM))
  const [light] = blurred([tone], px(LIGHT_MM))
  const places = seenPlaces(tone, Math.round(px(RIM_MM)), Math.round(px(AROUND_MM)))
  if (places.length < 100) return []
  const field = new Float32Array(width * height).fill(Number.NaN)
  for (const i of places) field[i] = near!.data[i]! - light!.data[i]!
  lessMiddles(field, width, height, 1, width)
  lessMiddles(field, height, width, width, 1)
  const values = Float32Array.from(places, i => field[i]!)
  const share = (part: number) => ranked(values, Math.floor(part * values.length))
  const spread = Math.max(LEAST_SPREAD, SPREADS * (share(0.9) - share(0.1)))
  return [false, true].map(isBright => {
    const at = places.reduce((best, i) => (isBright === field[i]! > field[best]! ? i : best), places[0]!)
    const [x, y] = [at % width, Math.floor(at / width)].map(one => one / px(1) - SHOWN_MM / 2) as [number, number]
    const most = Math.abs(field[at]!)
    const isSo = field[at]! > 0 === isBright
    return {
      rect: { x, y, width: SHOWN_MM, height: SHOWN_MM },
      strength: isSo ? Math.min(most / MOST, most / spread / MOST_SPREADS) : 0,
      isBright,
    }
  })
}

/** A bent sheet is lit alike along its whole length: each line of samples less its own middle. @param count of the lines */
function lessMiddles(field: Float32Array, count: number, length: number, across: number, along: number): void {
  for (let line = 0; line < count; line++) {
    const seen: number[] = []
    for (let k = 0, i = line * across; k < length; k++, i += along) if (!Number.isNaN(field[i]!)) seen.push(field[i]!)
    if (seen.length < LEAST_SHARE * length) continue
    const middle = midpoint(seen)
    for (let k = 0, i = line * across; k < length; k++, i += along) field[i]! -= middle
  }
}
