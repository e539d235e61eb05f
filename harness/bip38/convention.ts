import type { AddressBook } from './address-book.ts'
import { addressHashOf } from './bitcoin.ts'
import { equalBytes, toHex } from './bytes.ts'
import { encodePoint } from './curve.ts'

/** The address that a code's four-byte hash is over: `btc_p2pkh` by BIP38, another key by the habits of other programs. */
export interface MatchedConvention {
  readonly convention: string
  readonly address: string
  /** False when the hash is over an address of the other form of the public key than the flag byte says. */
  readonly formFits: boolean
}

/**
 * Which address of this public key has this hash? The flag's own form and Bitcoin P2PKH are tried first, then every
 * address in the book, of both forms. Null: of none, so the key is another one.
 */
export function matchConvention(
  publicKey: Uint8Array,
  addressHash: Uint8Array,
  book: AddressBook,
): MatchedConvention | null {
  const compressed = publicKey.length === 33
  for (const formFits of [true, false]) {
    const addresses = book.addressesOf(toHex(encodePoint(publicKey, compressed === formFits)))
    const rows = Object.entries(addresses).sort(([a], [b]) => Number(b === 'btc_p2pkh') - Number(a === 'btc_p2pkh'))
    for (const [convention, address] of rows) {
      if (equalBytes(addressHashOf(address), addressHash)) return { convention, address, formFits }
    }
  }
  return null
}

/** BIP38's own convention in the form that the flag byte names, or one that the caller allows in that form. */
export const isAccepted = (match: MatchedConvention, allowed: readonly string[] = []): boolean =>
  match.formFits && (match.convention === 'btc_p2pkh' || allowed.includes(match.convention))

/** «over a ltc_p2pkh address», for sentences. */
export const describeConvention = ({ convention, formFits }: MatchedConvention): string =>
  formFits
    ? `over a ${convention} address`
    : `over a ${convention} address of the other form of the public key than the flag byte names`
