import type { Mark, SymbolMark, TextMark } from './profile.ts'

/**
 * What a mark is for, whatever a maker calls it. Checks ask for roles, so that a product with other names, or with a
 * second serial on a layer, is judged by the same rules.
 */
export type Role =
  | 'address-qr'
  | 'address-text'
  | 'epk-qr'
  | 'epk-text'
  | 'confirmation-code'
  | 'serial'
  | 'passphrase'
  | 'words'
  | 'cover'

/** What a mark shows, as symbol or as text. */
export type Content = TextMark['content'] | SymbolMark['payload']

/** Null for a cover. */
export const contentOf = (mark: Mark): Content | null =>
  mark.kind === 'cover' ? null : mark.kind === 'qr' ? mark.payload : mark.content

/** The role of `mark`, told from its kind and what it shows. */
export function roleOf(mark: Mark): Role {
  if (mark.kind === 'cover') return 'cover'
  const content = mark.kind === 'qr' ? mark.payload : mark.content
  return content === 'address' || content === 'epk' ? `${content}-${mark.kind}` : content
}
