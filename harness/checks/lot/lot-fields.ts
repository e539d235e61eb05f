import { hash160 } from '../../bip38/bitcoin.ts'
import { fromHex, toHex } from '../../bip38/bytes.ts'
import { decodeCode } from '../../bip38/code-fields.ts'
import { isPoint } from '../../bip38/curve.ts'
import { Bip38Error } from '../../bip38/errors.ts'
import { addressesOf, derivedRows, readAddress, readOnlyRows } from '../../coins/index.ts'
import { didYouMean } from '../../core/nearest.ts'
import type { UnitRecord } from '../../products/unit-record.ts'

/** What a field of a unit's record must be. Both answer with a clause that holds nothing of the text, or null. */
export interface LotField {
  /** Alphabet, length, first characters: looked at for every unit of a lot, some microseconds. */
  readonly shape: (text: string) => string | null
  /** Checksums and points: about a millisecond a unit. */
  readonly proof?: (text: string) => string | null
}

const shaped =
  (pattern: RegExp, because: string): LotField['shape'] =>
  text =>
    pattern.test(text) ? null : because

function code(kind: 'intermediate-code' | 'confirmation-code', begins: string, characters: number): LotField {
  const what = kind === 'intermediate-code' ? 'an intermediate code' : 'a confirmation code'
  const whole = new RegExp(`^${begins}[1-9A-HJ-NP-Za-km-z]{${characters - begins.length}}$`)
  return {
    shape: text => {
      if (whole.test(text)) return null
      if (!text.startsWith(begins)) return `is not ${what}, which begins with ${begins}`
      const wrong = text.search(/[^1-9A-HJ-NP-Za-km-z]/)
      if (wrong >= 0) return `character ${wrong + 1} is none of Base58, so it is not ${what}`
      return text.length === characters
        ? null
        : `${what} has ${characters} characters, not ${text.length}: it is cut off or run together`
    },
    proof: text => {
      try {
        return decodeCode(text).kind === kind ? null : `is not ${what}`
      } catch (error) {
        if (!(error instanceof Bip38Error)) throw error
        return reasons[error.code] ?? `is not ${what}`
      }
    },
  }
}

const reasons: Partial<Record<Bip38Error['code'], string>> = {
  'bad-checksum': 'its checksum does not fit: a character is wrong, missing or swapped',
  'reserved-bits': 'its flag byte is not one that BIP38 allows',
  'not-a-point': 'the point in it is not on secp256k1',
}

export type UnitField = Exclude<keyof UnitRecord, undefined>

/** Every field of a unit's record that is read. */
export const unitFields: Readonly<Record<UnitField, LotField>> = {
  serial: {
    shape: shaped(
      /^[A-Za-z0-9](?:[A-Za-z0-9 ._/-]{0,78}[A-Za-z0-9])?$/,
      'is no serial: at most 80 letters, digits, blanks and dashes',
    ),
  },
  intermediateCode: code('intermediate-code', 'passphrase', 72),
  confirmationCode: code('confirmation-code', 'cfrm38', 75),
  publicKey: {
    shape: shaped(
      /^(?:0[23][0-9a-fA-F]{64}|04[0-9a-fA-F]{128})$/,
      'is no public key: 66 hexadecimal digits that begin with 02 or 03, or 130 that begin with 04',
    ),
    proof: text =>
      isPoint(fromHex(text, 'The public key')) ? null : 'is no point of secp256k1, so it is no public key',
  },
  address: {
    shape: shaped(/^[A-Za-z0-9:]{20,120}$/, 'is no address of any coin that Assay knows'),
    proof: text => {
      const { keys, checksum } = readAddress(text)
      if (checksum === 'invalid') return 'its checksum does not fit: a character is wrong, missing or swapped'
      return keys.length > 0 ? null : 'is no address of any coin that Assay knows'
    },
  },
  lot: { shape: shaped(/^[!-~](?:[ -~]{0,78}[!-~])?$/, 'is no name of a lot: at most 80 characters') },
  product: { shape: shaped(/^[!-~](?:[ -~]{0,78}[!-~])?$/, 'is no name of a product: at most 80 characters') },
  denomination: {
    shape: shaped(
      /^(?=.{1,20}$)(?:0|[1-9]\d{0,5})(?:\.\d{1,8})? [A-Z]{3,5}$/,
      'is no value: a number and a unit, such as «0.1 BTC»',
    ),
  },
}

const rows = [...derivedRows, ...readOnlyRows]
const coinKeys = rows.map(({ key }) => key)

/** What is wrong with the addresses that the line's own lot files add, by coin key. */
export function addressesFault(addresses: unknown): string | null {
  if (typeof addresses !== 'object' || addresses === null || Array.isArray(addresses)) {
    return 'must be an object of addresses by coin key'
  }
  for (const [key, text] of Object.entries(addresses)) {
    const row = rows.find(one => one.key === key)
    if (row === undefined)
      return `names a coin that Assay does not know${didYouMean(key, coinKeys)}; assay coins has them all`
    const reading = typeof text === 'string' ? row.read(text) : null
    if (reading === null || reading.checksum === 'invalid') return `holds no sound address of ${key}`
  }
  return null
}

/** The record's address must be one of its public key; both are sound by themselves. */
export function contradiction({ publicKey, address }: UnitRecord): string | null {
  if (publicKey === undefined || address === undefined) return null
  const printed = readAddress(address)
  const key = fromHex(publicKey, 'The public key')
  // The hash settles it in most cases, and 27 addresses are worked out for the others only.
  const isOwn =
    (key.length === 33 && printed.hash160 === toHex(hash160(key))) ||
    Object.values(addressesOf(publicKey)).includes(printed.canonical)
  return isOwn ? null : 'is not an address of the publicKey beside it'
}
