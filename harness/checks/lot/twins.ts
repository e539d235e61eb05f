import { hash160 } from '../../bip38/bitcoin.ts'
import { fromHex, toHex } from '../../bip38/bytes.ts'
import { readAddress } from '../../coins/index.ts'
import { withoutTypography } from '../../core/bare-serial.ts'
import type { UnitRecord } from '../../products/unit-record.ts'
import type { LotFault } from './lot-fault.ts'
import { TextTable } from './text-table.ts'

/** What every unit of a lot has of its own, settled so that two ways to write it are one. */
const own: readonly { readonly field: keyof UnitRecord; readonly settle: (text: string) => string }[] = [
  // Two serials that differ in case only are one to whoever types or reads them.
  { field: 'serial', settle: text => withoutTypography(text).toUpperCase() },
  { field: 'publicKey', settle: compressedKey },
  { field: 'address', settle: text => settledAddress(text) },
  { field: 'intermediateCode', settle: text => text },
  { field: 'confirmationCode', settle: text => text },
]

/** A public key in its shorter form, both hexadecimal: x, and whether y is odd. */
export function compressedKey(key: string): string {
  return key.length === 66 ? key : `0${2 + (Number.parseInt(key.at(-1)!, 16) % 2)}${key.slice(2, 66)}`
}

/** Case carries nothing in Bech32 and in hexadecimal digits. */
export const settledAddress = (text: string): string =>
  /^(?:0x|[a-z]{2,14}[1:])/i.test(text) ? text.toLowerCase() : text

/** Finds units that share what must be one's own: serial, public key, address or code (`lot-uniqueness`). */
export class Twins {
  readonly #tables: readonly TextTable[]
  readonly #nameOf: (place: number) => string
  readonly faults: LotFault[] = []
  readonly #said = new Set<number>()
  /** Places by what addresses of one key have in common. */
  readonly #keys = new Map<string, number>()

  /**
   * @param most how many units there will be
   * @param nameOf how sentences call the unit at a place
   */
  constructor(most: number, nameOf: (place: number) => string) {
    this.#tables = own.map(() => new TextTable(most))
    this.#nameOf = nameOf
  }

  /** Takes the unit at a place in: at once when it is read, while its texts are at hand. */
  add(record: UnitRecord, place: number): void {
    for (let i = 0; i < own.length; i++) {
      const { field, settle } = own[i]!
      const text = record[field]
      const earlier = text === undefined ? undefined : this.#tables[i]!.add(settle(text), place)
      if (earlier === undefined) continue
      this.#said.add(place)
      this.faults.push(twinFault(field, earlier, place, this.#nameOf))
      // One sentence a pair: the whole record may be there twice.
      return
    }
  }

  /** Two addresses of one key, of whichever coins. Some microseconds a unit, of a record that is proved. */
  addKey(record: UnitRecord, place: number): void {
    const hashes = keyHashes(record)
    const earlier = hashes.map(hash => this.#keys.get(hash)).find(at => at !== undefined)
    for (const hash of hashes) if (!this.#keys.has(hash)) this.#keys.set(hash, place)
    if (earlier === undefined || this.#said.has(place)) return
    const of = this.#nameOf(earlier)
    const because = `belongs to the key of ${of} as well; each unit has its own`
    const field = record.address === undefined ? 'publicKey' : 'address'
    this.faults.push({ code: 'lot-twins', unit: this.#nameOf(place), field, because })
  }
}

/** HASH160 of the public key, as P2PKH and P2WPKH addresses hold it, and of the script that P2SH-P2WPKH ones do (BIP49). */
function keyHashes({ publicKey, address }: UnitRecord): string[] {
  const keys = publicKey === undefined ? [] : [...new Set([publicKey, compressedKey(publicKey)])]
  const { hash, hash160: ofKey } = address === undefined ? { hash: null, hash160: null } : readAddress(address)
  const own = [...keys.map(key => toHex(hash160(fromHex(key, 'The public key')))), ...(ofKey === null ? [] : [ofKey])]
  const scripts = own.map(one => toHex(hash160(fromHex(`0014${one}`, 'The script'))))
  return [...new Set([...own, ...scripts, ...(hash === null ? [] : [hash])])]
}

function twinFault(field: keyof UnitRecord, a: number, b: number, nameOf: (place: number) => string): LotFault {
  // Two units of one serial may have one name.
  const places = nameOf(a) === nameOf(b) ? ` (they are number ${a + 1} and ${b + 1})` : ''
  const because = `is that of ${nameOf(a)} as well${places}; each unit has its own`
  return { code: field === 'serial' ? 'lot-serial-twice' : 'lot-twins', unit: nameOf(b), field, because }
}
