import { quantile } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import { lineBoxes } from '../../products/geometry.ts'
import type { RectMm, TextMark } from '../../products/profile.ts'
import { type Band, strokeProfile } from './strokes.ts'

/** Strokes on less than this, mm, are dirt: half a letter. */
const STROKE_RUN_MM = 1
/** Letters stand closer than this, mm. */
const STROKE_GAP_MM = 1.6
/** Steps this strong, as part of the brightness, are strokes; the faintest etching of 22 opened cards has 0.10. */
const STROKE_FLOOR = 0.09
const STROKE_OVER_REST = 2.6
/** Beside the end of a cover a part of one letter may stand open, mm. */
const END_RUN_MM = 0.3
/** So much beside a cover's end is the end itself, and so much is looked at, mm. */
const BESIDE_MM = [0.35, 2.4] as const

/** A flat picture of a covered text's place. */
export interface FlatText {
  readonly patch: Raster
  readonly rect: RectMm
  readonly pixelsPerMm: number
}

/** For each line of the covered text: how many mm of it show strokes. */
export function openStrokesMm(flat: FlatText, covered: TextMark): number[] {
  const { rect, patch, pixelsPerMm } = flat
  const left = Math.max(0, Math.round((covered.rect.x - rect.x) * pixelsPerMm))
  const right = Math.min(patch.width, Math.round((covered.rect.x + covered.rect.width - rect.x) * pixelsPerMm))
  return strokeFinders(flat, covered, left, right).map(isStroke =>
    runsMm(isStroke, left, right, STROKE_RUN_MM, pixelsPerMm),
  )
}

/** mm of strokes that stand open just beside the end of a cover, the worst line. @param endMm where it ends, on the card */
export function strokesBesideMm(flat: FlatText, covered: TextMark, endMm: number, outward: 1 | -1): number {
  const { rect, patch, pixelsPerMm } = flat
  const at = (mm: number) =>
    Math.max(0, Math.min(patch.width, Math.round((endMm + outward * mm - rect.x) * pixelsPerMm)))
  const [left, right] = [at(BESIDE_MM[0]), at(BESIDE_MM[1])].sort((a, b) => a - b) as [number, number]
  const lines = strokeFinders(flat, covered, left, right)
  return Math.max(0, ...lines.map(isStroke => runsMm(isStroke, left, right, END_RUN_MM, pixelsPerMm)))
}

/** For each line, whether strokes cross a column of it. */
function strokeFinders(
  { patch, rect, pixelsPerMm }: FlatText,
  covered: TextMark,
  left: number,
  right: number,
): ((x: number) => boolean)[] {
  const toRow = (y: number) => (y - rect.y) * pixelsPerMm
  const bands = lineBoxes(covered).map(({ rect: { y }, baseline }) => ({ top: toRow(y), bottom: toRow(baseline.y) }))
  // What no text can be in: above the first line, and between lines. The quieter of the two is the surface's own.
  const height = bands[0]!.bottom - bands[0]!.top
  const gaps = bands.slice(1).flatMap((band, i) => {
    const room = { top: bands[i]!.bottom + 3, bottom: band.top - 3 }
    return room.bottom - room.top > height / 3 ? [room] : []
  })
  const rest = Math.min(
    ...[{ top: toRow(rect.y + 0.3), bottom: toRow(rect.y + 2.3) }, ...gaps].map(gap =>
      quantile(strokeProfile(patch, gap).subarray(left, right), 0.9, 0),
    ),
  )
  const threshold = Math.max(STROKE_FLOOR, STROKE_OVER_REST * rest)
  // The end of a cover runs through the rows between the lines too (above a single one); strokes do not.
  const first = bands[0]!
  const above = { top: first.top - 0.9 * pixelsPerMm, bottom: first.top - 0.5 * pixelsPerMm }
  const ends = (gaps.length > 0 ? gaps.map(inner) : [above]).map(band => strokeProfile(patch, band))
  return bands.map(band => {
    const profile = strokeProfile(patch, band)
    return x => profile[x]! > threshold && ends.every(end => profile[x]! > 1.3 * nearby(end, x))
  })
}

/** Total length of the runs of columns that hold, of those that are long enough. */
function runsMm(
  isStroke: (x: number) => boolean,
  left: number,
  right: number,
  leastMm: number,
  pixelsPerMm: number,
): number {
  let length = 0
  let start = -1
  let last = Number.NEGATIVE_INFINITY
  const close = () => {
    if (start >= 0 && last - start >= leastMm * pixelsPerMm) length += (last - start + 1) / pixelsPerMm
    start = -1
  }
  for (let x = left; x < right; x++) {
    if (!isStroke(x)) continue
    if (x - last > STROKE_GAP_MM * pixelsPerMm) close()
    if (start < 0) start = x
    last = x
  }
  close()
  return length
}

/** The middle half of a band. */
function inner({ top, bottom }: Band): Band {
  const quarter = (bottom - top) / 4
  return { top: top + quarter, bottom: bottom - quarter }
}

/** The strongest value within 3 samples of x. */
function nearby(profile: Float32Array, x: number): number {
  let strongest = 0
  for (let k = Math.max(0, x - 3); k <= Math.min(profile.length - 1, x + 3); k++)
    strongest = Math.max(strongest, profile[k]!)
  return strongest
}
