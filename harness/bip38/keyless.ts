import { equalBytes } from './bytes.ts'
import { parseCodeOf } from './codes.ts'
import { type ConventionOptions, type ProvenKey, proveKey } from './convention.ts'
import { multiplyPoint } from './curve.ts'
import { Bip38Error } from './errors.ts'
import { lightKeys, type ScryptOptions } from './key-derivation.ts'
import { factorBOf, openPointB, openSeedB, pointBOf } from './multiplied-key.ts'

export interface KeylessRequest extends ConventionOptions {
  readonly intermediateCode: string
  readonly epk: string
  readonly confirmationCode?: string | undefined
}

/**
 * Proves address and confirmation code against the EPK with no passphrase: seedb in the EPK is encrypted under the
 * passpoint, and the passpoint is in the intermediate code. One light scrypt; no private key appears.
 * @throws Bip38Error `codes-disagree` when they are not of one unit, `other-address-convention`, and reading errors
 */
export async function keyless(request: KeylessRequest, options: ScryptOptions = {}): Promise<ProvenKey> {
  const { code: owner, rest: passpoint } = parseCodeOf(request.intermediateCode, 'intermediate-code')
  const { code, addressHash, ownerEntropy, rest } = parseCodeOf(request.epk, 'epk')
  if (owner.ownerEntropy !== code.ownerEntropy || owner.hasLot !== code.hasLot) {
    throw disagree('The EPK was not made from this intermediate code: their owner entropy or lot bit differs.')
  }
  const keys = await lightKeys(passpoint, addressHash, ownerEntropy, options)
  const factorb = factorBOf(await openSeedB(rest, keys))
  const publicKey = multiplyPoint(passpoint, factorb, code.compressed)
  const proven = proveKey(publicKey, addressHash, request, 'The codes agree, but their')
  if (proven === null) {
    throw disagree('The EPK holds no key whose address has its address hash: it is damaged or forged.')
  }
  if (request.confirmationCode !== undefined) {
    const confirmation = parseCodeOf(request.confirmationCode, 'confirmation-code')
    const { flags, addressHash: hash, ownerEntropy: entropy } = confirmation.code
    if (flags !== code.flags || hash !== code.addressHash || entropy !== code.ownerEntropy) {
      throw disagree('Confirmation code and EPK differ in flag byte, address hash or owner entropy.')
    }
    if (!equalBytes(await openPointB(confirmation.rest, keys), pointBOf(factorb))) {
      throw disagree('The confirmation code does not confirm the key in the EPK.')
    }
  }
  return proven
}

const disagree = (sentence: string): Bip38Error => new Bip38Error('codes-disagree', sentence)
