import { type AddressBook, bitcoinBook } from './address-book.ts'
import { addressHashOf } from './bitcoin.ts'
import { equalBytes, toHex } from './bytes.ts'
import { encodePoint } from './curve.ts'
import { Bip38Error } from './errors.ts'

/** Which addresses a code's hash may be over. */
export interface ConventionOptions {
  /**
   * Keys of the address conventions that are allowed beside BIP38's own `btc_p2pkh`; e.g. `ltc_p2pkh`. A hash over any
   * other address in the book is an error or finding that names it.
   */
  readonly conventions?: readonly string[] | undefined
  /** Addresses to compare with. Default: Bitcoin's. `harness/coins` has a book of every coin. */
  readonly book?: AddressBook | undefined
}

/** A public key that the codes of a unit prove. */
export interface ProvenKey {
  /** SEC 1, hex. */
  readonly publicKey: string
  /** The address whose hash the code carries: Bitcoin P2PKH by BIP38. */
  readonly address: string
  readonly convention: string
  /** Every address of the book. */
  readonly addresses: Readonly<Record<string, string>>
}

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

/**
 * The key as proved by its address hash, or null when no address of it has this hash.
 * @param but begins the error's sentence: «The passphrase is right, but this key's»
 * @throws {@link Bip38Error} `other-address-convention`
 */
export function proveKey(
  publicKey: Uint8Array,
  addressHash: Uint8Array,
  { conventions, book = bitcoinBook }: ConventionOptions,
  but: string,
): ProvenKey | null {
  const match = matchConvention(publicKey, addressHash, book)
  if (match === null) return null
  if (!isAccepted(match, conventions)) {
    throw new Bip38Error('other-address-convention', `${but} address hash is ${describeConvention(match)}.`)
  }
  const { address, convention } = match
  return { publicKey: toHex(publicKey), address, convention, addresses: book.addressesOf(toHex(publicKey)) }
}

/** BIP38's own convention in the form that the flag byte names, or one that the caller allows in that form. */
export const isAccepted = (match: MatchedConvention, allowed: readonly string[] = []): boolean =>
  match.formFits && (match.convention === 'btc_p2pkh' || allowed.includes(match.convention))

/** «over a ltc_p2pkh address», for sentences. */
export const describeConvention = ({ convention, formFits }: MatchedConvention): string =>
  formFits
    ? `over a ${convention} address`
    : `over a ${convention} address of the other form of the public key than the flag byte names`
