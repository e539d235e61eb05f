import type { Homography } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import type { ProductProfile } from '../../products/profile.ts'

/** The card's front seen straight from above, at one scale for all photographs; x right, y down from its top left corner. */
export interface FlatCard {
  readonly raster: Raster
  readonly pixelsPerMm: number
}

/** Fine enough for a dot of 0.4 mm and for the texture of a cover, coarse enough for every photograph that texts can be read on. */
export const PIXELS_PER_MM = 8

export function flatCard(raster: Raster, { card }: ProductProfile, mmToPixels: Homography): FlatCard {
  const rect = { x: 0, y: 0, width: card.width, height: card.height }
  return { raster: rectify(raster, mmToPixels, rect, PIXELS_PER_MM), pixelsPerMm: PIXELS_PER_MM }
}
