import type { GreyImage } from '../imaging/grey-image.ts'
import type { Homography } from '../imaging/homography.ts'
import { mean, median } from '../imaging/quantile.ts'
import type { Raster } from '../imaging/raster.ts'
import { rectify } from '../imaging/rectify.ts'
import { grown } from '../products/geometry.ts'
import type { RectMm } from '../products/profile.ts'
import { align } from '../vision/text/alignment.ts'
import { underField } from '../vision/text/field-posteriors.ts'
import type { LineCrop } from '../vision/text/line-crop.ts'
import { lineOfPicture } from '../vision/text/line-of-picture.ts'
import type { LineRecogniser } from '../vision/text/line-recogniser.ts'
import { viewsOf } from '../vision/text/line-views.ts'
import { alikeOf } from '../vision/text/look-alikes.ts'
import { STROKE_CAP, strokesOf } from '../vision/text/stroke-relief.ts'
import { findBand, type TextBand } from '../vision/text/text-band.ts'
import { BASE58, DIGITS, freeField, LETTERS } from '../vision/text/text-field.ts'

/** One line of a known text, measured where it stands; mm of the frame that it was cut from. */
export interface LineMeasured {
  /** Its symbols, blanks left out. May be secret: it stays in the teacher. */
  readonly text: string
  readonly baselineYMm: number
  readonly capHeightMm: number
  /** Middle of each symbol as readers see it. */
  readonly middlesMm: readonly number[]
  /** Where the ink of the first symbol begins, and that of the last one ends. */
  readonly inkLeftMm: number
  readonly inkRightMm: number
  readonly strokes: 'dark' | 'bright'
  /** The strokes of the line and the middles on them, px of a cap of {@link STROKE_CAP}: what glyphs are learned from. */
  readonly strip: GreyImage
  readonly middlesPx: readonly number[]
  /** How much better readers like the best other symbol at each place than the told one, nats; negative: they like the told one. */
  readonly doubts: readonly Doubt[]
}

/** What readers would rather see at a place. */
export interface Doubt {
  readonly place: number
  readonly rival: string
  readonly nats: number
}

const PIXELS_PER_MM = 20
const ROUNDS = 3
/** Room around a line, mm. */
const ROOM_MM = 1.2
/** Symbols whose tops, and whose feet, are flat in most faces: round ones reach beyond by some hundredths. */
const FLAT_TOPS = 'BDEFHIKLMNPRTUVWXYZ57'
const FLAT_FEET = 'ABDEFHIKLMNPRTXZ1247'
/** What rises to the height of capitals and stands on the baseline. */
const CAPITAL = /^[A-IK-PR-Z0-9]$/

/**
 * Measures a known text: aligned to what readers see symbol by symbol, its height and baseline by its own strokes.
 * @param rect about where its ink is, mm of the frame of `mmToPixels`
 * @returns null where the text does not stand there so that its symbols could be told from each other
 */
