import { fromHex } from '../bip38/bytes.ts'
import { encodePoint } from '../bip38/curve.ts'
import type { AddressBook, PrintedAddress } from '../bip38/index.ts'
import type { KeyForms } from './row.ts'
import { derivedRows, readOnlyRows } from './table.ts'

/**
 * Every address of a public key, by coin key (`btc_p2pkh`, `ltc`, `eth`, …). The key's own form decides hash160 kinds; a
 * SegWit or Taproot address of an uncompressed key is left out, as coins sent there could not be spent.
 * @param publicKey SEC 1, hex, 33 or 65 bytes
 * @throws Bip38Error `bad-argument`, `not-a-point`
 */
export function addressesOf(publicKey: string): Readonly<Record<string, string>> {
  const own = fromHex(publicKey, 'The public key')
  const key: KeyForms = { compressed: encodePoint(own, true), uncompressed: encodePoint(own, false), own }
  const addresses: Record<string, string> = {}
  for (const row of derivedRows) {
    const address = row.address(key)
    if (address !== null) addresses[row.key] = address
  }
  return addresses
}

/**
 * What a printed address says by itself: coin, kind, the hash behind it, and whether its checksum fits. Where several
 * coins share a format (1…: Bitcoin, Diamond, SV; 0x…: Ethereum's family) the first of the table is named, and `keys`
 * names all. Never throws: of an unknown text everything is null.
 */
export function readAddress(text: string): PrintedAddress {
  const readings = [...derivedRows, ...readOnlyRows].flatMap(row => {
    const reading = row.read(text)
    return reading === null ? [] : [{ row, reading }]
  })
  const first = readings.find(({ reading }) => reading.checksum !== 'invalid') ?? readings[0]
  if (first === undefined) {
    const checksum = damagedShapes.some(shape => shape.test(text)) ? 'invalid' : 'none'
    return { coin: null, kind: null, key: null, keys: [], hash: null, hash160: null, checksum, canonical: text }
  }
  const { row, reading } = first
  const sound = reading.checksum !== 'invalid'
  return {
    coin: row.coin,
    kind: row.kind,
    key: row.key,
    keys: readings.filter(({ reading: other }) => other.canonical === reading.canonical).map(({ row: { key } }) => key),
    hash: sound ? reading.hash : null,
    hash160: sound && reading.ofKey ? reading.hash : null,
    checksum: reading.checksum,
    canonical: reading.canonical,
  }
}

/** Texts that can only be a damaged address of a coin here: no row reads them, though they begin and look like one. */
const damagedShapes = [
  /^(?:bc|ltc|dgb|btg|qc|bnb|cosmos)1[02-9ac-hj-np-z]{20,}$/i,
  /^(?:bitcoincash|ecash|cfx):[0-9a-z]{20,}$/i,
  /^0x[0-9a-f]{30,}$/i,
  /^f1[a-z2-7]{30,}$/,
  /^[1-9A-HJ-NP-Za-km-z]{25,36}$/,
]

/** Every coin, for the BIP38 core: `crossCheck(unit, { book: coinBook })`. */
export const coinBook: AddressBook = { addressesOf, readAddress }
