import { GLYPH_CAP, type GlyphFile } from '../products/learned-glyphs.ts'
import type { Surface } from '../products/profile.ts'
import type { CommonFace } from '../vision/text/ocv/common-faces.ts'
import { BASE58, BECH32, DIGITS, LETTERS } from '../vision/text/text-field.ts'
import { faceOf } from './glyph-file.ts'
import type { GlyphLine } from './glyph-line.ts'
import { learnGlyphs } from './learn-glyphs.ts'
import type { PhotographSeen, TextLearned } from './learned-marks.ts'

/** Both typefaces of a product: what is etched, and what is printed. */
export interface Faces {
  readonly etching: GlyphFile | null
  readonly print: GlyphFile | null
  readonly unknown: readonly string[]
  readonly bearingOf: (on: Surface, symbol: string) => number
  readonly spacingOf: (text: TextLearned) => number
}

export const glyphFileName = (product: string, use: 'etching' | 'print') => `${product}.${use}.glyphs.json`

/** Every symbol that a text on steel may hold, and one on paper: addresses have small letters. */
const WANTED = {
  etching: [...(LETTERS + DIGITS)],
  print: [...new Set(LETTERS + DIGITS + BASE58 + BECH32)],
} as const

type Use = keyof typeof WANTED
const useOf = (on: Surface): Use => (on === 'card' ? 'etching' : 'print')
const markOf = ({ content, words, on }: Pick<TextLearned, 'content' | 'words' | 'on'>) =>
  `${content} ${on} ${words ?? ''}`

/** Glyphs from every line of known text: on steel of one face, on paper of another. */
export function learnFaces(seen: readonly PhotographSeen[], common: readonly CommonFace[]): Faces {
  const faces = (['etching', 'print'] as const).map(use => {
    const lines: GlyphLine[] = seen.flatMap(({ unit, lines: own }) =>
      own
        .filter(({ on }) => useOf(on) === use)
        .map(line => ({
          print: `${unit} ${markOf(line)} ${line.from}`,
          mark: markOf(line),
          symbols: [...line.measured.text],
          strip: line.measured.strip,
          middlesPx: line.measured.middlesPx,
        })),
    )
    const { glyphs, spacings } = learnGlyphs(lines)
    const units = new Set(seen.map(({ unit }) => unit)).size
    return { use, spacings, face: glyphs.length === 0 ? null : faceOf(glyphs, units, WANTED[use], common) }
  })
  const of = (use: Use) => faces.find(one => one.use === use)!
  const bearings = new Map(
    faces.map(({ use, face }) => [
      use,
      new Map(
        face?.file.glyphs.map(({ symbol, contours }) => [
          symbol,
          Math.min(...contours.flatMap(line => line.filter((_, i) => i % 2 === 0))) / GLYPH_CAP,
        ]),
      ),
    ]),
  )
  return {
    etching: of('etching').face?.file ?? null,
    print: of('print').face?.file ?? null,
    unknown: faces.flatMap(
      ({ use, face }) =>
        face?.unknown.map(sentence => `${use === 'etching' ? 'Etched' : 'Printed'}: ${sentence}`) ?? [],
    ),
    bearingOf: (on, symbol) => bearings.get(useOf(on))?.get(symbol) ?? 0,
    spacingOf: text => Math.max(0, of(useOf(text.on)).spacings.get(markOf(text)) ?? 0),
  }
}
