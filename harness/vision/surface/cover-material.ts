import type { RectMm } from '../../products/profile.ts'
import { mean, type Patch, robustRms, typical } from './patch.ts'

/**
 * What a cover's surface looks like beside the steel around it. All of log luminance, so that neither exposure nor the lamp's
 * own brightness counts.
 */
export interface CoverMaterial {
  /** Cover less steel. */
  readonly tone: number
  /** How red and how blue it is against green, less the steel; null in a monochrome picture. */
  readonly red: number | null
  readonly blue: number | null
  /** ln of the roughness across and along the card. */
  readonly across: number
  readonly along: number
  /** RMS of what is finer than 0.25 mm. */
  readonly fine: number
}

/** ln of the roughness across over the one along: brushing makes it 1.8 to 2, a scratch-off has none. */
export const brushing = ({ across, along }: CoverMaterial): number => across - along

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

/** The steel above and below a part of a cover. */
export function steelBeside({ y, height }: RectMm, part: RectMm): RectMm[] {
  const [near, far] = STEEL_MM
  return [y - far, y + height + near].map(top => ({ ...part, y: top, height: far - near }))
}

/** @param patch the cover's place with 5 mm around it */
export function coverMaterial(patch: Patch, cover: RectMm): CoverMaterial {
  const core = coreOf(cover)
  const steel = steelBeside(cover, core)
  const over = (plane: Float32Array) =>
    typical(patch.within(plane, core)) - typical(joined(steel.map(rect => patch.within(plane, rect))))
  const { luminance, red, blue, pixelsPerMm } = patch
  const rough = Math.round(ROUGH_MM * pixelsPerMm)
  const soft = Math.round(2 * FINE_MM * pixelsPerMm) | 1
  const less = (across: number, down: number) => patch.within(patch.lessMean(luminance, across, down, core), core)
  const fine = less(soft, soft)
  return {
    tone: over(luminance),
    red: red && over(red),
    blue: blue && over(blue),
    across: Math.log(robustRms(less(1, rough)) + FAINTEST),
    along: Math.log(robustRms(less(rough, 1)) + FAINTEST),
    fine: Math.sqrt(mean(fine.map(value => value * value))),
  }
}

/** Less roughness than this is none. */
const FAINTEST = 1e-4

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
