import type { GreyImage } from '../../../imaging/grey-image.ts'
import { median } from '../../../imaging/quantile.ts'
import { type GlyphTemplate, type GlyphTemplates, TEMPLATE_CAP } from './glyph-templates.ts'
import {
  type Cell,
  cellOf,
  cellOfStrip,
  correlate,
  fitLine,
  type LineFit,
  type LineSetting,
  laid,
  ROWS,
  softnessOf,
  takeOff,
} from './line-fit.ts'

/** Pixels of the strip that say the same at least: its own blur makes them. */
const LEAST_SAMENESS = 25
/** Strokes never fit better than this part of their strength: edges are ragged, and profiles' fonts ideal. */
const LEAST_MISFIT = 0.08
/** How far the strength of one symbol may be from the line's: light falls unevenly. */
const STRENGTH = [0.6, 1.6] as const
/** So many of the likeliest symbols are tried around their place, the others only at it. */
const CLOSE_RIVALS = 6
/** How closely places of a rival are tried first, and around the best of them, template px. */
const ROUGH_STEP = 3
const RIVAL_SHIFTS = [-2, -1, 0, 1, 2] as const

/** What the font says of a line that others have read. */
export interface GlyphMargins {
  /** Part of the strokes' variance that the text in this font explains, 0..1. */
  readonly fit: number
  /** For each place: probability of each of its symbols, against its rivals. */
  readonly rivals: readonly Float32Array[]
  /** For each place: how badly its symbol fits against the line's median one; 1 is usual. */
  readonly misfits: readonly number[]
}

/** What is to be verified: a text as readers saw it, never what should be there. */
export interface SeenText extends LineSetting {
  /** The symbols of each place; `text` indexes into them. */
  readonly symbolsAt: readonly (readonly string[])[]
  readonly text: readonly number[]
}

/** A text laid over the strokes of its line in a font. */
export interface LaidText {
  /** Part of the strokes' variance that it explains, 0..1. */
  readonly fit: number
  readonly glyphs: readonly GlyphTemplate[]
  readonly line: LineFit
  readonly strength: number
  /** For each place: its strokes less what its neighbours put there, and what the symbol leaves unexplained of their squares. */
  readonly own: readonly { readonly cell: Cell; readonly misfit: number }[]
}

/**
 * Lays a text over the strokes of its line, in one font.
 * @param strip strokes of the line (stroke-relief.ts)
 * @param templates those of the text's own symbols at least
 * @param like how the line lies in another font, which spares most of the search
 * @returns null when the font lacks a symbol of the text or the line does not have its pitch
 */
export function layText(strip: GreyImage, templates: GlyphTemplates, seen: SeenText, like?: LineFit): LaidText | null {
  const { symbolsAt, text } = seen
  const glyphs = text.map((choice, place) => templates.get(symbolsAt[place]![choice]!))
  if (!glyphs.every(glyph => glyph !== undefined)) return null
  const line = fitLine(strip, glyphs, seen, like)
  if (line === null) return null
  const strength = strengthOf(strip, glyphs, line)
  if (!(strength > 0)) return null
  const own = glyphs.map((glyph, place) => {
    const cell = withoutNeighbours(strip, glyphs, line, place, strength)
    const gain = gainOf(cell, glyph, line, line.pens[place]!, strength, 1)
    return { cell, misfit: sumOfSquares(cell.data) + gain }
  })
  const misfit = own.reduce((sum, each) => sum + each.misfit, 0)
  return { fit: 1 - misfit / varianceOf(own.map(({ cell }) => cell.data)), glyphs, line, strength, own }
}

/**
 * Optical character verification (OCV): asks at each place of a laid text how much better its symbol fits than every rival
 * would.
 * @param templates those of all symbols that may stand there; one that the font lacks is no rival
 */
