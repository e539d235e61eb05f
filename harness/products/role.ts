import type { Mark } from './profile.ts'

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

/** The role of `mark`, told from its kind and what it carries. */
export function roleOf(mark: Mark): Role {
  if (mark.kind === 'cover') return 'cover'
  if (mark.kind === 'text') {
    if (mark.content === 'address') return 'address-text'
    return mark.content === 'epk' ? 'epk-text' : mark.content
  }
  if (mark.payload === 'confirmation-code') return 'confirmation-code'
  return mark.payload === 'epk' ? 'epk-qr' : 'address-qr'
}
