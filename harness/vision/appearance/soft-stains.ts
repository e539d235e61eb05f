import { ranked } from '../../imaging/quantile.ts'
import type { RectMm } from '../../products/profile.ts'
import { blurred, boxSum, type Field, halved } from './local-means.ts'
import { toneOf } from './surface-maps.ts'
import type { SurfaceView } from './surface-view.ts'

/** A darker place without an edge, some millimetres wide. */
export interface SoftStain {
  /** mm from the surface's top left corner. */
  readonly rect: RectMm
  /** As a multiple of the most that good cards show. */
  readonly strength: number
}

/** A stain is so wide, standard deviation; what is wider is light. */
const STAIN_MM = 1.3
const LIGHT_MM = 4
/** Looked at by samples of four by four pixels. */
export const SHRINK = 4
const RIM_MM = 3
/** Seen well enough where so much of its surroundings is in view. */
const AROUND_MM = 2
const LEAST_SEEN = 0.6
const SHOWN_MM = 4
/** From the distance between the 10th and the 90th percentile to the standard deviation of a normal distribution. */
const SPREADS = 1 / 2.563
const LEAST_SPREAD = 0.002
/**
 * By how much it is darker, natural logarithm, and in spreads of the card: both. Of 20 photographs of good sealed and etched cards, without
 * hands and sleeves, none has more than 0.9 of the lesser (a window's edge), of 12 pictures of the virtual rig 0.5. A stain of 9 × 5 mm and 25 % that
 * fades out has 1.03 to 1.8 on the rig and more than 1 on half of the photographs.
 */
const MOST = 0.085
const MOST_SPREADS = 8.8

/** The darkest soft place of a surface; null where too little of it is seen. */
export function softStain(view: SurfaceView, tone = coarseTone(view)): SoftStain | null {
  const px = (mm: number) => (mm * view.pixelsPerMm) / SHRINK
  const [stains] = blurred([tone], px(STAIN_MM))
  const [light] = blurred([tone], px(LIGHT_MM))
  const places = seenPlaces(tone, Math.round(px(RIM_MM)), Math.round(px(AROUND_MM)))
  if (places.length < 100) return null
  const falls = Float32Array.from(places, i => light!.data[i]! - stains!.data[i]!)
  let [fall, at] = [0, places[0]!]
  for (const [k, one] of falls.entries()) if (one > fall) [fall, at] = [one, places[k]!]
  const spread = spreadOf(falls)
  return {
    rect: squareAround(at, tone.width, px(1), SHOWN_MM),
    strength: Math.min(fall / MOST, fall / spread / MOST_SPREADS),
  }
}

/** A surface's tone in samples of {@link SHRINK} by as many pixels. */
export const coarseTone = ({ raster, valid }: SurfaceView): Field => halved(halved(toneOf(raster, valid)))

/** How far values scatter, as a standard deviation, whatever a few of them are. @param values put into another order */
export function spreadOf(values: Float32Array, least = LEAST_SPREAD): number {
  const share = (part: number) => ranked(values, Math.floor(part * values.length))
  return Math.max(least, SPREADS * (share(0.9) - share(0.1)))
}

/** What is shown of a sample, mm. @param width of the field, samples */
export function squareAround(at: number, width: number, samplesPerMm: number, sideMm: number): RectMm {
  const fromMiddle = (sample: number) => sample / samplesPerMm - sideMm / 2
  return { x: fromMiddle(at % width), y: fromMiddle(Math.floor(at / width)), width: sideMm, height: sideMm }
}

/** Samples whose surroundings are in view, but for a rim. */
export function seenPlaces({ width, height, valid }: Field, rim: number, around: number): number[] {
  const seen = boxSum(new Float32Array(valid), width, height, around, around)
  const least = LEAST_SEEN * (2 * around + 1) ** 2
  const places: number[] = []
  for (let y = rim; y < height - rim; y++)
    for (let x = rim, i = y * width + rim; x < width - rim; x++, i++)
      if (valid[i] === 1 && seen[i]! >= least) places.push(i)
  return places
}
