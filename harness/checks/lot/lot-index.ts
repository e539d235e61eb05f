import { bech32 } from '@scure/base'
import { hash160, p2pkhAddress } from '../../bip38/bitcoin.ts'
import { fromHex, toHex } from '../../bip38/bytes.ts'
import type { AddressBook, PrintedAddress } from '../../bip38/index.ts'
import { withoutTypography } from '../../core/bare-serial.ts'
import type { LotFile, UnitRecord } from '../../products/unit-record.ts'
import { matchAddress } from '../same-key.ts'
import { proveRecord } from './prove-record.ts'
import { TextTable } from './text-table.ts'
import { compressedKey, settledAddress } from './twins.ts'

/** Every address of so many keys is worked out in about a second; of more it is not. */
const fewEnough = 500

type Units = readonly UnitRecord[]
const none: Units = []

/** Finds a lot's records by what was read on a unit: built once a lot, asked for every photograph. */
export interface LotIndex {
  bySerial(text: string): Units
  /**
   * Records whose key has this address, `pointedAt` by its serials among them. Null: it cannot be told without deriving every
   * address of every key of a large lot.
   */
  byAddress(text: string, book: AddressBook, pointedAt: Units): Units | null
}

const indexes = new WeakMap<LotFile, LotIndex>()

export function indexOf(lot: LotFile): LotIndex {
  const known = indexes.get(lot) ?? makeIndex(lot)
  indexes.set(lot, known)
  return known
}

function makeIndex(lot: LotFile): LotIndex {
  const { units } = lot
  const serials = foundBy(units, ({ serial }) => withoutTypography(serial))
  const texts = foundBy(units, ({ address }) => (address === undefined ? null : settledAddress(address)))
  // Hashing 100,000 keys takes a second: not before an address is read that no record writes as it is.
  let hashes: Map<string, Units> | undefined
  let derived: Map<string, Units> | undefined

  const byHash = (hash: string, book: AddressBook): Units => {
    hashes ??= groupedBy(units, unit => hashesOf(unit, book, units.length <= fewEnough))
    const bytes = fromHex(hash, 'The hash')
    const written = [p2pkhAddress(bytes), bech32.encode('bc', [0, ...bech32.toWords(bytes)])]
    return [...(hashes.get(hash) ?? none), ...written.flatMap(texts)]
  }
  const byDerivedAddress = (canonical: string, book: AddressBook): Units => {
    derived ??= groupedBy(units, ({ publicKey }) =>
      publicKey === undefined ? [] : Object.values(book.addressesOf(publicKey)),
    )
    return derived.get(canonical) ?? none
  }
  return {
    bySerial: text => serials(withoutTypography(text)),
    byAddress(text, book, pointedAt) {
      const printed = book.readAddress(text)
      if (printed.keys.length === 0 || printed.checksum === 'invalid') return none
      const owning = (candidates: Units) =>
        [...new Set(candidates)].filter(unit => {
          proveRecord(unit, lot)
          return matchAddress(text, unit, book).outcome === 'same-key'
        })
      const written = texts(settledAddress(printed.canonical))
      const near = owning([...written, ...pointedAt])
      if (near.length > 0) return near
      if (printed.hash160 !== null) return owning(byHash(printed.hash160, book))
      if (units.length > fewEnough) return isKeyless(units) ? none : null
      return owning(byDerivedAddress(printed.canonical, book))
    },
  }
}

const isKeyless = (units: Units) => units.every(({ publicKey }) => publicKey === undefined)

function hashesOf({ publicKey, address }: UnitRecord, book: AddressBook, readsAddress: boolean): string[] {
  if (publicKey !== undefined) {
    // Both forms: the XRP Ledger hashes the shorter one of any key.
    const forms = new Set([publicKey, compressedKey(publicKey)])
    return [...forms].map(form => toHex(hash160(fromHex(form, 'The public key'))))
  }
  const read: PrintedAddress | null = readsAddress && address !== undefined ? book.readAddress(address) : null
  return read?.hash160 == null ? [] : [read.hash160]
}

/** Units by a text of their own. Two units of one text are rare: a lot file with some is refused. */
function foundBy(units: Units, textOf: (unit: UnitRecord) => string | null): (text: string) => Units {
  const table = new TextTable(units.length)
  const later = new Map<number, UnitRecord[]>()
  for (const [place, unit] of units.entries()) {
    const text = textOf(unit)
    const first = text === null ? undefined : table.add(text, place)
    if (first !== undefined) later.set(first, [...(later.get(first) ?? []), unit])
  }
  return text => {
    const place = table.placeOf(text)
    return place === undefined ? none : [units[place]!, ...(later.get(place) ?? [])]
  }
}

/** Units by key. */
function groupedBy(units: Units, keysOf: (unit: UnitRecord) => readonly string[]): Map<string, Units> {
  const groups = new Map<string, UnitRecord[]>()
  for (const unit of units) {
    for (const key of keysOf(unit)) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [unit])
      else if (!group.includes(unit)) group.push(unit)
    }
  }
  return groups
}
