import { type CardSight, laidOut, type Sight } from '../read/read-photograph.ts'
import type { CoverFeatures } from '../surface/cover-features.ts'
import { type SurfaceCells, surfaceCells } from './cells.ts'
import { surfaceViews } from './surface-view.ts'
import { isComparable } from './unlike.ts'

/** What one photograph of a good unit says of how good units look. */
export interface AppearanceSample {
  readonly surfaces: readonly SurfaceCells[]
  /** Features of each cover's material, by the cover's name. */
  readonly covers: Readonly<Record<string, CoverFeatures>>
}

/** Null where no card was found, or not well enough to be compared with others. */
export function appearanceSample({ photograph, profile, card }: Sight): AppearanceSample | null {
  if (card === null || !isComparable(card.located.pose)) return null
  const views = surfaceViews(laidOut(photograph.pixels, profile, card))
  return { surfaces: views.map(view => surfaceCells(view)), covers: coversOf(card) }
}

function coversOf({ covers }: CardSight): AppearanceSample['covers'] {
  return Object.fromEntries(
    [...covers.values()].flatMap(({ mark, features }) => (features === null ? [] : [[mark.name, features] as const])),
  )
}
