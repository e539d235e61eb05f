import type { FontProof, OutlineFont } from '../../../products/font.ts'
import { LEAST_FIT, type Witness } from '../acceptance.ts'
import { agreementOn, indexOfGreatest } from '../fusion.ts'
import { shapeOf } from '../letter-case.ts'
import type { LineCrop } from '../line-crop.ts'
import { alikeOf } from '../look-alikes.ts'
import { STROKE_CAP, strokesOf } from '../stroke-relief.ts'
import type { TextBand } from '../text-band.ts'
import { isTold, positionsOf, type TextField } from '../text-field.ts'
import type { CommonFace } from './common-faces.ts'
import { glyphMargins, type LaidText, layText, type SeenText } from './glyph-margins.ts'
import { type DrawPaths, drawGlyphs, type GlyphTemplates, templatesOf } from './glyph-templates.ts'
import { type HeldText, holdText, LOOK_ALIKE } from './held-text.ts'

/** However clear a glyph is, it is one witness. */
const MOST_NATS = 6
/** What a network's guess between symbols drawn alike is worth beside the font. */
const GUESS_WEIGHT = 0.3
/** The face of other texts is this one's too where it explains so much of it, or hardly less than the best. */
const IS_LIKELY = 0.955
const LIKELIER = 0.03

/** The third witness of a line: verifies what the networks read against its font. */
export interface FontWitness {
  /** The witness with the word of the product's own font on every character; as it was where that is not known. */
  verify(witness: Witness, crop: LineCrop, band: TextBand): Promise<Witness>
  /**
   * Where it is not known: the witness with the word of the common face that fits best, where the field lets one be looked for.
   * @param because why the text is not believed without it
   */
  find(witness: Witness, crop: LineCrop, band: TextBand, because: string): Witness
}

/** Templates by font, one store a reader. */
export class TemplateStore {
  readonly #drawPaths: DrawPaths
  readonly #commonFaces: () => readonly CommonFace[]
  readonly #capitalFaces: () => readonly CommonFace[]
  readonly #known = new Map<string, { readonly asked: ReadonlySet<string>; readonly templates: GlyphTemplates }>()

  constructor(drawPaths: DrawPaths, commonFaces: () => readonly CommonFace[], capitalFaces = commonFaces) {
    this.#drawPaths = drawPaths
    this.#commonFaces = commonFaces
    this.#capitalFaces = capitalFaces
  }

  witnessFor(field: TextField): FontWitness {
    const symbols = positionsOf(field).flatMap(position => position.symbols)
    const { font, hasChecksum = false } = field
    return {
      verify: async (witness, crop, band) => {
        if (font === undefined) return witness
        const templates = await this.#templatesOf(font.outlines, symbols)
        const seen = seenIn(witness, band, field)
        // A symbol that was never seen, and that no face fills in, says nothing of the line: as where no font is known.
        if (!font.outlines.proof.isWhole && seen.text.some((choice, i) => !templates.has(seen.symbolsAt[i]![choice]!)))
          return witness
        const laidText = layText(strokesOf(crop, band), templates, seen)
        return withFont(witness, laidText, templates, seen, null, font.outlines.proof)
      },
      find: (witness, crop, band, because) => {
        if (font !== undefined || !hasChecksum) return witness
        const seen = seenIn(witness, band, field)
        const strokes = strokesOf(crop, band)
        let best: { readonly templates: GlyphTemplates; readonly laidText: LaidText } | null = null
        for (const { templates } of this.#commonFaces()) {
          const laidText = layText(strokes, templates, seen)
          if (laidText !== null && laidText.fit > (best?.laidText.fit ?? LEAST_FIT)) best = { templates, laidText }
        }
        return best === null ? witness : withFont(witness, best.laidText, best.templates, seen, because)
      },
    }
  }

