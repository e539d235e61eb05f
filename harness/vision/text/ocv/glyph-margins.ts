import type { GreyImage } from '../grey-image.ts'
import { STROKE_CAP as CAP } from '../stroke-relief.ts'
import type { GlyphTemplate, GlyphTemplates } from './glyph-templates.ts'
import {
  type Cell,
  cellOf,
  cellOfStrip,
  correlate,
  fitLine,
  type LineFit,
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

/**
 * Optical character verification (OCV): lays the text that was read over the strokes in the product's own font and asks at each
 * place how much better it fits than every rival would. It is told what the readers saw, never what should be there.
 * @param strip strokes of the line (stroke-relief.ts)
 * @param symbolsAt the symbols of each place; `text` indexes into them
 * @param middles of the symbols, px of the strip
 * @returns null when the font lacks a symbol of the text or the line does not have its pitch
 */
export function glyphMargins(
  strip: GreyImage,
  templates: GlyphTemplates,
  symbolsAt: readonly (readonly string[])[],
  text: readonly number[],
  middles: readonly number[],
  letterSpacing: number,
): GlyphMargins | null {
  const glyphs = text.map((choice, place) => templates.of.get(symbolsAt[place]![choice]!))
  if (!glyphs.every(glyph => glyph !== undefined)) return null
  const fit = fitLine(strip, templates, glyphs, middles, letterSpacing)
  if (fit === null) return null
  const strength = strengthOf(strip, templates, glyphs, fit)
  if (!(strength > 0)) return null
  const own = glyphs.map((glyph, place) => {
    const cell = withoutNeighbours(strip, templates, glyphs, fit, place, strength)
    const squares = sumOfSquares(cell.data)
    return { cell, squares, misfit: squares + gainOf(cell, templates, glyph, fit, fit.pens[place]!, strength, 1) }
  })
  const pixels = own.reduce((sum, { cell }) => sum + cell.data.length, 0)
  const misfit = own.reduce((sum, each) => sum + each.misfit, 0)
  const least = (LEAST_MISFIT * strength) ** 2
  const noise = Math.max(misfit / pixels, least)
  const each = own.map(({ misfit: one, cell }) => one / cell.data.length)
  const usual = Math.max([...each].sort((a, b) => a - b)[each.length >> 1]!, least)
  // Noise that is as soft as the strokes: within 4πσ² the pixels know of each other.
  const sameness = Math.max(LEAST_SAMENESS, 4 * Math.PI * softnessOf(fit) ** 2)
  const rivals = glyphs.map((glyph, place) => {
    const { cell } = own[place]!
    const pen = fit.pens[place]!
    const rough = symbolsAt[place]!.map(symbol => {
      const rival = templates.of.get(symbol)
      if (rival === undefined) return { rival: null, at: pen, gain: Number.POSITIVE_INFINITY }
      // Anywhere between its own pitch and the place where its ink begins or ends as the symbol's does.
      const byLeft = pen + 2 * CAP * (glyph.inkLeft - rival.inkLeft)
      const byRight = pen + 2 * CAP * (glyph.inkRight - rival.inkRight)
      const from = Math.floor(Math.min(pen, byLeft, byRight))
      const to = Math.ceil(Math.max(pen, byLeft, byRight))
      const steps = Array.from({ length: Math.floor((to - from) / ROUGH_STEP) + 1 }, (_, i) => from + i * ROUGH_STEP)
      const tries = steps.map(at => ({ rival, at, gain: gainOf(cell, templates, rival, fit, at, strength, 2) }))
      return tries.reduce((best, other) => (other.gain < best.gain ? other : best))
    })
    const bar = [...rough].sort((a, b) => a.gain - b.gain)[Math.min(CLOSE_RIVALS, rough.length) - 1]!.gain
    return probabilities(
      rough.map(({ rival, at, gain }) => {
        if (rival === null || gain > bar) return gain / (2 * noise * sameness)
        const tries = RIVAL_SHIFTS.map(shift => gainOf(cell, templates, rival, fit, at + shift, strength, 1))
        return Math.min(...tries) / (2 * noise * sameness)
      }),
    )
  })
  const variance = varianceOf(own.map(({ cell }) => cell.data))
  return { fit: 1 - misfit / variance, rivals, misfits: each.map(one => one / usual) }
}

/** How dark the strokes stand, in units of the strip: the strength that explains the whole line best. */
function strengthOf(
  strip: GreyImage,
  templates: GlyphTemplates,
  glyphs: readonly GlyphTemplate[],
  fit: LineFit,
): number {
  let both = 0
  let own = 0
  for (const [place, glyph] of glyphs.entries()) {
    const pen = fit.pens[place]!
    const sums = correlate(cellOfStrip(strip, cellOf(glyph, pen)), laid(templates, glyph, pen, fit), 1)
    both += sums.both
    own += sums.own
  }
  return own > 0 ? both / own : 0
}

/** The strokes of a symbol's cell less what its neighbours put there. */
function withoutNeighbours(
  strip: GreyImage,
  templates: GlyphTemplates,
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
    if (neighbour !== undefined) takeOff(own, laid(templates, neighbour, fit.pens[other]!, fit), strength)
  }
  return own
}

/**
 * By how much a symbol changes the sum of squares of its cell when it is taken off, at the strength within limits that suits
 * it best: the more negative, the better it fits.
 */
function gainOf(
  cell: Cell,
  templates: GlyphTemplates,
  glyph: GlyphTemplate,
  fit: LineFit,
  pen: number,
  strength: number,
  step: number,
): number {
  const { both, own } = correlate(cell, laid(templates, glyph, pen, fit), step)
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
