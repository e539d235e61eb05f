import type { CoverOutcome } from '../../core/vocabulary.ts'
import type { GreyRaster } from '../../imaging/grey.ts'
import type { Homography } from '../../imaging/homography.ts'
import { median, quantile } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import { grown, lineBoxes } from '../../products/geometry.ts'
import type { CoverMark, ProductProfile, RectMm, TextMark } from '../../products/profile.ts'
import type { TextSeen } from '../read/text-marks.ts'
import type { Measurement } from '../reading.ts'
import { streakMap } from './streaks.ts'
import { type Band, strokeProfile } from './strokes.ts'

/** What was seen of a cover (scratch-off). */
export interface CoverSeen {
  readonly mark: CoverMark
  readonly outcome: CoverOutcome
  readonly confidence: number
  readonly because: string
  /** None of a cover that is missing. */
  readonly measurements: readonly Measurement[]
  /** What was measured on, for the explanation. */
  readonly map: CoverMap | null
}

/** Streaks over the patch that was judged, and the rows in which the cover was found. */
interface CoverMap {
  readonly rect: RectMm
  readonly pixelsPerMm: number
  readonly patch: Raster
  readonly streaks: Float32Array
  readonly threshold: number
  readonly rows: { readonly top: number; readonly bottom: number } | null
}

const PIXELS_PER_MM = 8
const AROUND_MM = 4
/** The etched text is at least this long in any font: where the cover must be, whatever its own width. */
const SURE_LENGTH_MM = 20
/** Strokes on less than this, mm, are dirt: half a letter. */
const STROKE_RUN_MM = 1
/** Letters stand closer than this, mm. */
const STROKE_GAP_MM = 1.6
/** Steps this strong, as part of the brightness, are strokes; the faintest etching of 22 opened cards has 0.10. */
const STROKE_FLOOR = 0.09
const STROKE_OVER_REST = 2.6

/**
 * Looks at a cover: is it there, does it reach over the whole text, and can nothing of that be seen?
 *
 * A scratch-off has no streaks of its own, bare steel and lines of text have; and its edge is a streak too. So the cover
 * is a quiet area between two loud rows, and it counts as there and whole when that area holds all lines, with no stroke
 * in any of them. Works alike in grey and in colour, whether the cover is lighter or darker than the steel.
 *
 * @param texts what reading at the covered mark gave: a line that could be read lies open, whatever else is seen
 */
export function seeCover(
  grey: GreyRaster,
  profile: ProductProfile,
  mark: CoverMark,
  cardToPixels: Homography,
  texts: ReadonlyMap<string, TextSeen>,
): CoverSeen {
  const covered = profile.marks.find(({ name }) => name === mark.covers)
  if (covered?.kind !== 'text') return unjudged(mark, 'it covers no text that could be looked for')

  const rect = grown(mark.rect, AROUND_MM)
  const patch = rectify(grey, cardToPixels, rect, PIXELS_PER_MM)
  const strokes = openStrokesMm(patch, covered, rect)
  const readable = texts.get(covered.name)?.lines.map(({ reading }) => reading.outcome === 'read') ?? []
  const open = strokes.map((lengthMm, i) => lengthMm > 0 || readable[i] === true)
  const map = quietArea(patch, covered, rect)
  const [topMm, bottomMm] = linesMm(covered)
  // Single places scatter more than the medians of rows that the threshold was made from.
  const isQuiet = (i: number) => map.streaks[i]! < 1.6 * map.threshold
  const coverage = shareOf(map, covered, topMm, bottomMm, isQuiet)
  // How far the cover reaches beyond the text above and below; negative where it falls short.
  const reachMm = map.rows === null ? null : Math.min(topMm - map.rows.top, map.rows.bottom - bottomMm)
  const of = mark.name
  const seen = {
    mark,
    map,
    measurements: [
      { name: 'cover-open-strokes', of, value: Math.max(0, ...strokes), unit: 'mm' },
      { name: 'cover-coverage', of, value: coverage * 100, unit: '%' },
      ...(reachMm === null ? [] : [{ name: 'cover-margin', of, value: reachMm, unit: 'mm' } as const]),
    ],
  } as const

  const opened = open.flatMap((isOpen, i) => (isOpen ? [i + 1] : []))
  if (opened.length === open.length) {
    const because = 'strokes stand open in every line that it should cover'
    return { ...seen, measurements: [], outcome: 'missing', confidence: 0.99, because }
  }
  if (opened.length > 0) {
    const because = `strokes stand open in line ${opened.join(', ')} of ${open.length}`
    return { ...seen, outcome: reachMm !== null && reachMm < 0 ? 'displaced' : 'broken', confidence: 0.99, because }
  }
  const unsure = (confidence: number, because: string) => ({ ...seen, outcome: 'unsure', confidence, because }) as const
  const { y, height } = covered.rect
  const isBlind = (i: number) => patch.data[i]! > 251 || patch.data[i]! < 4
  if (shareOf(map, covered, y, y + height, isBlind) > 0.2)
    return unsure(0, 'glare or darkness hides whether it is whole')
  if (reachMm === null) return unsure(0, 'no strokes, but no cover can be told from the bare card')
  if (reachMm < 0)
    return { ...seen, outcome: 'displaced', confidence: 0.9, because: 'it does not reach over all lines' }
  if (coverage < 0.97) return unsure(0.5, `only ${Math.round(coverage * 100)} % of the text's place looks covered`)
  return { ...seen, outcome: 'whole', confidence: 0.99, because: 'the cover lies over the whole text, unbroken' }
}

function unjudged(mark: CoverMark, because: string): CoverSeen {
  return { mark, outcome: 'unsure', confidence: 0, because, measurements: [], map: null }
}