export function glyphMargins(laidText: LaidText, templates: GlyphTemplates, { symbolsAt }: SeenText): GlyphMargins {
  const { fit, glyphs, line, strength, own } = laidText
  const pixels = own.reduce((sum, { cell }) => sum + cell.data.length, 0)
  const misfit = own.reduce((sum, each) => sum + each.misfit, 0)
  const least = (LEAST_MISFIT * strength) ** 2
  const noise = Math.max(misfit / pixels, least)
  const each = own.map(({ misfit: one, cell }) => one / cell.data.length)
  const usual = Math.max(median(each), least)
  // Noise that is as soft as the strokes: within 4πσ² the pixels know of each other.
  const nat = 2 * noise * Math.max(LEAST_SAMENESS, 4 * Math.PI * softnessOf(line) ** 2)
  const rivals = glyphs.map((glyph, place) => {
    const { cell } = own[place]!
    const pen = line.pens[place]!
    const rough = symbolsAt[place]!.map(symbol => {
      const rival = templates.get(symbol)
      if (rival === undefined) return { rival: null, at: pen, gain: Number.POSITIVE_INFINITY }
      const gainAt = (at: number) => ({ rival, at, gain: gainOf(cell, rival, line, at, strength, 2) })
      return placesOf(glyph, rival, pen)
        .map(gainAt)
        .reduce((best, other) => (other.gain < best.gain ? other : best))
    })
    const bar = rough.map(({ gain }) => gain).sort((a, b) => a - b)[Math.min(CLOSE_RIVALS, rough.length) - 1]!
    return probabilities(
      rough.map(({ rival, at, gain }) => {
        if (rival === null || gain > bar) return gain / nat
        return Math.min(...RIVAL_SHIFTS.map(by => gainOf(cell, rival, line, at + by, strength, 1))) / nat
      }),
    )
  })
  return { fit, rivals, misfits: each.map(one => one / usual) }
}

/** Pens at which a rival is tried: anywhere between the symbol's own and where its ink begins or ends as the symbol's does. */
function placesOf(glyph: GlyphTemplate, rival: GlyphTemplate, pen: number): readonly number[] {
  const byLeft = pen + TEMPLATE_CAP * (glyph.inkLeft - rival.inkLeft)
  const byRight = pen + TEMPLATE_CAP * (glyph.inkRight - rival.inkRight)
  const from = Math.floor(Math.min(pen, byLeft, byRight))
  const to = Math.ceil(Math.max(pen, byLeft, byRight))
  return Array.from({ length: Math.floor((to - from) / ROUGH_STEP) + 1 }, (_, i) => from + i * ROUGH_STEP)
}

/** How dark the strokes stand, in units of the strip: the strength that explains the whole line best. */
function strengthOf(strip: GreyImage, glyphs: readonly GlyphTemplate[], fit: LineFit): number {
  let both = 0
  let own = 0
  for (const [place, glyph] of glyphs.entries()) {
    const pen = fit.pens[place]!
    const sums = correlate(cellOfStrip(strip, cellOf(glyph, pen)), laid(glyph, pen, fit), 1)
    both += sums.both
    own += sums.own
  }
  return own > 0 ? both / own : 0
}

/** The strokes of a symbol's cell less what its neighbours put there. */
function withoutNeighbours(
  strip: GreyImage,
  glyphs: readonly GlyphTemplate[],
  fit: LineFit,
  place: number,
  strength: number,
): Cell {
  const cell = cellOfStrip(strip, cellOf(glyphs[place]!, fit.pens[place]!))
  const { from, to } = cell
  const width = Math.max(0, to - from)
  const data = new Float32Array((ROWS[1] - ROWS[0]) * width)
  for (let y = ROWS[0]; y < ROWS[1]; y++)
    data.set(strip.data.subarray(y * strip.width + from, y * strip.width + from + width), (y - ROWS[0]) * width)
  const own = { data, stride: width, origin: 0, from, to }
  for (const other of [place - 1, place + 1]) {
    const neighbour = glyphs[other]
    if (neighbour !== undefined) takeOff(own, laid(neighbour, fit.pens[other]!, fit), strength)
  }
  return own
}

/**
 * By how much a symbol changes the sum of squares of its cell when it is taken off, at the strength within limits that suits
 * it best: the more negative, the better it fits.
 */
function gainOf(cell: Cell, glyph: GlyphTemplate, fit: LineFit, pen: number, strength: number, step: number): number {
  const { both, own } = correlate(cell, laid(glyph, pen, fit), step)
  const best = own > 0 ? both / own : strength
  const used = Math.min(STRENGTH[1] * strength, Math.max(STRENGTH[0] * strength, best))
  return used * used * own - 2 * used * both
}

function sumOfSquares(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value * value
  return sum
}

function varianceOf(cells: readonly Float32Array[]): number {
  let count = 0
  let sum = 0
  let squares = 0
  for (const cell of cells)
    for (const value of cell) {
      count++
      sum += value
      squares += value * value
    }
  return Math.max(1e-9, squares - (sum * sum) / Math.max(1, count))
}

function probabilities(nats: readonly number[]): Float32Array {
  const least = Math.min(...nats)
  const weights = nats.map(each => Math.exp(least - each))
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  return Float32Array.from(weights, weight => weight / all)
}
