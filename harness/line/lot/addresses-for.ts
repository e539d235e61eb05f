import { addressesOf } from '../../coins/book.ts'
import type { ProductProfile } from '../../products/profile.ts'

/**
 * The addresses that the product's top layer may print, of one public key, by coin key. Null when the key is none, or a
 * coin of the profile has no address that a public key gives.
 * @param publicKey SEC 1, hex
 */
export function addressesFor({ address }: ProductProfile, publicKey: string): Record<string, string> | null {
  let all: Readonly<Record<string, string>>
  try {
    all = addressesOf(publicKey)
  } catch {
    return null
  }
  const entries = address.kinds.map(kind => [kind, all[kind]] as const)
  return entries.every((entry): entry is readonly [string, string] => entry[1] !== undefined)
    ? Object.fromEntries(entries)
    : null
}
