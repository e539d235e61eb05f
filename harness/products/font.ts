import opentype from 'opentype.js'
import { AssayError } from '../core/assay-error.ts'
import type { Font, PathCommand } from './opentype-font.ts'

/** A font file that cannot be used. */
export class FontError extends AssayError {
  override readonly name = 'FontError'
}

/** One step of an outline, y down. */
export type OutlineCommand = PathCommand

/** An outline as the `d` of an SVG path. */
export function svgPathOf(outline: readonly OutlineCommand[]): string {
  return outline
    .map(step => {
      if (step.type === 'Z') return 'Z'
      if (step.type === 'C') return `C${step.x1} ${step.y1} ${step.x2} ${step.y2} ${step.x} ${step.y}`
      if (step.type === 'Q') return `Q${step.x1} ${step.y1} ${step.x} ${step.y}`
      return `${step.type}${step.x} ${step.y}`
    })
    .join('')
}

/** One symbol set on a line. */
export interface SetGlyph {
  readonly symbol: string
  /** Its origin on the baseline and its advance. */
  readonly x: number
  readonly advance: number
  readonly outline: readonly OutlineCommand[]
  /** Ink bounds, y down from the baseline; null for a blank. */
  readonly ink: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number } | null
}

/** How far a font's glyphs can be held against strokes. */
export interface FontProof {
  /** Is it the maker's own file, so that a symbol that it lacks cannot stand on a card? */
  readonly isWhole: boolean
  /** Is the symbol drawn as the maker draws it, and not filled in from somewhere else? */
  readonly isProved: (symbol: string) => boolean
  /** Do the glyphs tell the two from each other? */
  readonly tells: (symbol: string, rival: string) => boolean
  /** May neither the glyphs nor readers tell the two from each other? */
  readonly mayConfuse: (symbol: string, rival: string) => boolean
}

const WHOLE_PROOF: FontProof = { isWhole: true, isProved: () => true, tells: () => true, mayConfuse: () => false }

/**
 * A font opened from its file: no system font is ever used, so every outline is the same everywhere. Cap heights, letter
 * spacings and places are in any unit, and what comes back is in the same.
 */
export class OutlineFont {
  readonly #font: Font
  readonly #capUnits: number
  readonly file: string
  /** What the glyphs prove: everything of a font's own file, less of glyphs that were learned from prints. */
  readonly proof: FontProof

  constructor(font: Font, file: string, proof: FontProof = WHOLE_PROOF) {
    this.#font = font
    this.file = file
    this.proof = proof
    this.#capUnits = font.tables.os2?.sCapHeight || font.charToGlyph('H').getBoundingBox().y2
  }

  /** The em that makes capitals `capHeight` high. */
  emSize(capHeight: number): number {
    return (capHeight * this.#font.unitsPerEm) / this.#capUnits
  }

  /** How far a symbol moves the pen at that cap height. */
  advance(symbol: string, capHeight: number): number {
    return (this.#font.charToGlyph(symbol).advanceWidth * capHeight) / this.#capUnits
  }

  /** Does the font have this symbol? */
  has(symbol: string): boolean {
    return this.#font.charToGlyph(symbol).index !== 0
  }

  /** The width of a text from the first pen position to the last (no kerning: etchers do not kern). */
  width(text: string, capHeight: number, letterSpacing = 0): number {
    const symbols = [...text]
    const spaces = letterSpacing * Math.max(0, symbols.length - 1)
    return symbols.reduce((sum, symbol) => sum + this.advance(symbol, capHeight), spaces)
  }

  /**
   * Sets one line, symbol by symbol.
   * @param at baseline start (`left`) or middle (`centre`)
   * @throws FontError `font-lacks-symbol` (the symbol itself is not told: the text may be secret)
   */
  setLine(
    text: string,
    at: { x: number; y: number },
    align: 'left' | 'centre',
    capHeight: number,
    letterSpacing = 0,
  ): SetGlyph[] {
    const em = this.emSize(capHeight)
    let x = align === 'left' ? at.x : at.x - this.width(text, capHeight, letterSpacing) / 2
    const line: SetGlyph[] = []
    for (const symbol of text) {
      const glyph = this.#font.charToGlyph(symbol)
      if (glyph.index === 0) {
        throw new FontError(
          'font-lacks-symbol',
          `The font ${this.file} lacks a symbol of the text; choose another font.`,
        )
      }
      const advance = (glyph.advanceWidth * capHeight) / this.#capUnits
      const box = glyph.getBoundingBox()
      const scale = capHeight / this.#capUnits
      const blank = box.x1 === box.x2
      line.push({
        symbol,
        x,
        advance,
        outline: glyph.getPath(x, at.y, em).commands,
        ink: blank
          ? null
          : {
              left: x + box.x1 * scale,
              right: x + box.x2 * scale,
              top: at.y - box.y2 * scale,
              bottom: at.y - box.y1 * scale,
            },
      })
      x += advance + letterSpacing
    }
    return line
  }
}

/** A font from its bytes. @param file what to call it @throws FontError `font-faulty` */
export function parseFont(bytes: Uint8Array, file: string): OutlineFont {
  try {
    const font = quietly(() => opentype.parse(Uint8Array.from(bytes).buffer)) as Font
    return new OutlineFont(font, file)
  } catch (cause) {
    throw new FontError('font-faulty', `${file} is not a TrueType or OpenType font that can be read.`, { cause })
  }
}

/** The parser tells the console of tables that it leaves out, with places in its own source; what it reads is judged by what it draws. */
function quietly<T>(work: () => T): T {
  const { warn, error } = console
  console.warn = console.error = () => {}
  try {
    return work()
  } finally {
    Object.assign(console, { warn, error })
  }
}

/** The font files that come with Assay. */
export const shippedFonts = { etching: 'B612Mono-Regular.otf', print: 'LiberationMono-Regular.ttf' } as const
