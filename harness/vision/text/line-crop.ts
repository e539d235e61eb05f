import type { Raster } from '../../imaging/raster.ts'

/**
 * One rectified line of text, cut from the card with margins: upright, one scale in both directions.
 * The place is only nearly known (about ±0.4 mm); the text may be shorter than the crop.
 */
export interface LineCrop {
  /** Grey or RGB pixels of the crop. */
  readonly raster: Raster
  readonly pixelsPerMm: number
  /** Height of a capital letter, px of the crop. */
  readonly capHeightPx: number
  /** Where the baseline should be, px below the top of the crop. */
  readonly baselineY: number
  /** Where along the crop the text should be; a reader looks a little around it. Whole crop when left out. */
  readonly span?: { readonly left: number; readonly right: number }
}
