import type { CoverOutcome } from '../../core/vocabulary.ts'
import { toGrey } from '../../imaging/grey.ts'
import type { Homography } from '../../imaging/homography.ts'
import { median, quantile } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import type { LearnedCover } from '../../products/appearance.ts'
import { grown, lineBoxes } from '../../products/geometry.ts'
import type { CoverMark, ProductProfile, RectMm, TextMark } from '../../products/profile.ts'
import type { TextSeen } from '../read/text-marks.ts'
import type { Measurement } from '../reading.ts'
import type { CoverEdge, Side } from './cover-edges.ts'
import { sides } from './cover-edges.ts'
import { type CoverFeatures, coverFeatures } from './cover-features.ts'
import { brushing } from './cover-material.ts'
import { type CoverPresence, coverMeasurements, coverPresence, edgeReachMm, endsAnywhere } from './cover-presence.ts'
import { type FlatText, openStrokesMm, strokesBesideMm } from './open-strokes.ts'
import { streakMap } from './streaks.ts'

/** What was seen of a cover (scratch-off). */
export interface CoverSeen {
  readonly mark: CoverMark
  readonly outcome: CoverOutcome
  readonly confidence: number
  readonly because: string
  /** None of a cover that is missing, or in which a lamp is mirrored. */
  readonly measurements: readonly Measurement[]
  /** What its surface looks like, to learn from; null where it is not whole. */
  readonly features: CoverFeatures | null
  /** Its outline on the card as it was seen, mm: each side that was followed, and the profile's where it was not. */
  readonly outline: RectMm
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
/** Fewer px/mm show no texture. */
const LEAST_PIXELS_PER_MM = 6
/** Bare steel has 1.8 to 2.2 and under light from the side 1.3; covers of 130 photographs −0.14 to 0.06. */
const BRUSHED = 1.2
const HARDLY_BRUSHED = 0.2
/** Etched and scratched cards have 0.1 to 0.3, covers of 130 photographs up to 0.07, and beyond that noise. */
const ROUGH = 0.08
/** Of the cover's place: more of the lamp itself hides it. */
const BLIND_SHARE = 0.2
/** A lamp in it is so much brighter than the surface, and larger than half a letter that stands open and shines. */
const MIRRORED = { brightness: 1.5, share: 0.05 } as const
/** A side is followed where so many of its places show an edge, and no longer stretch shows none, mm. */
const FOLLOWED_SHARE = 0.75
const FOLLOWED_GAP_MM = 2.5
/** A weaker edge, log luminance, may have been made by brushing or a reflection: no evidence against a unit by itself. */
const CLEAR_STEP = 0.05

/**
 * Looks at a cover: is it there, does it reach over the whole text, and can nothing of that be seen?
 *
 * It is there where its surface is no brushed steel and an edge can be followed all round its place. Not to see strokes proves
 * nothing: a card without etching has none. It is whole when it also has no streaks in any line (steel and letters have)
 * and no edge inside the text. What it is made of only the product's appearance can say.
 *
 * @param raster in colour where the camera has any
 * @param texts what reading at the covered mark gave: a line that could be read lies open, whatever else is seen
 * @param learned how the cover looks on good units under this light; null when nobody knows
 */
export function seeCover(
  raster: Raster,
  profile: ProductProfile,
  mark: CoverMark,
  cardToPixels: Homography,
  texts: ReadonlyMap<string, TextSeen>,
  learned: LearnedCover | null = null,
): CoverSeen {
  const covered = profile.marks.find(({ name }) => name === mark.covers)
  if (covered?.kind !== 'text') return unjudged(mark, 'it covers no text that could be looked for')

  const rect = grown(mark.rect, AROUND_MM)
  const colour = rectify(raster, cardToPixels, rect, PIXELS_PER_MM)
  const patch = toGrey(colour)
  const flat = { patch, rect, pixelsPerMm: PIXELS_PER_MM }
  const strokes = openStrokesMm(flat, covered)
  const readable = texts.get(covered.name)?.lines.map(({ reading }) => reading.outcome === 'read') ?? []
  const open = strokes.map((lengthMm, i) => lengthMm > 0 || readable[i] === true)
  const map = quietArea(patch, covered, rect)
  const [topMm, bottomMm] = linesMm(covered)
  // Single places scatter more than the medians of rows that the threshold was made from.
  const isQuiet = (i: number) => map.streaks[i]! < 1.6 * map.threshold
  const coverage = shareOf(map, covered, topMm, bottomMm, isQuiet)
  // How far the cover reaches beyond the text above and below; negative where it falls short.
  const reachMm = map.rows === null ? null : Math.min(topMm - map.rows.top, map.rows.bottom - bottomMm)
  const presence = coverPresence({ ...flat, patch: colour }, mark, covered, cardToPixels)
  const followed = sides.filter(side => isFollowed(presence.edges[side]))
  const reach = edgeReachMm(presence, mark, covered)
  const beside = strokesAtEnds(flat, presence, mark, covered, followed)
  const isFit = presence.pixelsPerMm >= LEAST_PIXELS_PER_MM && presence.blindShare <= BLIND_SHARE
  const of = mark.name
  const evidence = (good: boolean) => (good ? {} : ({ fit: false } as const))
  const seen = {
    mark,
    map,
    features: null,
    outline: outlineOf(mark.rect, presence, followed),
    measurements: [
      { name: 'cover-open-strokes', of, value: Math.max(beside, ...strokes), unit: 'mm' },
      { name: 'cover-coverage', of, value: coverage * 100, unit: '%' },
      ...(reachMm === null ? [] : [{ name: 'cover-margin', of, value: reachMm, unit: 'mm' } as const]),
      ...followed.map(side => {
        const clear = isFit && presence.edges[side].step >= CLEAR_STEP
        return { name: `cover-edge-${side}`, of, value: reach[side], unit: 'mm', ...evidence(clear) } as const
      }),
      ...coverMeasurements(presence, followed, learned).map(one => ({ ...one, of, ...evidence(isFit) })),
    ],
  } as const

  const unsure = (confidence: number, because: string) => ({ ...seen, outcome: 'unsure', confidence, because }) as const
  const otherLight = 'take it under ring or left light'
  const { y, height } = covered.rect
  const placeShare = (is: (i: number) => boolean) => shareOf(map, covered, y, y + height, is)
  const blindShare = Math.max(
    presence.blindShare,
    placeShare(i => patch.data[i]! > 251 || patch.data[i]! < 4),
  )
  const opened = open.flatMap((isOpen, i) => (isOpen ? [i + 1] : []))
  // The edges of a mirrored lamp are as sharp as strokes; readers see no symbol in them.
  const isRead = texts.get(covered.name)?.lines.some(({ reading }) => reading.symbolsSeen > 0) ?? false
  if (opened.length > 0 && !isRead && lampShare(flat, covered) > MIRRORED.share)
    return {
      ...unsure(0, `a lamp mirrored in it may be what looks like open strokes: ${otherLight}`),
      measurements: [],
    }
  const isBlank = texts.get(covered.name)?.lines.every(({ reading }) => reading.symbolsSeen === 0) ?? false
  if (opened.length === open.length && isBlank)
    return { ...seen, outcome: 'broken', confidence: 0.9, because: 'holes or scratches go through it along every line' }
  if (opened.length === open.length) {
    const because = 'strokes stand open in every line that it should cover'
    return { ...seen, measurements: [], outcome: 'missing', confidence: 0.99, because }
  }
  if (opened.length > 0) {
    const because = `strokes stand open in line ${opened.join(', ')} of ${open.length}`
    return { ...seen, outcome: reachMm !== null && reachMm < 0 ? 'displaced' : 'broken', confidence: 0.99, because }
  }
  if (beside > 0) return { ...seen, outcome: 'broken', confidence: 0.9, because: 'strokes stand open beside its end' }
  if (presence.pixelsPerMm < LEAST_PIXELS_PER_MM) return unsure(0, 'the picture is too coarse to show its surface')
  if (blindShare > BLIND_SHARE) return unsure(0, `glare or darkness hides whether it is whole: ${otherLight}`)
  const brushed = brushing(presence.material)
  if (brushed > BRUSHED && followed.length < 2)
    return {
      ...seen,
      measurements: [],
      outcome: 'missing',
      confidence: 0.9,
      because: 'bare brushed steel lies in its place',
    }
  const short = followed.filter(side => reach[side] < 0 && !(side === 'right' && endsAnywhere(profile, covered)))
  if (reachMm !== null && reachMm < 0) short.push('top')
  if (short.length > 0)
    return { ...seen, outcome: 'displaced', confidence: 0.9, because: 'it does not reach over all of the text' }
  if (Math.abs(brushed) > HARDLY_BRUSHED || presence.material.fine > ROUGH)
    return unsure(0, `its surface is not that of a cover, or cannot be seen: ${otherLight}`)
  if (followed.length < sides.length) {
    const lost = sides.filter(side => !followed.includes(side)).join(', ')
    return unsure(0, `its edge cannot be told from the card (${lost}): ${otherLight}`)
  }
  if (coverage < 0.97) return unsure(0.5, `only ${Math.round(coverage * 100)} % of the text's place looks covered`)
  const because = 'the cover lies over the whole text, unbroken'
  return {
    ...seen,
    outcome: 'whole',
    confidence: 0.99,
    because,
    features: coverFeatures(presence.material, presence.edges),
  }
}

function isFollowed({ found, places, gapMm }: CoverEdge): boolean {
  return found.length >= FOLLOWED_SHARE * places && gapMm <= FOLLOWED_GAP_MM
}

const outMmOf = ({ found }: CoverEdge) => median(found.map(({ outMm }) => outMm))

function outlineOf({ x, y, width, height }: RectMm, { edges }: CoverPresence, followed: readonly Side[]): RectMm {
  const out = (side: Side) => (followed.includes(side) ? outMmOf(edges[side]) : 0)
  return {
    x: x - out('left'),
    y: y - out('top'),
    width: width + out('left') + out('right'),
    height: height + out('top') + out('bottom'),
  }
}

/** Strokes beside the left and the right end, mm, where the ends were followed. */
function strokesAtEnds(
  flat: FlatText,
  { edges }: CoverPresence,
  { rect }: CoverMark,
  covered: TextMark,
  followed: readonly Side[],
): number {
  const beside = (side: 'left' | 'right') => {
    if (!followed.includes(side)) return 0
    const outMm = outMmOf(edges[side])
    return side === 'left'
      ? strokesBesideMm(flat, covered, rect.x - outMm, -1)
      : strokesBesideMm(flat, covered, rect.x + rect.width + outMm, 1)
  }
  return Math.max(beside('left'), beside('right'))
}

function unjudged(mark: CoverMark, because: string): CoverSeen {
  return {
    mark,
    outcome: 'unsure',
    confidence: 0,
    because,
    measurements: [],
    features: null,
    outline: mark.rect,
    map: null,
  }
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

/** Part of the text's place that is far brighter than the rest of it, 0..1. */
function lampShare({ patch, rect }: FlatText, { rect: place }: TextMark): number {
  const toPx = (mm: number) => Math.max(0, Math.round(mm * PIXELS_PER_MM))
  const [left, right] = [toPx(place.x - rect.x), Math.min(patch.width, toPx(place.x + place.width - rect.x))]
  const levels: number[] = []
  for (let y = toPx(place.y - rect.y); y < Math.min(patch.height, toPx(place.y + place.height - rect.y)); y++)
    levels.push(...patch.data.subarray(y * patch.width + left, y * patch.width + right))
  const lamp = MIRRORED.brightness * median(levels, 0)
  return levels.filter(level => level > lamp).length / Math.max(1, levels.length)
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