/** For each line of the covered text: how many mm of it show strokes. */
function openStrokesMm(patch: Raster, covered: TextMark, rect: RectMm): number[] {
  const toRow = (y: number) => (y - rect.y) * PIXELS_PER_MM
  const bands = lineBoxes(covered).map(({ rect: { y }, baseline }) => ({
    top: toRow(y),
    bottom: toRow(baseline.y),
  }))
  // What no text can be in: above the first line, and between lines. The quieter of the two is the surface's own.
  const height = bands[0]!.bottom - bands[0]!.top
  const gaps = bands.slice(1).flatMap((band, i) => {
    const room = { top: bands[i]!.bottom + 3, bottom: band.top - 3 }
    return room.bottom - room.top > height / 3 ? [room] : []
  })
  const left = Math.max(0, Math.round((covered.rect.x - rect.x) * PIXELS_PER_MM))
  const right = Math.min(patch.width, Math.round((covered.rect.x + covered.rect.width - rect.x) * PIXELS_PER_MM))
  const rest = Math.min(
    ...[{ top: toRow(rect.y + 0.3), bottom: toRow(rect.y + 2.3) }, ...gaps].map(gap =>
      quantile(strokeProfile(patch, gap).subarray(left, right), 0.9, 0),
    ),
  )
  const threshold = Math.max(STROKE_FLOOR, STROKE_OVER_REST * rest)
  // The end of a cover runs through the rows between the lines too (above a single one); strokes do not.
  const first = bands[0]!
  const above = { top: first.top - 0.9 * PIXELS_PER_MM, bottom: first.top - 0.5 * PIXELS_PER_MM }
  const ends = (gaps.length > 0 ? gaps.map(inner) : [above]).map(band => strokeProfile(patch, band))
  return bands.map(band => {
    const profile = strokeProfile(patch, band)
    const isStroke = (x: number) => profile[x]! > threshold && ends.every(end => profile[x]! > 1.3 * nearby(end, x))
    let length = 0
    let start = -1
    let last = Number.NEGATIVE_INFINITY
    const close = () => {
      if (start >= 0 && last - start >= STROKE_RUN_MM * PIXELS_PER_MM) length += (last - start + 1) / PIXELS_PER_MM
      start = -1
    }
    for (let x = left; x < right; x++) {
      if (!isStroke(x)) continue
      if (x - last > STROKE_GAP_MM * PIXELS_PER_MM) close()
      if (start < 0) start = x
      last = x
    }
    close()
    return length
  })
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

/** The rows between which the surface is quiet around the middle of the text, and the map that shows it. */
function quietArea(patch: Raster, covered: TextMark, rect: RectMm): CoverMap {
  const acrossMm = 0.4
  const streaks = streakMap(patch, PIXELS_PER_MM, 4, acrossMm)
  const { width, height } = patch
  const [from, to] = sureColumns(covered, rect)
  const rows = new Float32Array(height)
  for (let y = 0; y < height; y++) {
    const values: number[] = []
    for (let x = from; x <= to; x += 4) values.push(streaks[y * width + x]!)
    rows[y] = median(values, 0)
  }
  // The lower half of the text's place: the one that a cover shifted down still covers, and the other for one shifted up.
  const top = Math.round((covered.rect.y - rect.y) * PIXELS_PER_MM)
  const bottom = Math.round((covered.rect.y + covered.rect.height - rect.y) * PIXELS_PER_MM)
  const quiet = quantile(rows.subarray(top, bottom), 0.3, 0)
  const threshold = Math.max(1.7 * quiet, quiet + 0.006)
  let best = { top: 0, bottom: -1 }
  for (let y = 0, start = -1; y <= height; y++) {
    const isQuiet = y < height && rows[y]! < threshold
    if (isQuiet && start < 0) start = y
    if (!isQuiet && start >= 0) {
      if (y - start > best.bottom - best.top) best = { top: start, bottom: y }
      start = -1
    }
  }
  const map = { rect, pixelsPerMm: PIXELS_PER_MM, patch, streaks, threshold }
  // Quiet up to the patch's end: no edge of a cover was seen there, only quiet steel.
  const bounded = best.top > 2 && best.bottom < height - 2
  if (!bounded || (best.bottom - best.top) / PIXELS_PER_MM < 0.5 * covered.rect.height) return { ...map, rows: null }
  const seen = {
    top: rect.y + best.top / PIXELS_PER_MM - acrossMm,
    bottom: rect.y + best.bottom / PIXELS_PER_MM + acrossMm,
  }
  return { ...map, rows: seen }
}

/** Between which heights on the card the lines of the text lie, mm. */
function linesMm(text: TextMark): [top: number, bottom: number] {
  const lines = lineBoxes(text)
  return [lines[0]!.rect.y, lines.at(-1)!.baseline.y]
}

function sureColumns(covered: TextMark, rect: RectMm): [from: number, to: number] {
  const from = Math.round((covered.rect.x + 2 - rect.x) * PIXELS_PER_MM)
  return [from, from + Math.round((Math.min(SURE_LENGTH_MM, covered.rect.width) - 2) * PIXELS_PER_MM)]
}

/** Part of the text's sure place between two heights on the card, mm, of which `is` holds, by index into the patch; 0..1. */
function shareOf({ rect, patch }: CoverMap, covered: TextMark, fromY: number, toY: number, is: (i: number) => boolean) {
  const [from, to] = sureColumns(covered, rect)
  const top = Math.round((fromY - rect.y) * PIXELS_PER_MM)
  const bottom = Math.round((toY - rect.y) * PIXELS_PER_MM)
  let count = 0
  for (let y = top; y < bottom; y++) for (let x = from; x <= to; x++) if (is(y * patch.width + x)) count++
  return count / Math.max(1, (bottom - top) * (to - from + 1))
}
