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
/** Rows of the strip that hold a line: from above the cap line to below the baseline. */
export const ROWS = [Math.round(CAP * 0.8), Math.round(CAP * 2.3)] as const

/** A line laid over the strip of its strokes, symbol by symbol. */
export interface LineFit {
  /** Pen of each symbol, template px from the strip's left edge (a strip px is {@link FINE} of them). */
  readonly pens: readonly number[]
  /** Row of the baseline, strip px. */
  readonly baselineY: number
  readonly softness: number
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

export function laid(glyph: GlyphTemplate, pen: number, { softness, baselineY }: LineFit): Laid {
  return { picture: glyph.picture(softness), fromX: glyph.penX - pen, fromY: glyph.baselineY - baselineY * FINE }
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
 * @param middles of the symbols as a reader saw them, strip px
 * @param like how the line lies in another font: baseline and softness are then about the same
 * @returns null when the line does not have the font's pitch
 */
export function fitLine(
  strip: GreyImage,
  glyphs: readonly GlyphTemplate[],
  middles: readonly number[],
  letterSpacingInCaps: number,
  like?: Pick<LineFit, 'baselineY' | 'softness'>,
): LineFit | null {
  const pitch = pitchOf(glyphs, middles, letterSpacingInCaps)
  if (pitch === null) return null
  let best: { readonly fit: LineFit; readonly score: number } | null = null
  for (let softness = 0; softness < BLURS.length; softness++) {
    if (like !== undefined && Math.abs(softness - like.softness) > 1) continue
    for (let dy = -REACH_Y; dy <= REACH_Y; dy += softness === 0 && like === undefined ? 1 : 0.5) {
      const near = like?.baselineY ?? best?.fit.baselineY ?? 2 * CAP
      const reach = like !== undefined ? 0.5 : softness > 0 ? 1 : REACH_Y
      if (Math.abs(2 * CAP + dy - near) > reach) continue
      const fit = { pens: pitch, baselineY: 2 * CAP + dy, softness }
      const placed = placeEach(strip, glyphs, fit, 2)
      if (best === null || placed.score > best.score) best = placed
    }
  }
  return best && placeEach(strip, glyphs, best.fit, 1).fit
}

/** Pens by the font's advances, shifted and stretched to the middles that were seen. */
export function pitchOf(
  glyphs: readonly GlyphTemplate[],
  middles: readonly number[],
  letterSpacingInCaps: number,
): readonly number[] | null {
  let pen = 0
  const pens = glyphs.map(({ advance }) => {
    const at = pen
    pen += (advance + letterSpacingInCaps) * CAP
    return at
  })
  const wanted = glyphs.map(({ inkLeft, inkRight }, i) => pens[i]! + ((inkLeft + inkRight) / 2) * CAP)
  const meanWanted = mean(wanted)
  const meanSeen = mean(middles)
  const spread = wanted.reduce((sum, x) => sum + (x - meanWanted) ** 2, 0)
  const together = wanted.reduce((sum, x, i) => sum + (x - meanWanted) * (middles[i]! - meanSeen), 0)
  const stretch = spread > 0 ? together / spread : 1
  if (!(stretch >= PITCH[0] && stretch <= PITCH[1])) return null
  return wanted.map((x, i) => Math.round(FINE * (meanSeen + (x - meanWanted) * stretch - (x - pens[i]!))))
}

/** Moves each symbol by itself to where it fits best. */
function placeEach(
  strip: GreyImage,
  glyphs: readonly GlyphTemplate[],
  fit: LineFit,
  step: number,
): { readonly fit: LineFit; readonly score: number } {
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
