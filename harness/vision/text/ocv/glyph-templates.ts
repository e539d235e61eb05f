import sharp from 'sharp'
import { type OutlineFont, svgPathOf } from '../../../products/font.ts'
import type { GreyImage } from '../grey-image.ts'

/** Cap height of a template, px: twice that of the strip that it is laid on, so that half pixels can be told. */
export const TEMPLATE_CAP = 60
/** Room around the tallest and the widest symbol, caps. */
const ABOVE = 1.5
const BELOW = 0.55
const BESIDE = 0.4
/** Softness of the strip's strokes that is tried, standard deviation in px of the template. */
export const BLURS = [1.5, 3, 4.5, 6.5] as const

/** Width of the strokes of a font that has no area of its own, caps: what a laser beam leaves. */
const BEAM = 0.11
/** Coverage below which a font's outlines have no area: single strokes, drawn there and back. */
const NO_AREA = 0.004

/** One symbol of a font, at several softnesses. */
export interface GlyphTemplate {
  readonly symbol: string
  /** How far it moves the pen, and where its ink begins and ends from the pen, caps. */
  readonly advance: number
  readonly inkLeft: number
  readonly inkRight: number
  /** Coverage 0..1, one picture a softness; the pen at column `penX`, the baseline on row `baselineY`. */
  readonly pictures: readonly GreyImage[]
}

/** All symbols of a font that a field can hold. */
export interface GlyphTemplates {
  readonly penX: number
  readonly baselineY: number
  readonly softnesses: number
  /** A symbol that the font lacks is not here: it cannot have been etched with it. */
  readonly of: ReadonlyMap<string, GlyphTemplate>
}

/** Draws each symbol of a font by itself. */
export async function drawTemplates(font: OutlineFont, symbols: readonly string[]): Promise<GlyphTemplates> {
  const had = symbols.filter(symbol => symbol.trim() !== '' && font.has(symbol))
  const widest = Math.max(1, ...had.map(symbol => font.advance(symbol, TEMPLATE_CAP)))
  const penX = Math.round(BESIDE * TEMPLATE_CAP)
  const baselineY = Math.round(ABOVE * TEMPLATE_CAP)
  const width = Math.ceil(widest + 2 * penX)
  const height = Math.ceil((ABOVE + BELOW) * TEMPLATE_CAP)
  const glyphs = had.map(symbol => font.setLine(symbol, { x: penX, y: baselineY }, 'left', TEMPLATE_CAP)[0]!)
  const paths = glyphs.map(
    ({ outline }, i) => `<path transform="translate(0 ${i * height})" d="${svgPathOf(outline)}"/>`,
  )
  const size = { width, height: height * Math.max(1, had.length) }
  const filled = await drawn(paths, size, '')
  const area = filled.reduce((sum, level) => sum + level, 0) / (255 * filled.length)
  const levels =
    area > NO_AREA
      ? filled
      : await drawn(paths, size, `fill="none" stroke="#fff" stroke-width="${BEAM * TEMPLATE_CAP}"`)
  const blurred = await Promise.all(BLURS.map(sigma => softened(levels, size, sigma)))
  const of = new Map<string, GlyphTemplate>()
  for (const [i, { symbol, advance, ink }] of glyphs.entries()) {
    const [from, to] = [i * width * height, (i + 1) * width * height]
    of.set(symbol, {
      symbol,
      advance: advance / TEMPLATE_CAP,
      inkLeft: ((ink?.left ?? penX) - penX) / TEMPLATE_CAP,
      inkRight: ((ink?.right ?? penX + advance) - penX) / TEMPLATE_CAP,
      pictures: blurred.map(all => ({ width, height, data: coverageOf(all.subarray(from, to)) })),
    })
  }
  return { penX, baselineY, softnesses: BLURS.length, of }
}

function coverageOf(levels: Uint8Array): Float32Array {
  const out = new Float32Array(levels.length)
  for (let i = 0; i < out.length; i++) out[i] = levels[i]! / 255
  return out
}

interface Size {
  readonly width: number
  readonly height: number
}

async function softened(levels: Uint8Array, { width, height }: Size, sigma: number): Promise<Uint8Array> {
  const picture = sharp(levels, { raw: { width, height, channels: 1 }, limitInputPixels: false })
  return oneChannel(await picture.blur({ sigma, precision: 'float' }).raw().toBuffer({ resolveWithObject: true }))
}

/** Grey levels of white paths on black, row by row. */
async function drawn(paths: readonly string[], { width, height }: Size, style: string): Promise<Uint8Array> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#000"/><g ${style || 'fill="#fff"'}>${paths.join('')}</g></svg>`
  const picture = sharp(Buffer.from(svg), { unlimited: true, limitInputPixels: false })
  return oneChannel(await picture.greyscale().raw().toBuffer({ resolveWithObject: true }))
}

/** sharp may hand grey pictures back with more channels than one. */
function oneChannel({ data, info }: { readonly data: Uint8Array; readonly info: { readonly channels: number } }) {
  if (info.channels === 1) return data
  return Uint8Array.from({ length: data.length / info.channels }, (_, i) => data[i * info.channels]!)
}
