import { z } from 'zod'
import { otherVersion, parseJson } from '../core/parse-json.ts'
import { FontError, OutlineFont } from './font.ts'
import type { Font, Glyph, Path, PathCommand } from './opentype-font.ts'

const format = 'assay-glyphs-1'
/** Units of a capital's height in which glyphs are kept. */
export const GLYPH_CAP = 1000

const coordinate = z.number().int().min(-5000).max(5000)

/** One character as the maker's machine makes it: the outline of its mean over prints, y up from the baseline, x from the pen. */
const LearnedGlyph = z.strictObject({
  symbol: z.string().min(1).max(2),
  /** How far it moves the pen. */
  advance: z.number().int().min(1).max(5000),
  /** Separate prints behind it; photographs of one print count as one. 0: filled in from another face, to lay a line by. */
  prints: z.number().int().min(0),
  /** How unlike its mean a print is: 1 less the correlation, mean over prints. Null of fewer than two. */
  spread: z.number().min(0).max(1).nullable(),
  /** Closed lines, x and y in turn; holes run the other way round. */
  contours: z.array(z.array(coordinate).min(6).max(8000)).max(100),
})

const pairs = z.array(z.tuple([z.string().min(1).max(2), z.string().min(1).max(2)])).max(4000)

/** Glyphs that were learned from golden units. */
export const GlyphFile = z.strictObject({
  format: z.literal(format),
  /** Units behind it. */
  units: z.number().int().min(1),
  /** The faces that fill in what was never seen; null where nothing had to be. */
  filledFrom: z.string().max(200).nullable(),
  glyphs: z.array(LearnedGlyph).min(1).max(400),
  /** Pairs that look alike and of which these glyphs say nothing: too few prints, or hardly a difference. */
  undecided: pairs,
  /** Those of them that readers cannot tell either: a text in which one may stand for the other is not read. */
  confusable: pairs,
})
export type GlyphFile = z.infer<typeof GlyphFile>

/** A symbol with fewer prints says nothing of how it is drawn. */
export const LEAST_PRINTS = 2

/** Is this a file of learned glyphs, and no font? */
export const isGlyphFile = (bytes: Uint8Array): boolean => bytes[0] === 0x7b

/**
 * Learned glyphs as a font: drawn, laid and verified as any other, but for what they cannot tell.
 * @throws FontError `font-faulty`
 */
export function parseGlyphs(bytes: Uint8Array, file: string): OutlineFont {
  const json = parseJson(new TextDecoder().decode(bytes))
  const read = otherVersion(json, format) === null ? GlyphFile.safeParse(json) : null
  if (!read?.success) throw new FontError('font-faulty', `${file} holds no learned glyphs that can be read.`)
  const { glyphs, undecided, confusable } = read.data
  const known = new Map(glyphs.map((glyph, i) => [glyph.symbol, { ...glyph, index: i + 1 }]))
  const among = (some: GlyphFile['undecided']) => {
    const keys = new Set(some.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]))
    return (a: string, b: string) => keys.has(`${a} ${b}`)
  }
  const [isUndecided, isConfusable] = [among(undecided), among(confusable)]
  const font: Font = {
    unitsPerEm: GLYPH_CAP,
    names: null,
    tables: { os2: { sCapHeight: GLYPH_CAP } },
    charToGlyph: symbol => {
      const glyph = known.get(symbol)
      return glyph === undefined ? MISSING : glyphOf(glyph.index, glyph.advance, glyph.contours)
    },
    getKerningValue: () => 0,
  }
  return new OutlineFont(font, file, {
    isWhole: false,
    isProved: symbol => (known.get(symbol)?.prints ?? 0) >= LEAST_PRINTS,
    tells: (a, b) => !isUndecided(a, b),
    mayConfuse: isConfusable,
  })
}

const MISSING: Glyph = glyphOf(0, GLYPH_CAP, [])

function glyphOf(index: number, advanceWidth: number, contours: readonly (readonly number[])[]): Glyph {
  const xs = contours.flatMap(line => line.filter((_, i) => i % 2 === 0))
  const ys = contours.flatMap(line => line.filter((_, i) => i % 2 === 1))
  const isBlank = xs.length === 0
  return {
    index,
    advanceWidth,
    getBoundingBox: () =>
      isBlank
        ? { x1: 0, y1: 0, x2: 0, y2: 0 }
        : { x1: Math.min(...xs), y1: Math.min(...ys), x2: Math.max(...xs), y2: Math.max(...ys) },
    getPath: (x, y, fontSize): Path => {
      const scale = fontSize / GLYPH_CAP
      const commands: PathCommand[] = contours.flatMap(line => {
        const out: PathCommand[] = []
        for (let i = 0; i < line.length; i += 2)
          out.push({ type: i === 0 ? 'M' : 'L', x: x + line[i]! * scale, y: y - line[i + 1]! * scale })
        out.push({ type: 'Z' })
        return out
      })
      return { commands }
    },
  }
}
