import type { Witness } from '../acceptance.ts'
import { agreementOn, indexOfGreatest } from '../fusion.ts'
import { shapeOf } from '../letter-case.ts'
import type { LineCrop } from '../line-crop.ts'
import { alikeOf } from '../look-alikes.ts'
import { STROKE_CAP, strokesOf } from '../stroke-relief.ts'
import type { TextBand } from '../text-band.ts'
import { positionsOf, type TextField } from '../text-field.ts'
import { glyphMargins } from './glyph-margins.ts'
import { drawTemplates, type GlyphTemplates } from './glyph-templates.ts'

/** However clear a glyph is, it is one witness. */
const MOST_NATS = 6
/** What a network's guess between symbols drawn alike is worth beside the font. */
const GUESS_WEIGHT = 0.3
/** Below this fit the font is not heard on single characters: the line is set in another one, or cannot be seen. */
const HEARD_FROM = 0.6

/** The third witness of a line: verifies what the networks read against the product's own font. */
export interface FontWitness {
  /** The witness with the font's word on every character; as it was when the field names no font. */
  verify(witness: Witness, crop: LineCrop, band: TextBand): Witness
}

/** Templates by font and symbols, drawn once a reader. */
export class TemplateStore {
  readonly #known = new Map<string, Promise<GlyphTemplates>>()

  /** @returns null for a field that names no font */
  async witnessFor(field: TextField): Promise<FontWitness | null> {
    if (field.font === undefined) return null
    const { outlines, letterSpacingInCaps } = field.font
    const symbols = [...new Set(positionsOf(field).flatMap(position => position.symbols))].sort()
    const key = `${outlines.file}\n${symbols.join('')}`
    const drawing = this.#known.get(key) ?? drawTemplates(outlines, symbols)
    this.#known.set(key, drawing)
    const templates = await drawing
    return { verify: (witness, crop, band) => verified(witness, crop, band, templates, letterSpacingInCaps) }
  }
}

function verified(
  witness: Witness,
  crop: LineCrop,
  band: TextBand,
  templates: GlyphTemplates,
  letterSpacing: number,
): Witness {
  const { decoding, places } = witness
  const symbolsAt = places.map(({ symbols }) => symbols)
  const scale = STROKE_CAP / band.capHeightPx
  const middles = witness.middles.map(x => x * scale)
  const margins = glyphMargins(strokesOf(crop, band), templates, symbolsAt, decoding.text, middles, letterSpacing)
  const fit = margins?.fit ?? 0
  if (margins === null || fit < HEARD_FROM) return { ...witness, font: { fit, worstMisfit: 1, overrules: false } }
  const isEvidence = decoding.text.map((_, place) => !places[place]!.literal)
  const rivals = decoding.rivals.map((row, place) => joined(row, margins.rivals[place]!, symbolsAt[place]!))
  const text = rivals.map((row, place) => (isEvidence[place] ? indexOfGreatest(row) : decoding.text[place]!))
  const ofText = text.map((choice, place) => symbolsAt[place]![choice]!)
  const weakestOf = (rows: readonly Float32Array[], counts = (seen: string, other: string) => seen === other) =>
    Math.min(
      1,
      ...rows.flatMap((row, place) =>
        isEvidence[place] ? [shareOf(row, symbolsAt[place]!, ofText[place]!, counts)] : [],
      ),
    )
  return {
    ...witness,
    decoding: { ...decoding, text, rivals, agreement: agreementOn(decoding.alignments, places, text, hardToTell) },
    text: ofText.join(''),
    // Texts that differ by a character are told apart by the font now, so their share of the whole is not asked again.
    weakest: Math.min(witness.alphabetCertainty, weakestOf(rivals)),
    opinions: [
      ...decoding.readers.map(({ name, rivals: rows }) => ({ name, weakest: weakestOf(rows, hardToTell) })),
      { name: 'ocv', weakest: weakestOf(margins.rivals) },
    ],
    font: {
      fit,
      worstMisfit: Math.max(1, ...margins.misfits.filter((_, place) => isEvidence[place])),
      overrules: ofText.some((symbol, place) => {
        const seen = symbolsAt[place]![decoding.text[place]!]!
        return symbol !== seen && !hardToTell(symbol, seen)
      }),
    },
  }
}

/** Symbols that networks cannot tell from each other: twins in size, and look-alikes of most faces. */
function hardToTell(a: string, b: string): boolean {
  return shapeOf(a) === shapeOf(b) || alikeOf(a) === alikeOf(b)
}

/** Probability of a symbol and of those that count for it. */
function shareOf(
  row: Float32Array,
  symbols: readonly string[],
  symbol: string,
  counts: (symbol: string, other: string) => boolean,
): number {
  return row.reduce((sum, share, k) => (counts(symbol, symbols[k]!) ? sum + share : sum), 0)
}

/** Networks and font together: their probabilities multiplied, neither without limit. */
function joined(networks: Float32Array, font: Float32Array, symbols: readonly string[]): Float32Array {
  const floor = Math.exp(-MOST_NATS)
  const guessed = Float32Array.from(networks, (share, k) => {
    const group = symbols.flatMap((symbol, other) => (alikeOf(symbol) === alikeOf(symbols[k]!) ? [other] : []))
    if (group.length < 2) return share
    const all = group.reduce((sum, other) => sum + networks[other]!, 0)
    const weights = group.map(other => (networks[other]! / Math.max(1e-12, all)) ** GUESS_WEIGHT)
    const own = (share / Math.max(1e-12, all)) ** GUESS_WEIGHT
    return (all * own) / weights.reduce((sum, weight) => sum + weight, 0)
  })
  const product = guessed.map((share, k) => share * Math.max(floor, font[k]!))
  const all = product.reduce((sum, share) => sum + share, 0)
  return product.map(share => share / Math.max(1e-12, all))
}
