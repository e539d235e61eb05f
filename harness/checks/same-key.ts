import type { AddressBook } from '../bip38/index.ts'
import type { UnitRecord } from '../products/unit-record.ts'

/** What a printed address has to do with a unit. */
export type AddressMatch =
  /** It is an address of the unit's key; `kind` is its key in the address book. */
  | { readonly outcome: 'same-key'; readonly kind: string }
  /** A sound address, but not of the unit's key. */
  | { readonly outcome: 'foreign' }
  /** Not an address that any known coin has, or its checksum does not fit. */
  | { readonly outcome: 'not-an-address'; readonly checksumFails: boolean }
  /** Nothing in the record to compare it with, or the record's own key and address are of two keys. */
  | { readonly outcome: 'no-record'; readonly contradictory: boolean }

/**
 * Compares a printed address with the unit's record, as any kind of address of the same public key: with the whole
 * address where the record has a public key or names the same kind, otherwise by the public key's Hash160.
 */
export function matchAddress(text: string, unit: UnitRecord, book: AddressBook): AddressMatch {
  const printed = book.readAddress(text)
  if (printed.key === null || printed.checksum === 'invalid') {
    return { outcome: 'not-an-address', checksumFails: printed.checksum === 'invalid' }
  }
  const { publicKey, address } = unit
  if (publicKey !== undefined) {
    const rows = Object.entries(book.addressesOf(publicKey))
    if (address !== undefined && !rows.some(([, own]) => sameAddress(own, address, book))) {
      return { outcome: 'no-record', contradictory: true }
    }
    const row = rows.find(([kind, own]) => kind === printed.key && sameAddress(own, text, book))
    const other = row ?? rows.find(([, own]) => sameAddress(own, text, book))
    return other === undefined ? { outcome: 'foreign' } : { outcome: 'same-key', kind: other[0] }
  }
  if (address === undefined) return { outcome: 'no-record', contradictory: false }
  if (sameAddress(address, text, book)) return { outcome: 'same-key', kind: printed.key }
  const own = book.readAddress(address)
  if (own.checksum === 'invalid' || own.key === null) return { outcome: 'no-record', contradictory: true }
  const sameHash = own.hash160 !== null && own.hash160 === printed.hash160
  return sameHash ? { outcome: 'same-key', kind: printed.key } : { outcome: 'foreign' }
}

/** The same address, however its letters are set where case carries nothing (Bech32, BIP173). */
export function sameAddress(a: string, b: string, book: AddressBook): boolean {
  if (a === b) return true
  if (a.toLowerCase() !== b.toLowerCase()) return false
  const [left, right] = [book.readAddress(a), book.readAddress(b)]
  return left.key !== null && left.key === right.key && left.hash160 !== null && left.hash160 === right.hash160
}
