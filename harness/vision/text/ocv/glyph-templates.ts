import type { BoxPx } from '../../../imaging/crop.ts'
import type { SizePx } from '../../../imaging/raster.ts'
import { type OutlineFont, svgPathOf } from '../../../products/font.ts'

/** Cap height of a template, px: twice that of the strip that it is laid on, so that half pixels can be told. */
export const TEMPLATE_CAP = 60
/** Room around the tallest and the widest symbol while it is drawn, caps. */
const ABOVE = 1.5
const BELOW = 0.55
const BESIDE = 0.4
/** Softness of the strip's strokes that is tried, standard deviation in px of the template. */
export const BLURS = [1.5, 3, 4.5, 6.5] as const
/** Room around the ink for the widest blur, px. */
const MARGIN = 16
/** Width of the strokes of a font that has no area of its own, caps: what a laser beam leaves. */
const BEAM = 0.11
/** Coverage below which a font's outlines have no area: single strokes, drawn there and back. */
const NO_AREA = 0.004

/** Coverage, 0..255, row by row. */
export interface GlyphCoverage {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** One symbol of a font, sharp, with room for blur around its ink. */
export interface DrawnGlyph {
  readonly symbol: string
  /** How far it moves the pen, and where its ink begins and ends from the pen, caps. */
  readonly advance: number
  readonly inkLeft: number
  readonly inkRight: number
  /** Where pen and baseline lie in its picture, px. */
  readonly penX: number
  readonly baselineY: number
  readonly sharp: GlyphCoverage
}

/** One symbol of a font, to be laid on strokes. */
export interface GlyphTemplate extends DrawnGlyph {
  /** The symbol at one of the {@link BLURS}, made when it is first asked for. */
  picture(softness: number): GlyphCoverage
}

/** Symbols of a font. One that the font lacks is not here: it cannot have been etched with it. */
export type GlyphTemplates = ReadonlyMap<string, GlyphTemplate>

export function templatesOf(glyphs: readonly DrawnGlyph[]): GlyphTemplates {
  return new Map(glyphs.map(glyph => [glyph.symbol, { ...glyph, picture: softened(glyph.sharp) }]))
}

/**
 * Draws SVG paths in white on black.
 * @param paths `path` elements, in px
 * @param strokePx width of a stroke along the paths; 0 to fill them
 * @returns grey levels, row by row
 */
export type DrawPaths = (paths: readonly string[], size: SizePx, strokePx: number) => Promise<Uint8Array>

/** Draws each symbol of a font by itself; those that it lacks are left out. */
export async function drawGlyphs(
  font: OutlineFont,
  symbols: readonly string[],
  drawPaths: DrawPaths,
): Promise<readonly DrawnGlyph[]> {
  const had = symbols.filter(symbol => symbol.trim() !== '' && font.has(symbol))
  const widest = Math.max(1, ...had.map(symbol => font.advance(symbol, TEMPLATE_CAP)))
  const penX = Math.round(BESIDE * TEMPLATE_CAP)
  const baselineY = Math.round(ABOVE * TEMPLATE_CAP)
  const cell = { width: Math.ceil(widest + 2 * penX), height: Math.ceil((ABOVE + BELOW) * TEMPLATE_CAP) }
  const glyphs = had.map(symbol => font.setLine(symbol, { x: penX, y: baselineY }, 'left', TEMPLATE_CAP)[0]!)
  const paths = glyphs.map(
    ({ outline }, i) => `<path transform="translate(0 ${i * cell.height})" d="${svgPathOf(outline)}"/>`,
  )
  const size = { width: cell.width, height: cell.height * Math.max(1, had.length) }
  const filled = await drawPaths(paths, size, 0)
  const area = filled.reduce((sum, level) => sum + level, 0) / (255 * filled.length)
  const levels = area > NO_AREA ? filled : await drawPaths(paths, size, BEAM * TEMPLATE_CAP)
  const pixels = cell.width * cell.height
  return glyphs.map(({ symbol, advance, ink }, i) => {
    const { picture, left, top } = trimmed({ ...cell, data: levels.subarray(i * pixels, (i + 1) * pixels) })
    return {
      symbol,
      advance: advance / TEMPLATE_CAP,
      inkLeft: ((ink?.left ?? penX) - penX) / TEMPLATE_CAP,
      inkRight: ((ink?.right ?? penX + advance) - penX) / TEMPLATE_CAP,
      penX: penX - left,
      baselineY: baselineY - top,
      sharp: picture,
    }
  })
}

/** A picture cut to its ink and the room for blur around it, and where its corner was. */
function trimmed(glyph: GlyphCoverage): { picture: GlyphCoverage; left: number; top: number } {
  const { left, right, top, bottom } = inkOf(glyph)
  const size = { width: Math.max(0, right - left) + 2 * MARGIN, height: Math.max(0, bottom - top) + 2 * MARGIN }
  const out = new Uint8Array(size.width * size.height)
  for (let y = top; y < bottom; y++)
    out.set(
      glyph.data.subarray(y * glyph.width + left, y * glyph.width + right),
      (y - top + MARGIN) * size.width + MARGIN,
    )
  return { picture: { ...size, data: out }, left: left - MARGIN, top: top - MARGIN }
}

/** The box of all that is not 0, px, its far sides excluded; empty (right < left) where there is no ink. */
function inkOf({ width, height, data }: GlyphCoverage): BoxPx {
  let [left, right, top, bottom] = [width, 0, height, 0]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (data[y * width + x]! > 0) {
        left = Math.min(left, x)
        right = Math.max(right, x + 1)
        top = Math.min(top, y)
        bottom = Math.max(bottom, y + 1)
      }
  return { left, right, top, bottom }
}

function softened(glyph: GlyphCoverage): (softness: number) => GlyphCoverage {
  const known: GlyphCoverage[] = []
  return softness => (known[softness] ??= blurred(glyph, BLURS[softness]!))
}

/** Kept between blurs: hundreds are made for a line whose face is looked for. */
let between = new Float32Array(0)

/** Gaussian blur, cut off at 2.4 σ; the picture has that much room around its ink. */
function blurred(glyph: GlyphCoverage, sigma: number): GlyphCoverage {
  const { width, height, data } = glyph
  const reach = Math.min(MARGIN, Math.ceil(2.4 * sigma))
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  )
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  if (between.length < data.length) between = new Float32Array(data.length)
  const out = new Uint8Array(data.length)
  // Blur moves ink no farther than its reach: most of a picture is room that stays empty.
  const ink = inkOf(glyph)
  const from = { x: Math.max(0, ink.left - reach), y: Math.max(0, ink.top - reach) }
  const to = { x: Math.min(width, ink.right + reach), y: Math.min(height, ink.bottom + reach) }
  for (let y = ink.top; y < ink.bottom; y++)
    for (let x = from.x; x < to.x; x++) {
      const last = Math.min(x + reach, ink.right - 1)
      let sum = 0
      for (let at = Math.max(x - reach, ink.left); at <= last; at++)
        sum += weights[at - x + reach]! * data[y * width + at]!
      between[y * width + x] = sum / all
    }
  for (let y = from.y; y < to.y; y++) {
    const first = Math.max(y - reach, ink.top)
    const last = Math.min(y + reach, ink.bottom - 1)
    for (let x = from.x; x < to.x; x++) {
      let sum = 0
      for (let at = first; at <= last; at++) sum += weights[at - y + reach]! * between[at * width + x]!
      out[y * width + x] = sum / all + 0.5
    }
  }
  return { width, height, data: out }
}