export async function measureLine(
  raster: Raster,
  mmToPixels: Homography,
  rect: RectMm,
  text: string,
  readers: readonly LineRecogniser[],
): Promise<LineMeasured | null> {
  const window = grown(rect, ROOM_MM)
  const cut = rectify(raster, mmToPixels, window, PIXELS_PER_MM)
  const rough = lineOfPicture(rectify(raster, mmToPixels, grown(rect, 0.25 * rect.height), PIXELS_PER_MM))
  const shiftPx = (ROOM_MM - 0.25 * rect.height) * PIXELS_PER_MM
  let crop: LineCrop = {
    raster: cut,
    pixelsPerMm: PIXELS_PER_MM,
    capHeightPx: rough.capHeightPx,
    baselineY: rough.baselineY + shiftPx,
    span: { left: ROOM_MM * PIXELS_PER_MM, right: (ROOM_MM + rect.width) * PIXELS_PER_MM },
  }
  let seen: Aligned | null = null
  let band: TextBand | null = null
  let top = 0
  let foot = 0
  for (let round = 0; round < ROUNDS; round++) {
    band = findBand(crop)
    // Where the rows are known well enough the band need not be looked for again.
    if (round > 0) band = { ...band, baselineY: crop.baselineY, capHeightPx: crop.capHeightPx }
    if (round < 2) seen = await aligned(crop, band, text, readers)
    if (seen === null) return null
    const scale = STROKE_CAP / band.capHeightPx
    const middles = seen.middles.map(x => x * scale)
    ;({ top, foot } = rowsOf(strokesOf(crop, band), middles, text))
    if (!(foot - top > 0.5 * STROKE_CAP && foot - top < 1.6 * STROKE_CAP)) return null
    crop = {
      ...crop,
      capHeightPx: (foot - top) / scale,
      baselineY: band.baselineY + (foot - 2 * STROKE_CAP) / scale,
    }
  }
  band = { ...band!, baselineY: crop.baselineY, capHeightPx: crop.capHeightPx }
  const strip = strokesOf(crop, band)
  const scale = STROKE_CAP / crop.capHeightPx
  const middlesPx = seen!.middles.map(x => x * scale)
  const [left, right] = inkEnds(strip, middlesPx)
  const toMm = (px: number) => window.x + px / scale / PIXELS_PER_MM
  return {
    text,
    baselineYMm: window.y + crop.baselineY / PIXELS_PER_MM,
    capHeightMm: crop.capHeightPx / PIXELS_PER_MM,
    middlesMm: middlesPx.map(toMm),
    inkLeftMm: toMm(left),
    inkRightMm: toMm(right),
    strokes: band.strokes,
    strip,
    middlesPx,
    doubts: seen!.doubts,
  }
}

interface Aligned {
  /** px of the crop. */
  readonly middles: readonly number[]
  readonly doubts: readonly Doubt[]
}

/** A text that readers like so much less than what they see is not there, nats a symbol. */
const MOST_NATS_A_SYMBOL = 3
/** In so many views of each reader. */
const VIEWS_EACH = 2

/** The told text laid over what readers see. Its own symbols are known, so nothing is read here. */
async function aligned(
  crop: LineCrop,
  band: TextBand,
  text: string,
  readers: readonly LineRecogniser[],
): Promise<Aligned | null> {
  const symbols = [...text]
  const alphabet = /[a-z]/.test(text) ? BASE58 : `${LETTERS + DIGITS}-`
  const known = [...new Set(alphabet + text)].join('')
  const field = freeField(known, symbols.length, symbols.length, 'etched')
  const places = [...new Set(field.alphabet)]
  const choices = symbols.map(symbol => places.indexOf(symbol))
  const perView: number[][] = []
  const doubts = symbols.map(() => new Float64Array(places.length))
  let views = 0
  for (const [r, reader] of readers.entries()) {
    const waiting = viewsOf(crop, band, reader.recipes)
    for (let v = 0; v < VIEWS_EACH; v++) {
      const view = waiting.next().value
      if (view === undefined) break
      const under = underField(await reader.recognise(view), field)
      if (under.steps < symbols.length) continue
      const alignment = align(under, choices)
      if (r === 0 && v === 0 && alignment.logProbability < -MOST_NATS_A_SYMBOL * symbols.length) return null
      if (r === 0) {
        const pxPerStep = view.image.width / under.steps
        perView.push(
          alignment.peaks.map(
            ({ first, last }) => view.left + ((first + last) / 2 + 0.5) * pxPerStep * view.cropPxPerPx,
          ),
        )
      }
      views++
      for (const [place, rivals] of alignment.substitutions.entries())
        for (let k = 0; k < rivals.length; k++)
          doubts[place]![k]! += Math.max(-30, rivals[k]! - rivals[choices[place]!]!)
    }
  }
  if (perView.length === 0) return null
  return {
    middles: symbols.map((_, i) => median(perView.map(view => view[i]!))),
    doubts: doubts.map((row, place) => {
      let rival = -1
      for (let k = 0; k < row.length; k++)
        if (isRival(places[k]!, symbols[place]!) && (rival < 0 || row[k]! > row[rival]!)) rival = k
      return { place, rival: places[rival] ?? '', nats: (row[rival] ?? -30) / Math.max(1, views) }
    }),
  }
}

