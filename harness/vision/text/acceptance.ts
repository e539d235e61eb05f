import type { ReaderName } from '../reading.ts'
import type { Kind } from './field-posteriors.ts'
import type { Decoding } from './fusion.ts'
import { alikeOf } from './look-alikes.ts'

/** What the readers make of a line together, with what acceptance asks for. */
export interface Witness {
  readonly decoding: Decoding
  readonly places: readonly Kind[]
  readonly views: number
  /** Middle of each character, px of the crop. */
  readonly middles: readonly number[]
  /** Probability of the weakest character that is evidence (separators of the field are not), 0..1. */
  readonly weakest: number
  /** Probability that the text has the alphabet that it was read under, where the field allows several, 0..1. */
  readonly alphabetCertainty: number
  /** Greatest probability, at any character, of a symbol that the field does not allow. */
  readonly outside: number
  /** What each reader by itself gives to the weakest of the chosen characters, 0..1; the leading reader first. */
  readonly opinions: readonly { readonly name: ReaderName; readonly weakest: number }[]
  readonly text: string
  /** What the product's font says of it; null where the font is not known. */
  readonly font: FontOpinion | null
}

/** How the strokes go with the product's font (ocv/). */
export interface FontOpinion {
  /** Part of the strokes' variance that the text explains when it is set in that font; 0 when it has not even its pitch. */
  readonly fit: number
  /** How badly the worst character fits, against the line's median one. */
  readonly worstMisfit: number
  /** Was a character of the text changed, from what the networks see to what the font says (not counting 0 and O, 1, I and l)? */
  readonly overrules: boolean
  /** May a character be a look-alike that learned glyphs do not tell from it: never seen often enough, or hardly different? */
  readonly undecided: boolean
  /**
   * Null for the product's own font. Else the font was only found to fit, and this is why the text was not believed without it:
   * a text that such a font helped to see is believed by its checksum alone.
   */
  readonly foundFor: string | null
}

export interface AcceptanceRule {
  readonly weakest: number
  /** Share of the views in which the chosen characters win. */
  readonly agreement: number
  readonly shapeGap: number
  readonly outside: number
  /** What every reader by itself must give to each character. */
  readonly opinion: number
  /** Does the text's own checksum decide? Then the font may overrule the networks, and look-alikes may be guessed. */
  readonly checksum: boolean
}

/**
 * Strokes of which the product's own font explains less are set in another one, or spoilt. Of 175 lines of photographs in
 * their own font those that could be read have 0.68 and more, in another face 0.27 to 0.92.
 */
export const LEAST_FIT = 0.6
/**
 * Look-alikes are told apart only by a font that the strokes have beyond doubt: of 2,583 of them drawn in the face that was
 * named, none of those told with 0.95 was wrong down to a fit of 0.6; in another face of the same build some are.
 */
const TELLS_LOOK_ALIKES = 0.8
/** A character that fits so much worse than the line's others is damaged, or is none of this font. In void print: 4.5. */
const WORST_MISFIT = 8

/** A text is believed when all of this is met (text.bench.ts and text-synthetic.bench.ts print what it accepts). */
export const ACCEPT: AcceptanceRule = {
  weakest: 0.9,
  agreement: 0.6,
  shapeGap: 3,
  outside: 0.7,
  opinion: 0.1,
  checksum: false,
}
/** What a text must show at least for its own checksum to uphold it; of the number of characters the checksum is proof. */
export const WITH_CHECKSUM: AcceptanceRule = {
  weakest: 0.5,
  agreement: 0.5,
  shapeGap: 10,
  outside: 0.7,
  opinion: 0,
  checksum: true,
}
/**
 * So sure after the first batch of views, or the second, that the others would cost time and change nothing. After one
 * view of the leading reader each reader has to be sure of every character by itself.
 */
export const AT_ONCE: readonly AcceptanceRule[] = [
  { weakest: 0.99, agreement: 1, shapeGap: 0.5, outside: 0.1, opinion: 0.9, checksum: false },
  { weakest: 0.97, agreement: 1, shapeGap: 0.5, outside: 0.2, opinion: 0.5, checksum: false },
]
/** A reader supports a text when it gives at least this to each of its characters. */
export const SUPPORTS = 0.5

/** Do the strokes have the font, and does it see every character? */
function standsForAll({ font, opinions }: Witness): boolean {
  const own = opinions.find(({ name }) => name === 'ocv')
  return font !== null && font.fit >= LEAST_FIT && own !== undefined && own.weakest >= SUPPORTS
}

/** Is there a character that could as well be another that many faces draw alike? Networks that know no face are sure all the same. */
function guesses({ decoding, places }: Witness): boolean {
  return decoding.text.some((choice, place) => {
    const { symbols, literal } = places[place]!
    const alike = symbols.filter(symbol => alikeOf(symbol) === alikeOf(symbols[choice]!))
    return !literal && alike.length > 1
  })
}

/** Why a line is not believed that its readers are sure of. */
export const ONLY_A_FONT_TELLS =
  'a 0 or O, 1 or I, that only a known font could tell (fonts in the product profile; assay text --font)'

/** @returns null when the rule is met, else a clause that says what is missing (never with the text in it) */
export function objection(witness: Witness, rule: AcceptanceRule): string | null {
  const { decoding, weakest, outside, views, opinions, font } = witness
  if (font !== null && font.foundFor !== null && !rule.checksum) return font.foundFor
  // Glyph by glyph the font stands for the text, and its checksum will decide: how the networks' views came to it is no matter.
  if (rule.checksum && standsForAll(witness) && weakest >= rule.weakest) return null
  if (decoding.shapeGap > rule.shapeGap) return 'the characters do not fill the expected shape'
  if (outside > rule.outside) return 'a character outside the alphabet'
  if (font !== null && font.fit < LEAST_FIT) return 'the strokes are not those of the font that the product names'
  if (font !== null && font.worstMisfit > WORST_MISFIT) return 'a character is not drawn as in the product’s font'
  if (font?.overrules && !rule.checksum)
    return 'the font that the product names speaks for another character than the readers see'
  const against = opinions.filter(opinion => opinion.weakest < rule.opinion)
  if (against.length > 0)
    return against.every(({ name }) => name === 'ocv')
      ? 'the font that the product names speaks against a character'
      : 'the readers disagree'
  if (!rule.checksum && font?.undecided)
    return 'a character that the glyphs learned so far do not tell from its look-alike: teach more units, or name the font'
  if (!rule.checksum && (font?.fit ?? 0) < TELLS_LOOK_ALIKES && guesses(witness)) return ONLY_A_FONT_TELLS
  if (decoding.agreement < rule.agreement)
    return `only ${Math.round(decoding.agreement * views)} of ${views} views agree`
  if (weakest < rule.weakest) return `the weakest character has probability ${weakest.toFixed(2)}`
  return null
}