  /** How a text lies in its own font, or in the faces that fit it; null where there is none to hold it against. */
  async hold(field: TextField, witness: Witness, crop: LineCrop, band: TextBand): Promise<HeldText | null> {
    const { decoding, places } = witness
    const seen = seenIn(witness, band, field)
    // A checksum tells look-alikes apart, and fixed words are no riddle.
    const told = isTold(field)
    const isEvidence = decoding.text.map((_, place) => !told && !places[place]!.literal)
    const strokes = strokesOf(crop, band)
    const read = decoding.text.map((choice, place) => places[place]!.symbols[choice]!)
    if (field.font !== undefined && standsFor(field.font.outlines, read, isEvidence)) {
      const symbols = [...positionsOf(field).flatMap(position => position.symbols), ...'0O1I']
      const templates = await this.#templatesOf(field.font.outlines, symbols)
      return holdText(strokes, [{ name: field.font.outlines.file, templates }], seen, isEvidence, true)
    }
    const hasSmall = decoding.text.some((choice, place) => /[a-z]/.test(places[place]!.symbols[choice]!))
    const faces = hasSmall ? this.#commonFaces() : this.#capitalFaces()
    const likely = told ? faces.find(({ name }) => name === field.likelyFace) : undefined
    const held = likely === undefined ? null : holdText(strokes, [likely], seen, isEvidence, false)
    if (held !== null && held.fit >= IS_LIKELY) return held
    const best = holdText(strokes, faces, seen, isEvidence, false)
    return held !== null && best !== null && held.fit > best.fit - LIKELIER ? held : best
  }

  /** Each symbol of a font is drawn once. */
  async #templatesOf(font: OutlineFont, symbols: readonly string[]): Promise<GlyphTemplates> {
    const known = this.#known.get(font.file)
    const missing = [...new Set(symbols)].filter(symbol => !known?.asked.has(symbol))
    if (known !== undefined && missing.length === 0) return known.templates
    const drawn = await drawGlyphs(font, missing, this.#drawPaths)
    const templates = new Map([...(known?.templates ?? []), ...templatesOf(drawn)])
    this.#known.set(font.file, { asked: new Set([...(known?.asked ?? []), ...missing]), templates })
    return templates
  }
}

function seenIn(
  { decoding, places, middles }: Witness,
  band: TextBand,
  { font, blanksOfWords: blanks = [] }: TextField,
): SeenText {
  const { letterSpacingInCaps = 0 } = font ?? {}
  const scale = STROKE_CAP / band.capHeightPx
  return {
    symbolsAt: places.map(({ symbols }) => symbols),
    text: decoding.text,
    middles: middles.map(x => x * scale),
    letterSpacingInCaps,
    blanks,
  }
}

function withFont(
  witness: Witness,
  laidText: LaidText | null,
  templates: GlyphTemplates,
  seen: SeenText,
  foundFor: string | null,
  proof?: FontProof,
): Witness {
  const { decoding, places } = witness
  const { symbolsAt } = seen
  const fit = laidText?.fit ?? 0
  if (laidText === null || fit < LEAST_FIT)
    return { ...witness, font: { fit, worstMisfit: 1, overrules: false, undecided: false, foundFor } }
  const told = glyphMargins(laidText, templates, seen)
  const margins =
    proof === undefined
      ? told
      : { ...told, rivals: told.rivals.map((row, place) => evened(row, symbolsAt[place]!, proof)) }
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
      undecided:
        proof !== undefined &&
        ofText.some(
          (symbol, place) => isEvidence[place] && symbolsAt[place]!.some(rival => proof.mayConfuse(symbol, rival)),
        ),
      foundFor,
    },
  }
}

/** What the font says of a place, but for what it cannot tell from the symbol that fits best: that fits as well. */
function evened(row: Float32Array, symbols: readonly string[], { tells }: FontProof): Float32Array {
  const best = indexOfGreatest(row)
  const even = row.map((share, k) => (tells(symbols[best]!, symbols[k]!) ? share : row[best]!))
  const all = even.reduce((sum, share) => sum + share, 0)
  return even.map(share => share / Math.max(1e-12, all))
}

/** May a text be held against this font: is each of its symbols drawn as the maker does, and told from its look-alike? */
function standsFor({ proof }: OutlineFont, read: readonly string[], isEvidence: readonly boolean[]): boolean {
  return read.every((symbol, place) => {
    const rival = isEvidence[place] ? LOOK_ALIKE[symbol] : undefined
    return proof.isProved(symbol) && (rival === undefined || proof.tells(symbol, rival))
  })
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