/**
 * Can readers hold `other` against what was told? Of what most faces draw alike (0 and O, 1 and I) those that know no face only guess:
 * which it is, the prints tell when they are held against each other, or nobody.
 */
function isRival(other: string, told: string): boolean {
  return other !== told && other !== '-' && alikeOf(other) !== alikeOf(told)
}

/** Rows between which flat symbols stand: half way up the edge of their strongest strokes, medians over the symbols. */
function rowsOf(strip: GreyImage, middles: readonly number[], text: string): { top: number; foot: number } {
  const gaps = middles.slice(1).map((x, i) => x - middles[i]!)
  const half = 0.45 * (gaps.length > 0 ? median(gaps) : 0.8 * STROKE_CAP)
  const edges = [...text].flatMap((symbol, i) => {
    if (!CAPITAL.test(symbol)) return []
    const found = edgesOfCell(strip, middles[i]! - half, middles[i]! + half)
    return found === null || found.foot - found.top < 0.6 * STROKE_CAP ? [] : [{ symbol, ...found }]
  })
  const of = (flat: string, which: 'top' | 'foot') => {
    const some = edges.filter(({ symbol }) => flat.includes(symbol))
    return median((some.length >= 2 ? some : edges).map(edge => edge[which]))
  }
  return { top: of(FLAT_TOPS, 'top'), foot: of(FLAT_FEET, 'foot') }
}

function edgesOfCell(strip: GreyImage, from: number, to: number): { top: number; foot: number } | null {
  const rows = Array.from({ length: strip.height }, (_, y) => {
    let [a, b, c] = [0, 0, 0]
    for (let x = Math.max(0, Math.round(from)); x < Math.min(strip.width, to); x++) {
      const value = strip.data[y * strip.width + x]!
      if (value > a) [a, b, c] = [value, a, b]
      else if (value > b) [b, c] = [value, b]
      else if (value > c) c = value
    }
    return (a + b + c) / 3
  })
  const middle = rows.slice(STROKE_CAP, 2 * STROKE_CAP)
  const level = median(middle) / 2
  if (!(level > 0)) return null
  const centre = Math.round(1.5 * STROKE_CAP)
  let top = centre
  while (top > 0 && rows[top - 1]! > level) top--
  let foot = centre
  while (foot + 1 < rows.length && rows[foot + 1]! > level) foot++
  if (top === 0 || foot + 1 === rows.length) return null
  const between = (inside: number, outside: number) => (inside - level) / Math.max(1e-6, inside - outside)
  return {
    top: top + 0.5 - between(rows[top]!, rows[top - 1]!),
    foot: foot + 0.5 + between(rows[foot]!, rows[foot + 1]!),
  }
}

/** Columns where the ink of the first symbol begins and that of the last one ends. */
function inkEnds(strip: GreyImage, middles: readonly number[]): readonly [left: number, right: number] {
  const columns = Array.from({ length: strip.width }, (_, x) => {
    let top = 0
    for (let y = STROKE_CAP; y < 2 * STROKE_CAP; y++) top = Math.max(top, strip.data[y * strip.width + x]!)
    return top
  })
  const inside = columns.slice(Math.max(0, Math.round(middles[0]!)), Math.round(middles.at(-1)!) + 1)
  const level = 0.5 * mean([...inside].sort((a, b) => b - a).slice(0, Math.max(1, inside.length >> 2)))
  const reach = Math.round(0.6 * STROKE_CAP)
  let left = middles[0]!
  for (let x = Math.round(middles[0]!); x >= Math.max(0, middles[0]! - reach); x--) if (columns[x]! > level) left = x
  let right = middles.at(-1)!
  for (let x = Math.round(right); x <= Math.min(strip.width - 1, middles.at(-1)! + reach); x++)
    if (columns[x]! > level) right = x + 1
  return [left, right]
}
