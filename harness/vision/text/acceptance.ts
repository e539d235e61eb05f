import type { ReaderName } from '../reading.ts'
import type { Kind } from './field-posteriors.ts'
import type { Decoding } from './fusion.ts'

/** What the readers make of a line together, with what acceptance asks for. */
export interface Witness {
  readonly decoding: Decoding
  readonly places: readonly Kind[]
  readonly views: number
  /** Middle of each character, px of the crop. */
  readonly middles: readonly number[]
  /** Probability of the weakest character that is evidence (separators of the field are not), 0..1. */
  readonly weakest: number
  /** Greatest probability, at any character, of a symbol that the field does not allow. */
  readonly outside: number
  /** What each reader by itself gives to the weakest of the chosen characters, 0..1; the leading reader first. */
  readonly opinions: readonly { readonly name: ReaderName; readonly weakest: number }[]
  readonly text: string
}

export interface AcceptanceRule {
  readonly weakest: number
  /** Share of the views in which the chosen characters win. */
  readonly agreement: number
  readonly shapeGap: number
  readonly outside: number
  /** What every reader by itself must give to each character. */
  readonly opinion: number
}

/** A text is believed when all of this is met (text.bench.ts and text-synthetic.bench.ts print what it accepts). */
export const ACCEPT: AcceptanceRule = { weakest: 0.9, agreement: 0.6, shapeGap: 3, outside: 0.7, opinion: 0.1 }
/** What a text must show at least for its own checksum to uphold it; of the number of characters the checksum is proof. */
export const WITH_CHECKSUM: AcceptanceRule = { weakest: 0.5, agreement: 0.5, shapeGap: 10, outside: 0.7, opinion: 0 }
/**
 * So sure after the first batch of views, or the second, that the others would cost time and change nothing. After one
 * view of the leading reader each reader has to be sure of every character by itself.
 */
export const AT_ONCE: readonly AcceptanceRule[] = [
  { weakest: 0.99, agreement: 1, shapeGap: 0.5, outside: 0.1, opinion: 0.9 },
  { weakest: 0.97, agreement: 1, shapeGap: 0.5, outside: 0.2, opinion: 0.5 },
]
/** A reader supports a text when it gives at least this to each of its characters. */
export const SUPPORTS = 0.5

/** @returns null when the rule is met, else a clause that says what is missing (never with the text in it) */
export function objection(witness: Witness, rule: AcceptanceRule): string | null {
  const { decoding, weakest, outside, views, opinions } = witness
  if (decoding.shapeGap > rule.shapeGap) return 'the characters do not fill the expected shape'
  if (outside > rule.outside) return 'a character outside the alphabet'
  if (opinions.some(opinion => opinion.weakest < rule.opinion)) return 'the readers disagree'
  if (decoding.agreement < rule.agreement)
    return `only ${Math.round(decoding.agreement * views)} of ${views} views agree`
  if (weakest < rule.weakest) return `the weakest character has probability ${weakest.toFixed(2)}`
  return null
}
