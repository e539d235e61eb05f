import sharp from 'sharp'
import { boxBlur, gaussianBlur } from '../../imaging/grey-image.ts'
import { openFont } from '../../products/font.node.ts'
import { shippedFonts, svgPathOf } from '../../products/font.ts'
import type { LineCrop } from './line-crop.ts'

// Pictures of lines whose every property is known, for tests: outlines of a shipped font, drawn by librsvg.

export interface SyntheticLine {
  readonly text: string
  readonly font?: string
  /** Default: 34. */
  readonly capHeightPx?: number
  /** Grey of ground and strokes, 0..255. Default: 190 and 80. */
  readonly ground?: number
  readonly ink?: number
  /** Standard deviation of the grain, grey levels. Default: 4. */
  readonly noise?: number
  /** Standard deviation of streaks along the line, as brushing leaves them, grey levels. Default: 0. */
  readonly brushed?: number
  readonly angleDeg?: number
  /** Gaussian, px. Default: 0.8. */
  readonly blurPx?: number
  /** How far the line lies from its place, px. */
  readonly offsetPx?: { readonly x: number; readonly y: number }
  /** Leave out a part of one character: its index, and which part of the cap height, from the baseline up. */
  readonly erase?: { readonly at: number; readonly from: number; readonly to: number; readonly leftShare?: number }
  /** A bar of ink over one character: its index, its sides in parts of the advance, and its height in parts of the cap height. */
  readonly add?: {
    readonly at: number
    readonly left: number
    readonly right: number
    readonly from: number
    readonly to: number
  }
  /** A character with a part of the others' ink. */
  readonly faint?: { readonly at: number; readonly share: number }
  /** The line a second time, so much beside the first, in heights of a capital, with a part of its ink. */
  readonly second?: { readonly x: number; readonly y: number; readonly share: number }
  readonly seed?: number
}

/** Half the length of a streak of brushing. */
const STREAK_PX = 20
/** Pixels a millimetre of every synthetic line. */
const PIXELS_PER_MM = 14

export async function drawLine(line: SyntheticLine): Promise<LineCrop> {
  const {
    text,
    capHeightPx: cap = 34,
    ground = 190,
    ink = 80,
    noise = 4,
    blurPx = 0.8,
    brushed = 0,
    angleDeg = 0,
    seed = 1,
  } = line
  const margin = Math.round(1.4 * PIXELS_PER_MM)
  const font = openFont(line.font ?? shippedFonts.etching)
  const x = margin + (line.offsetPx?.x ?? 0)
  const baselineY = margin + cap
  const glyphs = font.setLine(text, { x, y: baselineY + (line.offsetPx?.y ?? 0) }, 'left', cap)
  const width = Math.ceil(margin * 2 + Math.max(cap * 6, font.width(text, cap)))
  const height = Math.ceil(margin * 2 + cap)
  const { faint, second } = line
  const outlines = glyphs
    .map(({ outline }, i) => `<path d="${svgPathOf(outline)}" opacity="${faint?.at === i ? faint.share : 1}"/>`)
    .join('')
  const again =
    second === undefined
      ? ''
      : `<g opacity="${second.share}" transform="translate(${second.x * cap} ${second.y * cap})">${outlines}</g>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#000"/><g fill="#fff" transform="rotate(${angleDeg} ${width / 2} ${height / 2})">${again}${outlines}${addition(line, glyphs, baselineY, cap)}</g>${erasure(line, glyphs, baselineY, cap)}</svg>`
  const { data } = await sharp(Buffer.from(svg)).greyscale().raw().toBuffer({ resolveWithObject: true })
  const coverage = gaussianBlur({ width, height, data: Float32Array.from(data, level => level / 255) }, blurPx).data
  const random = generator(seed)
  const grain = () => (random() + random() + random() - 1.5) * 2
  const streaks = boxBlur({ width, height, data: Float32Array.from(coverage, grain) }, STREAK_PX, 0).data
  const grey = Uint8Array.from(coverage, (share, i) => {
    const streak = streaks[i]! * Math.sqrt(2 * STREAK_PX + 1) * brushed
    return Math.min(255, Math.max(0, Math.round(ground + (ink - ground) * share + streak + grain() * noise)))
  })
  return {
    raster: { width, height, channels: 1, data: grey },
    pixelsPerMm: PIXELS_PER_MM,
    capHeightPx: cap,
    baselineY,
  }
}

function erasure(
  { erase }: SyntheticLine,
  glyphs: readonly { readonly x: number; readonly advance: number }[],
  baseline: number,
  cap: number,
): string {
  const glyph = erase && glyphs[erase.at]
  if (!erase || !glyph) return ''
  const top = baseline - cap * erase.to
  return `<rect x="${glyph.x}" y="${top}" width="${glyph.advance * (erase.leftShare ?? 1)}" height="${cap * (erase.to - erase.from)}" fill="#000"/>`
}

function addition(
  { add }: SyntheticLine,
  glyphs: readonly { readonly x: number; readonly advance: number }[],
  baseline: number,
  cap: number,
): string {
  const glyph = add && glyphs[add.at]
  if (!add || !glyph) return ''
  const width = glyph.advance * (add.right - add.left)
  return `<rect x="${glyph.x + glyph.advance * add.left}" y="${baseline - cap * add.to}" width="${width}" height="${cap * (add.to - add.from)}"/>`
}

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
