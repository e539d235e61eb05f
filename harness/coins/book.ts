import { type AddressBook, bitcoinBook, type PrintedAddress } from '../bip38/index.ts'

/** Every address of a public key (hex, SEC 1), by coin key: `btc_p2pkh`, `ltc`, … */
export function addressesOf(publicKey: string): Readonly<Record<string, string>> {
  return bitcoinBook.addressesOf(publicKey)
}

/** What a printed address says by itself. Never throws: an unknown text has `coin: null`. */
export function readAddress(text: string): PrintedAddress {
  return bitcoinBook.readAddress(text)
}

/** Every coin, for the BIP38 core's cross-check: `crossCheck(unit, { book: coinBook })`. */
export const coinBook: AddressBook = { addressesOf, readAddress }
