import type { ReaderName } from '../reading.ts'
import type { Kind } from './field-posteriors.ts'
import type { Decoding } from './fusion.ts'

/** What one reader made of a line, with what acceptance asks for. */
export interface Witness {
  readonly name: ReaderName
  readonly decoding: Decoding
  readonly places: readonly Kind[]
  readonly views: number
  /** Middle of each character, px of the crop. */
  readonly middles: readonly number[]
  /** Probability of the weakest character that is evidence (separators of the field are not), 0..1. */
  readonly weakest: number
  /** Greatest probability, at any character, of a symbol that the field does not allow. */
  readonly outside: number
  readonly text: string
}

export interface AcceptanceRule {
  readonly weakest: number
  /** Share of the views whose own best text is the fused one. */
  readonly agreement: number
  readonly shapeGap: number
  readonly outside: number
}

/** One reader alone is believed only when it is nearly sure (docs: text.bench.ts prints what these rules accept). */
export const ALONE: AcceptanceRule = { weakest: 0.9, agreement: 0.75, shapeGap: 3, outside: 0.7 }
/** What a reader must show for a text that an independent reader reads the same. */
export const TOGETHER: AcceptanceRule = { weakest: 0.5, agreement: 0.5, shapeGap: 3, outside: 0.7 }
/** So sure of another text that it stops the first reader's from being accepted. */
export const VETO: AcceptanceRule = { weakest: 0.8, agreement: 1, shapeGap: 2, outside: 0.3 }
/** What a text must show at least for its own checksum to uphold it. */
export const WITH_CHECKSUM: AcceptanceRule = { weakest: 0.5, agreement: 0.5, shapeGap: 3, outside: 0.7 }
/** So sure after the first views that the others would cost time and change nothing. */
export const AT_ONCE: AcceptanceRule = { weakest: 0.97, agreement: 1, shapeGap: 0.5, outside: 0.2 }

/** @returns null when the rule is met, else a clause that says what is missing (never with the text in it) */
export function objection(witness: Witness, rule: AcceptanceRule): string | null {
  const { decoding, weakest, outside, views } = witness
  if (decoding.shapeGap > rule.shapeGap) return 'the characters do not fill the expected shape'
  if (outside > rule.outside) return 'a character outside the alphabet'
  if (decoding.agreement < rule.agreement)
    return `only ${Math.round(decoding.agreement * views)} of ${views} views agree`
  if (weakest < rule.weakest) return `the weakest character has probability ${weakest.toFixed(2)}`
  return null
}

/**
 * The first reader decides; a second one lowers what it must show by agreeing, or stops it by being sure of another
 * text.
 * @returns null to accept the first one's text, else a clause
 */
export function refusal([lead, ...others]: readonly Witness[]): string | null {
  const dissenting = others.filter(({ text }) => text !== lead!.text)
  if (dissenting.some(witness => objection(witness, VETO) === null)) return 'the readers disagree'
  const agreeing = others.filter(witness => witness.text === lead!.text && objection(witness, TOGETHER) === null)
  return objection(lead!, agreeing.length > 0 ? TOGETHER : ALONE)
}
