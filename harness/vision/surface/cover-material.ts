import { median } from '../../imaging/quantile.ts'
import { mean, type Patch, robustRms } from './patch.ts'
import type { RectMm } from '../../products/profile.ts'

/**
 * What a cover's surface looks like beside the steel around it. All of log luminance, so that neither exposure nor the lamp's
 * own brightness counts.
 */
export interface CoverMaterial {
  /** Cover less steel: tone, and how red and how blue it is against green. Zero colour in a monochrome picture. */
  readonly tone: number
  readonly red: number
  readonly blue: number
  /** ln of the roughness across and along the card, and of the one over the other: brushing makes it 1.8 to 2. */
  readonly across: number
  readonly along: number
  readonly brushed: number
  /** RMS of what is finer than 0.25 mm. */
  readonly fine: number
}

/** Far enough inside the cover's place that it is covered wherever it is put within its tolerance, mm. */
const INSIDE_MM = 0.9
/** The text is at least this long in any font: where the cover must be, whatever its own width, mm. */
const SURE_LENGTH_MM = 26
/** Where the steel is looked at, above and below the cover's place, mm. */
const STEEL_MM = [1.6, 4] as const
/** Rougher than this over a length of, mm. */
const ROUGH_MM = 1.2
const FINE_MM = 0.25

/** Where the material is judged. */
export function coreOf({ x, y, width, height }: RectMm): RectMm {
  const long = Math.min(SURE_LENGTH_MM, width - 2 * INSIDE_MM)
  return { x: x + INSIDE_MM, y: y + INSIDE_MM, width: long, height: height - 2 * INSIDE_MM }
}

/** @param patch the cover's place with 5 mm around it */
export function coverMaterial(patch: Patch, cover: RectMm): CoverMaterial {
  const core = coreOf(cover)
  const [near, far] = STEEL_MM
  const steel = [
    { ...core, y: cover.y - far, height: far - near },
    { ...core, y: cover.y + cover.height + near, height: far - near },
  ]
  const over = (plane: Float32Array) =>
    median(patch.within(plane, core)) - median(steel.flatMap(rect => [...patch.within(plane, rect)]))
  const { luminance, red, blue } = patch
  const rough = Math.round(ROUGH_MM * patch.pixelsPerMm)
  const across = Math.log(robustRms(patch.within(patch.lessMean(luminance, 1, rough), core)) + 1e-4)
  const along = Math.log(robustRms(patch.within(patch.lessMean(luminance, rough, 1), core)) + 1e-4)
  const soft = Math.round(2 * FINE_MM * patch.pixelsPerMm) | 1
  const fine = patch.within(patch.lessMean(luminance, soft, soft), core)
  return {
    tone: over(luminance),
    red: red === null ? 0 : over(red),
    blue: blue === null ? 0 : over(blue),
    across,
    along,
    brushed: across - along,
    fine: Math.sqrt(mean(fine.map(value => value * value))),
  }
}
