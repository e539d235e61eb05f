import type { GreyImage } from '../../../imaging/grey-image.ts'
import { mean } from '../../../imaging/quantile.ts'
import { STROKE_CAP as CAP } from '../stroke-relief.ts'
import { BLURS, type GlyphCoverage, type GlyphTemplate, TEMPLATE_CAP } from './glyph-templates.ts'

/** Template pixels a pixel of the strip; pens stand on whole template pixels, so that nothing is interpolated. */
const FINE = TEMPLATE_CAP / CAP
/** How far the font's pitch may be from the line's. Beyond that the line is set in another font. */
const PITCH = [0.88, 1.14] as const
/** Where each symbol is looked for around its place in the font's pitch, and the line around its baseline, strip px. */
const REACH_X = 4
const REACH_Y = 4
/** How much one end of a line is lowered against the other at a time, strip px, and how often. */
const TILT = 1
const MOST_TILTS = 8
/** Rows of the strip that hold a line: from above the cap line to below the baseline. */
export const ROWS = [Math.round(CAP * 0.8), Math.round(CAP * 2.3)] as const

/** A line laid over the strip of its strokes, symbol by symbol. */
export interface LineFit {
  /** Pen of each symbol, template px from the strip's left edge (a strip px is {@link FINE} of them). */
  readonly pens: readonly number[]
  /** Row of the baseline, strip px, at the column `middleX`; and how much lower it is a px to the right. */
  readonly baselineY: number
  readonly middleX: number
  readonly slope: number
  readonly softness: number
}

/** A line as it was laid, and how much of its strokes it explains. */
interface Placed {
  readonly fit: LineFit
  readonly score: number
}

/** A template as it lies on the strip, to be read pixel by pixel. */
export interface Laid {
  readonly picture: GlyphCoverage
  readonly fromX: number
  readonly fromY: number
}

/** Standard deviation of the blur that the strokes have, strip px. */
export function softnessOf({ softness }: LineFit): number {
  return BLURS[softness]! / FINE
}

export function laid(glyph: GlyphTemplate, pen: number, line: LineFit): Laid {
  const fromY = glyph.baselineY - Math.round(baselineAt(line, pen) * FINE)
  return { picture: glyph.picture(line.softness), fromX: glyph.penX - pen, fromY }
}

/** Row of the baseline at a pen, strip px. */
export function baselineAt({ baselineY, middleX, slope }: LineFit, pen: number): number {
  return baselineY + slope * (pen / FINE - middleX)
}

/** A part of the strip, or a picture of its own that lies there. */
export interface Cell {
  readonly data: Float32Array
  /** Samples from one row to the next, and index of the sample at column `from` of the first of {@link ROWS}. */
  readonly stride: number
  readonly origin: number
  /** Columns of the strip: the first, and the one after the last. */
  readonly from: number
  readonly to: number
}

/** Columns of the strip itself, as far as it goes. */
export function cellOfStrip(strip: GreyImage, [from, to]: readonly [number, number]): Cell {
  const first = Math.max(0, from)
  return {
    data: strip.data,
    stride: strip.width,
    origin: ROWS[0] * strip.width + first,
    from: first,
    to: Math.min(strip.width, to),
  }
}

/** Rows and columns of a cell that a template reaches: outside of its picture it covers nothing. */
function reached({ from, to }: Pick<Cell, 'from' | 'to'>, { picture, fromX, fromY }: Laid) {
  const clip = (low: number, high: number, shift: number, size: number) =>
    [Math.max(low, Math.ceil(-shift / FINE)), Math.min(high, Math.ceil((size - shift) / FINE))] as const
  const [left, right] = clip(from, to, fromX, picture.width)
  const [top, bottom] = clip(ROWS[0], ROWS[1], fromY, picture.height)
  return { left, right, top, bottom }
}

/**
 * Sums over a cell: strokes times coverage, and coverage squared.
 * @param step looks at every so many pixels only
 */
export function correlate(cell: Cell, at: Laid, step: number): { readonly both: number; readonly own: number } {
  const { data, stride, origin, from } = cell
  const { picture, fromX, fromY } = at
  const { left, right, top, bottom } = reached(cell, at)
  let both = 0
  let own = 0
  for (let y = top; y < bottom; y += step) {
    let i = origin + (y - ROWS[0]) * stride + (left - from)
    let k = (fromY + y * FINE) * picture.width + fromX + left * FINE
    for (let x = left; x < right; x += step, i += step, k += FINE * step) {
      const coverage = picture.data[k]!
      both += coverage * data[i]!
      own += coverage * coverage
    }
  }
  const pixels = step * step
  return { both: (both * pixels) / 255, own: (own * pixels) / 255 ** 2 }
}

/** Takes what a template would put there, at that strength, off a cell with a picture of its own. */
export function takeOff(cell: Cell, at: Laid, strength: number): void {
  const { data, stride, origin, from } = cell
  const { picture, fromX, fromY } = at
  const { left, right, top, bottom } = reached(cell, at)
  for (let y = top; y < bottom; y++) {
    let i = origin + (y - ROWS[0]) * stride + (left - from)
    let k = (fromY + y * FINE) * picture.width + fromX + left * FINE
    for (let x = left; x < right; x++, i++, k += FINE) data[i]! -= (strength / 255) * picture.data[k]!
  }
}

