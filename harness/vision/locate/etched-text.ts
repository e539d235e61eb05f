import type { GreyRaster } from '../../imaging/grey.ts'
import type { Homography } from '../../imaging/homography.ts'
import { rectify } from '../../imaging/rectify.ts'
import { lineBoxes, textMarks } from '../../products/geometry.ts'
import type { ProductProfile } from '../../products/profile.ts'

const PIXELS_PER_MM = 6
/** Rows this far above and below a line of text are the card's own surface. */
const CLEAR_MM = 0.5
const AROUND_MM = 1.2
/** The shortest text that is told from a scratch: half a serial. */
const SPAN_MM = 8

/**
 * How far the etched lines of text stand out where a pose of the card says that they are: the steps along x in the line's own
 * rows over those in the rows above and below it, the clearest text of the card; about 1 where there is none, or where the
 * pose is off by half the height of a letter. Reads nothing: that strokes are there says where the card lies.
 *
 * It is a witness besides the outline, on the card itself, where the outline is nearly as bright as the ground.
 */
export function etchedTextContrast(grey: GreyRaster, profile: ProductProfile, mmToPixels: Homography): number {
  let clearest = 0
  for (const mark of textMarks(profile)) {
    if (mark.on !== 'card') continue
    for (const { rect } of lineBoxes(mark, mark.originOnCard)) {
      clearest = Math.max(clearest, contrastOf(grey, mmToPixels, rect))
    }
  }
  return clearest
}

function contrastOf(
  grey: GreyRaster,
  mmToPixels: Homography,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): number {
  const around = { x, y: y - AROUND_MM, width, height: height + 2 * AROUND_MM }
  const patch = rectify(grey, mmToPixels, around, PIXELS_PER_MM)
  const toRow = (mm: number) => Math.round((mm - around.y) * PIXELS_PER_MM)
  const [top, bottom] = [toRow(y + 0.1 * height), toRow(y + 0.9 * height)]
  const span = Math.min(patch.width - 2, Math.round(SPAN_MM * PIXELS_PER_MM))
  let clearest = 0
  // A centred text fills only the middle of its mark: the clearest stretch speaks.
  for (let left = 1; left + span < patch.width; left += Math.max(1, span >> 2)) {
    const energy = (row: number) => stepEnergy(patch.data, row * patch.width + left, span)
    const within = meanOver(top, bottom, energy)
    const outside = [
      meanOver(0, toRow(y - CLEAR_MM), energy),
      meanOver(toRow(y + height + CLEAR_MM), patch.height, energy),
    ]
    // A second line of text may stand close above or below: the quieter side is the surface.
    clearest = Math.max(clearest, Math.sqrt((within + 1) / (Math.min(...outside) + 1)))
  }
  return clearest
}

function stepEnergy(data: Uint8Array, from: number, count: number): number {
  let sum = 0
  for (let i = from; i < from + count; i++) sum += (data[i + 1]! - data[i - 1]!) ** 2
  return sum / count
}

function meanOver(from: number, to: number, value: (row: number) => number): number {
  let sum = 0
  for (let row = from; row < to; row++) sum += value(row)
  return sum / Math.max(1, to - from)
}
