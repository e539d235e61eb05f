import { AssayError } from '../core/assay-error.ts'
import { shippedProfiles } from '../products/load-profile.ts'
import { productSecretKind } from '../products/product-secret.ts'
import type { ProductProfile } from '../products/profile.ts'

/** A shorter text is no good part of a passphrase. */
const isLongEnough = (text: string) => text.replaceAll(/[^\p{L}\p{N}]/gu, '').length >= 12
const mostGroups = 8

/** Neighbouring words, by which a passphrase that stands in a sentence is found between words that are as long as its groups. */
function piecesOf(text: string): readonly string[] {
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? []
  return words.flatMap((_, from) =>
    Array.from({ length: Math.min(mostGroups, words.length - from) }, (_, more) =>
      words.slice(from, from + more + 1).join(' '),
    ).filter(piece => /\d/.test(piece) || /(?<!\p{L})[^AEIOUYaeiouy\s]{3,}(?!\p{L})/u.test(piece)),
  )
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
  const asked = texts.flatMap(text => (text == null ? [] : [text, ...piecesOf(text)])).filter(isLongEnough)
  if (asked.length === 0) return
  const profiles = [...shippedProfiles(), ...more]
  if (!asked.some(text => profiles.some(profile => productSecretKind(profile, text) === 'passphrase'))) return
  throw new AssayError(
    'passphrase-in-words',
    `${what} holds what may be a passphrase of a card: others may have seen it there, and it would stand in the journal for good. Say it in other words. Nothing was written.`,
  )
}
