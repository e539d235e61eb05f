import { fromHex } from '../bip38/bytes.ts'
import { encodePoint } from '../bip38/curve.ts'
import type { AddressBook } from '../bip38/index.ts'
import { p2pkh } from '../coins/base58-format.ts'
import { p2wpkh } from '../coins/bech32-format.ts'
import { coinBook, derivedRows } from '../coins/index.ts'

/** Coins of no worth, which cards made for trials are for. Version byte and prefix: Bitcoin's `chainparams`, BIP173. */
const testRows = [
  { key: 'tbtc_p2pkh', title: 'Bitcoin testnet, legacy', ...p2pkh(0x6f) },
  { key: 'tbtc_p2wpkh', title: 'Bitcoin testnet, SegWit', ...p2wpkh('tb') },
]

/** Every coin's name, by key, in the order in which results are shown. */
export const coinTitles: Readonly<Record<string, string>> = Object.fromEntries(
  [...derivedRows, ...testRows].map(({ key, title }) => [key, title]),
)

/** Keys of test networks: named where a card is made for one, and not shown among what a key is worth. */
export const isTestCoin = (key: string): boolean => testRows.some(row => row.key === key)

/**
 * Every coin and the test networks, so that a card that was made by another habit than BIP38's is opened and named, not
 * said to have the wrong passphrase.
 */
export const everyNetworkBook: AddressBook = {
  addressesOf(publicKey) {
    const own = fromHex(publicKey, 'The public key')
    const key = { own, compressed: encodePoint(own, true), uncompressed: encodePoint(own, false) }
    const tests = testRows.flatMap(row => {
      const address = row.address(key)
      return address === null ? [] : [[row.key, address]]
    })
    return { ...coinBook.addressesOf(publicKey), ...Object.fromEntries(tests) }
  },
  readAddress(text) {
    for (const { key, read } of testRows) {
      const reading = read(text)
      if (reading === null) continue
      const { checksum, canonical, hash } = reading
      const sound = checksum !== 'invalid' ? hash : null
      return { coin: 'tbtc', kind: key.slice(5), key, keys: [key], hash: sound, hash160: sound, checksum, canonical }
    }
    return coinBook.readAddress(text)
  },
}
