import type { CardForm } from './card-form.ts'

/** Characters that people take for one another, etched or printed. */
const lookAlikes = ['0OQD', '1IL', '2Z', '5S', '6G', '8B', 'UV', 'KX', '4A']

export type TypedPassphrase =
  /** `text` as BIP38 takes it: NFC, separators put in where they belong to the secret. */
  | { readonly outcome: 'complete'; readonly text: string }
  | { readonly outcome: 'empty' }
  | { readonly outcome: 'incomplete'; readonly typed: number; readonly needed: number }
  /** Longer than the product's passphrases are. */
  | { readonly outcome: 'too-long'; readonly typed: number; readonly needed: number }
  /** `character` is none that this product's passphrases have; `instead` looks like it and is one. */
  | { readonly outcome: 'foreign-character'; readonly character: string; readonly instead: readonly string[] }

/**
 * What was typed or pasted, held against the product's pattern. Case is the product's: where the alphabet has no small
 * letters they are made capital; white space and separators of any kind may stand anywhere between its characters. Free
 * text is taken exactly as it is, but for NFC.
 */
export function typedPassphrase({ passphrase: form }: CardForm, typed: string): TypedPassphrase {
  if (typed === '') return { outcome: 'empty' }
  const { alphabet, groups, groupLength } = form
  if (alphabet === null || groups === null || groupLength === null) {
    return { outcome: 'complete', text: typed.normalize('NFC') }
  }
  const characters = charactersOf(form, typed)
  const needed = groups * groupLength
  if (characters.length === 0) return { outcome: 'empty' }
  const character = characters.find(one => !alphabet.includes(one))
  if (character !== undefined) {
    return {
      outcome: 'foreign-character',
      character,
      instead: alikeOf(character).filter(one => alphabet.includes(one)),
    }
  }
  if (characters.length !== needed) {
    return { outcome: characters.length < needed ? 'incomplete' : 'too-long', typed: characters.length, needed }
  }
  return { outcome: 'complete', text: grouped(form, characters.join('')) }
}

type Pattern = CardForm['passphrase']

/** The characters of a patterned passphrase, in the product's own case, without what only separates them. */
export function charactersOf({ alphabet, separator }: Pattern, typed: string): string[] {
  const capital = alphabet !== null && alphabet === alphabet.toUpperCase()
  // Letters of full width, as keyboards of Asia type them, are the letters; what is not seen was not meant.
  const text = typed.normalize('NFKC')
  return [...(capital ? text.toUpperCase() : text)].filter(
    one => !/\s|\p{Cf}|[-\u2010-\u2015\u2212_.·]/u.test(one) && one !== separator,
  )
}

/** Groups of characters with the separator between them, as far as they go. */
function grouped({ groups, groupLength, separator, separatorIsSecret }: Pattern, characters: string): string {
  if (groups === null || groupLength === null) return characters
  const parts = Array.from({ length: groups }, (_, i) => characters.slice(i * groupLength, (i + 1) * groupLength))
  return parts.filter(part => part !== '').join(separatorIsSecret ? (separator ?? '') : '')
}

/** Capitals of Cyrillic and Greek that look as Latin ones do, which stand below them. */
const otherScripts = ['АВЕЅІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABESIJKMHOPCTYXABEZHIKMNOPTYX'] as const

/** Every other character that one may be taken for. */
function alikeOf(character: string): string[] {
  const latin = otherScripts[1][otherScripts[0].indexOf(character)]
  if (latin !== undefined) return [latin]
  return lookAlikes.flatMap(group => (group.includes(character) ? [...group].filter(one => one !== character) : []))
}

/**
 * The passphrases that differ from `text` by one slip, for a person whose reading of the own card does not open it: first in one
 * character that looks like another, then in two neighbours of a group that were swapped. In the order of the places; none for free
 * text.
 */
export function readOtherwise({ passphrase: { alphabet } }: CardForm, text: string): string[] {
  if (alphabet === null) return []
  const characters = [...text]
  const alike = characters.flatMap((character, at) =>
    alikeOf(character)
      .filter(other => alphabet.includes(other))
      .map(other => text.slice(0, at) + other + text.slice(at + 1)),
  )
  const swapped = characters.slice(1).flatMap((next, at) => {
    const before = characters[at]!
    const isSlip = before !== next && alphabet.includes(before) && alphabet.includes(next)
    return isSlip ? [text.slice(0, at) + next + before + text.slice(at + 2)] : []
  })
  return [...new Set([...alike, ...swapped])]
}

/**
 * Whether free text has blanks at its ends, two together or of another kind than the space bar gives, or characters that nobody sees:
 * they count, are seldom meant, and few could type them again.
 */
export const hasOddBlanks = (text: string): boolean =>
  /^\s|\s$|\s\s|[^\S ]|\p{C}|\p{Default_Ignorable_Code_Point}/u.test(text)

const scripts: readonly RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}|\p{Script=Coptic}/u,
  // Written together everywhere.
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Bopomofo}/u,
]

/** Of the letter: which of the scripts; others are one more. Null: a digit or sign, which all scripts share. */
function scriptOf(character: string): number | null {
  if (!/\p{L}/u.test(character) || /\p{Script=Common}|\p{Script=Inherited}/u.test(character)) return null
  const at = scripts.findIndex(script => script.test(character))
  return at < 0 ? scripts.length : at
}

/**
 * The place, from 1, of the first letter that is of another script than the letter before it in the same word (а in «pаss» may be
 * Cyrillic): it looks right and opens nothing. Null: there is none.
 */
export function letterOfOtherScript(text: string): number | null {
  let script: number | null = null
  for (const [i, character] of [...text].entries()) {
    const own = scriptOf(character)
    if (own !== null && script !== null && own !== script) return i + 1
    if (own !== null) script = own
    else if (!/[\p{M}\p{N}\p{Cf}]/u.test(character)) script = null
  }
  return null
}

/** Boxes of one character each after something was typed or pasted into one of them: it goes on into the next, and beyond the last. */
export const writtenFrom = (boxes: readonly string[], at: number, written: readonly string[]): string[] => [
  ...boxes.slice(0, at),
  ...written,
  ...boxes.slice(at + written.length),
]
