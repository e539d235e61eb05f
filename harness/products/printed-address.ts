import type { ProductProfile } from './profile.ts'

const prefixesOf = ({ address: { prefixes = [''] } }: ProductProfile) => prefixes

/** What an address symbol of the product carries, printed by its maker. */
export const symbolText = (profile: ProductProfile, address: string): string => `${prefixesOf(profile)[0]}${address}`

/**
 * The address in an address symbol: all of its text, behind a prefix that the product prints. The scheme of a URI knows no case
 * (RFC 3986, 3.1; BIP21); nothing else is folded, and nothing may follow.
 * @returns null when no prefix of the product stands in front
 */
export function addressOfSymbol(profile: ProductProfile, text: string): string | null {
  const longestFirst = [...prefixesOf(profile)].sort((a, b) => b.length - a.length)
  const prefix = longestFirst.find(one => text.slice(0, one.length).toLowerCase() === one)
  return prefix === undefined ? null : text.slice(prefix.length)
}
