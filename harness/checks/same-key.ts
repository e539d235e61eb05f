import type { AddressBook } from '../bip38/index.ts'
import { coinBook } from '../coins/index.ts'
import type { UnitRecord } from '../products/unit-record.ts'

/** The addresses that printed ones are compared with: every coin's. */
export const addressBook: AddressBook = coinBook

/** What a printed address has to do with a unit. */
export type AddressMatch =
  /** It is an address of the unit's key; `kinds` are its keys in the address book, as coins share formats. */
  | { readonly outcome: 'same-key'; readonly kinds: readonly string[] }
  /** A sound address, but not of the unit's key. */
  | { readonly outcome: 'foreign' }
  /** Not an address that any known coin has, or its checksum does not fit. */
  | { readonly outcome: 'not-an-address'; readonly checksumFails: boolean }
  /** Nothing in the record to compare it with, or the record's own key and address are of two keys. */
  | { readonly outcome: 'no-record'; readonly contradictory: boolean }

/**
 * Compares a printed address with the unit's record, as any kind of address of the same public key: with the whole
 * address where the record has a public key, otherwise with the record's address, or by the public key's Hash160 where
 * both addresses contain it.
 */
export function matchAddress(text: string, unit: UnitRecord, book: AddressBook): AddressMatch {
  const printed = book.readAddress(text)
  if (printed.keys.length === 0 || printed.checksum === 'invalid') {
    return { outcome: 'not-an-address', checksumFails: printed.checksum === 'invalid' }
  }
  const { publicKey, address } = unit
  const recorded = address === undefined ? null : book.readAddress(address)
  if (publicKey !== undefined) {
    const own = Object.entries(book.addressesOf(publicKey))
    const writes = (canonical: string) => own.filter(([, text]) => text === canonical).map(([kind]) => kind)
    if (recorded !== null && writes(recorded.canonical).length === 0)
      return { outcome: 'no-record', contradictory: true }
    const kinds = writes(printed.canonical)
    return kinds.length === 0 ? { outcome: 'foreign' } : { outcome: 'same-key', kinds }
  }
  if (recorded === null) return { outcome: 'no-record', contradictory: false }
  if (recorded.keys.length === 0 || recorded.checksum === 'invalid')
    return { outcome: 'no-record', contradictory: true }
  const same =
    recorded.canonical === printed.canonical || (recorded.hash160 !== null && recorded.hash160 === printed.hash160)
  return same ? { outcome: 'same-key', kinds: printed.keys } : { outcome: 'foreign' }
}

/** The same address, however its letters are set where case carries nothing (Bech32, BIP173). */
export function sameAddress(a: string, b: string, book: AddressBook): boolean {
  return a === b || book.readAddress(a).canonical === book.readAddress(b).canonical
}
