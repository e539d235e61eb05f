import type { Outcome } from '../../core/vocabulary.ts'
import { compose, type Homography, invert } from '../../imaging/homography.ts'
import { insideOf, type Quad } from '../../imaging/quad.ts'
import { grown, lineBoxes, type PointMm } from '../../products/geometry.ts'
import type { Mark, RectMm } from '../../products/profile.ts'
import type { FlatCard } from '../appearance/flat-card.ts'
import type { Reading } from '../reading.ts'
import { quadOf } from '../text/text-line.ts'

/** What is searched for anything that no mark explains: the card's front, or a loose layer of the sticker. */
export interface SearchedSurface {
  readonly flat: FlatCard
  /** From the surface's own mm to the photograph. */
  readonly mmToPixels: Homography
  readonly shape: { readonly width: number; readonly height: number; readonly cornerRadius: number }
  /** Where the surface lies on the card. */
  readonly origin: PointMm
  /** The places that are explained, mm of the surface. */
  readonly explained: readonly Quad[]
  /** Where remains of a cover may lie, which look like anything: mm of the surface. */
  readonly worn: readonly Quad[]
}

/** A mark's place is known to half a millimetre, and a reader's idea of a line ends a stroke beyond it. */
const ROOM_MM = 0.8
/** The rim is worn, and shows what lies below. */
const RIM_MM = 0.8

/**
 * The places that are explained: each mark that lies open, read or not (what could not be read says so itself). A mark that is
 * hidden or off explains nothing: what stands there is something else.
 * @param poseOf from a mark's surface to the photograph
 * @param mmToPixels from the searched surface to the photograph
 */
export function explainedPlaces(
  marks: readonly Mark[],
  readings: readonly Reading[],
  poseOf: (mark: Mark) => Homography,
  mmToPixels: Homography,
): Pick<SearchedSurface, 'explained' | 'worn'> {
  const toSurface = invert(mmToPixels)
  const placesOf = (some: readonly Outcome[]) =>
    marks.flatMap(mark => {
      const outcome = readings.find(reading => reading.mark === mark.name)?.outcome
      if (outcome === undefined || !some.includes(outcome)) return []
      const toFlat = compose(toSurface, poseOf(mark))
      return inkOf(mark).map(rect => quadOf(grown(rect, ROOM_MM), toFlat))
    })
  return { explained: placesOf(['read', 'unread']), worn: placesOf(['broken', 'displaced', 'missing', 'unsure']) }
}

/** Where a mark's ink is: between the lines of a text there is none. */
function inkOf(mark: Mark): readonly RectMm[] {
  return mark.kind === 'text' ? lineBoxes(mark).map(({ rect }) => rect) : [mark.rect]
}

/** 1 where nothing explains what is seen, for each pixel of the flat surface. */
export function unexplainedMask({ flat, shape, explained }: SearchedSurface): Uint8Array {
  const { width, height } = flat.raster
  const scale = flat.pixelsPerMm
  const mask = new Uint8Array(width * height)
  const radius = Math.max(0, shape.cornerRadius - RIM_MM)
  for (let row = 0; row < height; row++) {
    // From the middle of the nearest rounded corner outwards.
    const y = Math.abs((row + 0.5) / scale - shape.height / 2) - (shape.height / 2 - RIM_MM - radius)
    for (let column = 0; column < width; column++) {
      const x = Math.abs((column + 0.5) / scale - shape.width / 2) - (shape.width / 2 - RIM_MM - radius)
      const isInside = x > 0 && y > 0 ? Math.hypot(x, y) <= radius : x <= radius && y <= radius
      mask[row * width + column] = Number(isInside)
    }
  }
  for (const quad of explained) takeAway(mask, flat, quad)
  return mask
}

function takeAway(mask: Uint8Array, { raster: { width, height }, pixelsPerMm }: FlatCard, quad: Quad): void {
  const along = (axis: 0 | 1, limit: number) => {
    const places = quad.map(corner => corner[axis] * pixelsPerMm)
    return [Math.max(0, Math.floor(Math.min(...places))), Math.min(limit, Math.ceil(Math.max(...places)))] as const
  }
  const [left, right] = along(0, width)
  const [top, bottom] = along(1, height)
  const isInside = insideOf(quad)
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      if (isInside((column + 0.5) / pixelsPerMm, (row + 0.5) / pixelsPerMm)) mask[row * width + column] = 0
    }
  }
}

/** A place of the surface as it stands in a reading: mm on the card's front, and px in the photograph. */
export function placeOnCard(
  { mmToPixels, origin: [x, y] }: SearchedSurface,
  rect: RectMm,
): { readonly rect: RectMm; readonly where: Quad } {
  return { rect: { ...rect, x: rect.x + x, y: rect.y + y }, where: quadOf(rect, mmToPixels) }
}
