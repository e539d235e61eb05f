import { type AddressBook, bitcoinBook } from './address-book.ts'
import { equalBytes, toHex } from './bytes.ts'
import { parseCodeOf } from './codes.ts'
import { describeConvention, isAccepted, matchConvention } from './convention.ts'
import { multiplyPoint } from './curve.ts'
import { Bip38Error } from './errors.ts'
import { lightKeys, type ScryptOptions } from './key-derivation.ts'
import { factorBOf, openPointB, openSeedB, pointBOf } from './multiplied-key.ts'

export interface KeylessRequest {
  readonly intermediateCode: string
  readonly epk: string
  readonly confirmationCode?: string | undefined
  readonly conventions?: readonly string[] | undefined
  readonly book?: AddressBook | undefined
}

export interface KeylessProof {
  readonly publicKey: string
  readonly address: string
  readonly convention: string
  readonly addresses: Readonly<Record<string, string>>
}

/**
 * Proves address and confirmation code against the EPK with no passphrase: seedb in the EPK is encrypted under the
 * passpoint, and the passpoint is in the intermediate code. One light scrypt; no private key appears.
 * @throws Bip38Error `codes-disagree` when they are not of one unit, `other-address-convention`, and reading errors
 */
export async function keyless(request: KeylessRequest, options: ScryptOptions = {}): Promise<KeylessProof> {
  const intermediate = parseCodeOf(request.intermediateCode, 'intermediate-code')
  const epk = parseCodeOf(request.epk, 'epk')
  const book = request.book ?? bitcoinBook
  if (intermediate.code.ownerEntropy !== epk.code.ownerEntropy || intermediate.code.hasLot !== epk.code.hasLot) {
    throw disagree('The EPK was not made from this intermediate code: their owner entropy or lot bit differs.')
  }
  const passpoint = intermediate.payload.subarray(16, 49)
  const addressHash = epk.payload.subarray(3, 7)
  const keys = await lightKeys(passpoint, addressHash, epk.payload.subarray(7, 15), options)
  const factorb = factorBOf(await openSeedB(epk.payload.subarray(15, 39), keys))
  const publicKey = multiplyPoint(passpoint, factorb, epk.code.compressed)
  const match = matchConvention(publicKey, addressHash, book)
  if (match === null)
    throw disagree('The EPK holds no key whose address has its address hash: it is damaged or forged.')
  if (!isAccepted(match, request.conventions)) {
    throw new Bip38Error(
      'other-address-convention',
      `The codes agree, but their address hash is ${describeConvention(match)}.`,
    )
  }
  if (request.confirmationCode !== undefined) {
    const confirmation = parseCodeOf(request.confirmationCode, 'confirmation-code')
    if (!equalBytes(confirmation.payload.subarray(5, 18), epk.payload.subarray(2, 15))) {
      throw disagree('Confirmation code and EPK differ in flag byte, address hash or owner entropy.')
    }
    if (!equalBytes(await openPointB(confirmation.payload.subarray(18), keys), pointBOf(factorb))) {
      throw disagree('The confirmation code does not confirm the key in the EPK.')
    }
  }
  const addresses = book.addressesOf(toHex(publicKey))
  return { publicKey: toHex(publicKey), address: match.address, convention: match.convention, addresses }
}

const disagree = (sentence: string): Bip38Error => new Bip38Error('codes-disagree', sentence)
