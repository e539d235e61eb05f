import { toHex } from '../../bip38/bytes.ts'
import { type AddressBook, addressHashOf, type CoreCheck, crossCheck, decodeCode } from '../../bip38/index.ts'
import type { UnitRecord } from '../../products/unit-record.ts'
import type { LotFault } from './lot-fault.ts'

type Disagreement = Pick<LotFault, 'field' | 'because'> & { readonly field: keyof UnitRecord }

/** Which field is blamed by which check of the core, and what is said of it. */
const blamed: Partial<Record<CoreCheck, Disagreement>> = {
  'profile-match': { field: 'confirmationCode', because: 'has a flag byte that no code of this product has' },
  'owner-entropy': { field: 'intermediateCode', because: 'was not made with the confirmationCode beside it' },
  'address-hash': { field: 'address', because: 'is not the one that the confirmationCode beside it was made for' },
}

/**
 * What the parts of one record, each sound by itself (`proofFaults`), say against each other or against the product: codes of two owner
 * entropies, an address or a key that is not the confirmation code's. No secret is needed and no scrypt. Null: nothing.
 *
 * @param book whose addresses a code may have been made over
 * @param flags bytes that the product's codes may have; left out: all of BIP38
 */
export async function disagreement(
  { intermediateCode, confirmationCode, address, publicKey }: UnitRecord,
  book: AddressBook,
  flags?: readonly number[],
): Promise<Disagreement | null> {
  // An address was proved to be the public key's: where there is one, it says for which address the code was made.
  const printed = publicKey === undefined ? address : undefined
  const conventions = printed === undefined ? [] : book.readAddress(printed).keys
  const { findings } = await crossCheck(
    { intermediateCode, confirmationCode, address: printed },
    { book, conventions, flags },
  )
  const against = findings.find(({ check, verdict }) => verdict === 'FAIL' && blamed[check] !== undefined)
  if (against !== undefined) {
    const said = blamed[against.check]!
    return confirmationCode === undefined ? { ...said, field: 'intermediateCode' } : said
  }
  if (publicKey === undefined || confirmationCode === undefined) return null
  const code = decodeCode(confirmationCode)
  const own = Object.values(book.addressesOf(publicKey)).map(one => toHex(addressHashOf(one)))
  if (code.kind === 'confirmation-code' && own.includes(code.addressHash)) return null
  return { field: address === undefined ? 'publicKey' : 'address', because: blamed['address-hash']!.because }
}
