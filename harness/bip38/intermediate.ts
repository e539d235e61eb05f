import { type Bytes, concat, ownBytes } from './bytes.ts'
import { encodeIntermediateCode } from './codes.ts'
import { basePoint } from './curve.ts'
import { Bip38Error } from './errors.ts'
import { passfactorOf, type ScryptOptions } from './key-derivation.ts'
import { type Passphrase, passphraseBytes } from './passphrase.ts'

export interface IntermediateRequest {
  readonly passphrase: Passphrase
  /** 4 bytes with lot and sequence, 8 without (bytes or hex). From a random source, once per code. */
  readonly ownerSalt: Uint8Array | string
  /** 0..1048575. With `sequence`, or not at all. */
  readonly lot?: number | undefined
  /** 0..4095. */
  readonly sequence?: number | undefined
}

/**
 * The intermediate code of a passphrase: with it, another site makes encrypted keys that only this passphrase opens.
 * One heavy scrypt. @throws Bip38Error `bad-argument`
 */
export async function createIntermediateCode(
  request: IntermediateRequest,
  options: ScryptOptions = {},
): Promise<string> {
  const { ownerEntropy, hasLot } = readOwner(request)
  const passphrase = passphraseBytes(request.passphrase)
  const passfactor = await passfactorOf(passphrase, ownerEntropy, hasLot, options)
  passphrase.fill(0)
  return encodeIntermediateCode(hasLot, ownerEntropy, basePoint(passfactor, true))
}

function readOwner(request: IntermediateRequest): { ownerEntropy: Bytes; hasLot: boolean } {
  const { lot, sequence } = request
  const ownerSalt = ownBytes(request.ownerSalt, 'The owner salt')
  if (lot === undefined && sequence === undefined) {
    if (ownerSalt.length !== 8) {
      throw new Bip38Error(
        'bad-argument',
        `Without lot and sequence the owner salt has 8 bytes, not ${ownerSalt.length}.`,
      )
    }
    return { ownerEntropy: ownerSalt, hasLot: false }
  }
  if (lot === undefined || sequence === undefined) {
    throw new Bip38Error('bad-argument', 'Lot and sequence come together: give both or neither.')
  }
  if (!Number.isInteger(lot) || lot < 0 || lot > 0xfffff) {
    throw new Bip38Error('bad-argument', 'The lot is a whole number 0..1048575.')
  }
  if (!Number.isInteger(sequence) || sequence < 0 || sequence > 0xfff) {
    throw new Bip38Error('bad-argument', 'The sequence is a whole number 0..4095.')
  }
  if (ownerSalt.length !== 4) {
    throw new Bip38Error('bad-argument', `With lot and sequence the owner salt has 4 bytes, not ${ownerSalt.length}.`)
  }
  const lotSequence = new Uint8Array(4)
  new DataView(lotSequence.buffer).setUint32(0, lot * 4096 + sequence)
  return { ownerEntropy: concat(ownerSalt, lotSequence), hasLot: true }
}