/** First and last column of the strip that belong to a symbol: its own cell and a little more. */
export function cellOf(glyph: GlyphTemplate, pen: number): readonly [from: number, to: number] {
  const middle = pen / FINE + ((glyph.inkLeft + glyph.inkRight) / 2) * CAP
  const half = Math.max((glyph.inkRight - glyph.inkLeft) / 2 + 0.12, 0.36) * CAP
  return [Math.round(middle - half), Math.round(middle + half)]
}

/**
 * Lays a text over the strip in the pitch of its font, each symbol a little where it fits best.
 * @param like how the line lies in another font: baseline and softness are then about the same
 * @returns null when the line does not have the font's pitch
 */
export function fitLine(
  strip: GreyImage,
  glyphs: readonly GlyphTemplate[],
  setting: LineSetting,
  like?: Pick<LineFit, 'baselineY' | 'softness' | 'slope'>,
): LineFit | null {
  const pitch = pitchOf(glyphs, setting)
  if (pitch === null) return null
  const middleX = mean(setting.middles)
  let best: Placed | null = null
  for (let softness = 0; softness < BLURS.length; softness++) {
    if (like !== undefined && Math.abs(softness - like.softness) > 1) continue
    for (let dy = -REACH_Y; dy <= REACH_Y; dy += softness === 0 && like === undefined ? 1 : 0.5) {
      const near = like?.baselineY ?? best?.fit.baselineY ?? 2 * CAP
      const reach = like !== undefined ? 0.5 : softness > 0 ? 1 : REACH_Y
      if (Math.abs(2 * CAP + dy - near) > reach) continue
      const fit = { pens: pitch, baselineY: 2 * CAP + dy, middleX, slope: like?.slope ?? 0, softness }
      const placed = placeEach(strip, glyphs, fit, 2)
      if (best === null || placed.score > best.score) best = placed
    }
  }
  if (best !== null && like === undefined) best = tilted(strip, glyphs, best)
  return best && placeEach(strip, glyphs, best.fit, 1).fit
}

/** Brushing may have led whoever straightened the line: as far as a slope to either side lets the symbols fit better. */
function tilted(strip: GreyImage, glyphs: readonly GlyphTemplate[], level: Placed): Placed {
  const { pens } = level.fit
  const step = TILT / Math.max(CAP, (pens.at(-1)! - pens[0]!) / FINE)
  let best = level
  for (const sign of [1, -1])
    for (let tilt = 1; tilt <= MOST_TILTS; tilt++) {
      const placed = placeEach(strip, glyphs, { ...level.fit, slope: sign * tilt * step }, 2)
      if (placed.score <= best.score) break
      best = placed
    }
  return best
}

/** How the symbols of a line are set, as a reader saw it. */
export interface LineSetting {
  /** Middle of each symbol, px of the strip. */
  readonly middles: readonly number[]
  /** Set wider than the font by so much after each symbol, caps. */
  readonly letterSpacingInCaps: number
  /** Places before which a blank stands, however wide. Default: none. */
  readonly blanks?: readonly number[]
}

/** Pens by the font's advances, stretched to the middles that were seen and shifted to them word by word. */
export function pitchOf(
  glyphs: readonly GlyphTemplate[],
  { middles, letterSpacingInCaps, blanks = [] }: LineSetting,
): readonly number[] | null {
  let pen = 0
  const pens = glyphs.map(({ advance }) => {
    const at = pen
    pen += (advance + letterSpacingInCaps) * CAP
    return at
  })
  const wanted = glyphs.map(({ inkLeft, inkRight }, i) => pens[i]! + ((inkLeft + inkRight) / 2) * CAP)
  const wordOf = (i: number) => blanks.filter(place => place <= i).length
  const means = Array.from({ length: blanks.length + 1 }, (_, word) => {
    const own = (values: readonly number[]) => mean(values.filter((_, i) => wordOf(i) === word))
    return { wanted: own(wanted), seen: own(middles) }
  })
  const ofWord = (i: number) => means[wordOf(i)]!
  const spread = wanted.reduce((sum, x, i) => sum + (x - ofWord(i).wanted) ** 2, 0)
  const together = wanted.reduce((sum, x, i) => sum + (x - ofWord(i).wanted) * (middles[i]! - ofWord(i).seen), 0)
  const stretch = spread > 0 ? together / spread : 1
  if (!(stretch >= PITCH[0] && stretch <= PITCH[1])) return null
  return wanted.map((x, i) => {
    const word = ofWord(i)
    return Math.round(FINE * (word.seen + (x - word.wanted) * stretch - (x - pens[i]!)))
  })
}

/** Moves each symbol by itself to where it fits best. */
function placeEach(strip: GreyImage, glyphs: readonly GlyphTemplate[], fit: LineFit, step: number): Placed {
  let score = 0
  const pens = glyphs.map((glyph, i) => {
    let bestPen = fit.pens[i]!
    let best = Number.NEGATIVE_INFINITY
    for (let shift = -REACH_X * FINE; shift <= REACH_X * FINE; shift += step) {
      const pen = fit.pens[i]! + shift
      const cell = cellOfStrip(strip, cellOf(glyph, pen))
      const likeness = likenessOf(cell, laid(glyph, pen, fit), step)
      if (likeness > best) {
        best = likeness
        bestPen = pen
      }
    }
    score += best
    return bestPen
  })
  return { fit: { ...fit, pens }, score }
}

/** How much of the strokes in the cell the template explains: squared correlation times their strength, 0 if against. */
function likenessOf(cell: Cell, at: Laid, step: number): number {
  const { both, own } = correlate(cell, at, step)
  return both > 0 && own > 0 ? (both * both) / own : 0
}
