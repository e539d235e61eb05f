import { type Homography, localScale, project } from '../../imaging/homography.ts'
import type { Point, Quad } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import { grown, lineBoxes } from '../../products/geometry.ts'
import type { RectMm, TextMark } from '../../products/profile.ts'
import type { LineCrop } from './line-crop.ts'

/** Room around a line's box, mm: its place is known to about ±0.4 mm, and readers want some background. */
const LINE_MARGIN_MM = 1.4
/** Capitals smaller than this are enlarged: strokes of less than 2 px do not survive a reader's own resampling. */
const MIN_CAP_PX = 24
/** Finer than this nothing is gained and time is lost. */
const MAX_PIXELS_PER_MM = 24

/** One line of a text mark, laid flat. */
export interface CutLine extends LineCrop {
  /** The crop's rectangle in the frame of the mark's surface, mm. */
  readonly rect: RectMm
}

/**
 * Cuts every line of a text mark out of a photograph.
 * @param mmToPixels from the frame of the mark's surface to the photograph
 */
export function cutTextLines(raster: Raster, mark: TextMark, mmToPixels: Homography): CutLine[] {
  return lineBoxes(mark).map(({ rect: ink, capHeightMm }) => {
    const rect = grown(ink, LINE_MARGIN_MM)
    const native = localScale(mmToPixels, [rect.x + rect.width / 2, rect.y + rect.height / 2])
    const pixelsPerMm = Math.min(MAX_PIXELS_PER_MM, Math.max(native, MIN_CAP_PX / capHeightMm))
    const cut = rectify(raster, mmToPixels, rect, pixelsPerMm)
    return {
      raster: cut,
      pixelsPerMm,
      capHeightPx: capHeightMm * pixelsPerMm,
      baselineY: (LINE_MARGIN_MM + capHeightMm) * pixelsPerMm,
      rect,
    }
  })
}

/** A rectangle of a surface as it lies in the photograph; null when a corner lies outside the picture. */
export function quadInPhotograph(rect: RectMm, mmToPixels: Homography, raster: Raster): Quad | null {
  const quad = quadOf(rect, mmToPixels)
  const inside = ([x, y]: Point) => x >= 0 && y >= 0 && x <= raster.width && y <= raster.height
  return quad.every(inside) ? quad : null
}

/** A rectangle of a surface in pixels, wherever that is. */
export function quadOf({ x, y, width, height }: RectMm, mmToPixels: Homography): Quad {
  const corner = (dx: number, dy: number) => project(mmToPixels, [x + dx, y + dy])
  return [corner(0, 0), corner(width, 0), corner(width, height), corner(0, height)]
}
