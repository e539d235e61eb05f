import { AssayError } from '../core/assay-error.ts'
import { shippedProfiles } from '../products/load-profile.ts'
import { productSecretKind } from '../products/product-secret.ts'
import type { ProductProfile } from '../products/profile.ts'

/** A shorter text is no good part of a passphrase. */
const isLongEnough = (text: string) => text.replaceAll(/[^\p{L}\p{N}]/gu, '').length >= 12
const mostGroups = 8

/**
 * Neighbouring words that may be the groups of a passphrase: each as long as the shortest of them, or several times as long. Chance puts digits among letters; words
 * of a sentence have none, and are not taken together for what they are not.
 */
function piecesOf(text: string): readonly string[] {
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? []
  const pieces = words.flatMap((_, from) =>
    Array.from({ length: Math.min(mostGroups, words.length - from) }, (_, more) => words.slice(from, from + more + 1)),
  )
  const spelt = (words.join(' ').match(/(?<!\S)\S(?: \S){11,}(?!\S)/gu) ?? []).map(run => run.replaceAll(' ', ''))
  return [...pieces.filter(mayBeGroups).map(piece => piece.join(' ')), ...spelt]
}

function mayBeGroups(words: readonly string[]): boolean {
  const shortest = Math.min(...words.map(({ length }) => length))
  const isMixed = words.some(word => /\p{L}/u.test(word) && /\d/.test(word))
  return isMixed && words.every(({ length }) => length % shortest === 0)
}

/**
 * What people type goes into the journal, on pages and into files: reasons and names hold no passphrase of any product, however it is set.
 * @param texts null of what was not said
 * @param more profiles of the journal's own products, besides those that come with Assay
 * @throws AssayError `passphrase-in-words`
 */
export function refusePassphrases(
  what: string,
  texts: readonly (string | null | undefined)[],
  more: readonly ProductProfile[] = [],
): void {
  const asked = texts.flatMap(text => (text == null ? [] : piecesOf(text))).filter(isLongEnough)
  if (asked.length === 0) return
  const profiles = [...shippedProfiles(), ...more]
  if (!asked.some(text => profiles.some(profile => productSecretKind(profile, text) === 'passphrase'))) return
  throw new AssayError(
    'passphrase-in-words',
    `${what} holds what may be a passphrase of a card: others may have seen it there, and it would stand in the journal for good. Say it in other words. Nothing was written.`,
  )
}
