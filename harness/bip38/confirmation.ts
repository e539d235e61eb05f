import { parseCodeOf } from './codes.ts'
import { type ConventionOptions, type ProvenKey, proveKey } from './convention.ts'
import { basePoint, isPoint, multiplyPoint } from './curve.ts'
import { Bip38Error } from './errors.ts'
import { lightKeys, passfactorOf, type ScryptOptions } from './key-derivation.ts'
import { openPointB } from './multiplied-key.ts'
import { type Passphrase, passphraseBytes } from './passphrase.ts'

export interface ConfirmationRequest extends ConventionOptions {
  readonly confirmationCode: string
  readonly passphrase: Passphrase
}

/** What a confirmation code proves: this passphrase depends on a key with this public key. */
export interface ConfirmedKey extends ProvenKey {
  readonly lot: number | null
  readonly sequence: number | null
}

/**
 * Confirms that an address depends on a passphrase. One heavy and one light scrypt; no private key appears.
 * @throws Bip38Error `wrong-passphrase`, `other-address-convention`, and the reading errors of {@link decodeCode}
 */
export async function verifyConfirmationCode(
  request: ConfirmationRequest,
  options: ScryptOptions = {},
): Promise<ConfirmedKey> {
  const { code, addressHash, ownerEntropy, rest } = parseCodeOf(request.confirmationCode, 'confirmation-code')
  const { hasLot, compressed, lot, sequence } = code
  const passphrase = passphraseBytes(request.passphrase)
  const passfactor = await passfactorOf(passphrase, ownerEntropy, hasLot, options)
  passphrase.fill(0)
  const keys = await lightKeys(basePoint(passfactor, true), addressHash, ownerEntropy, options)
  const pointb = await openPointB(rest, keys)
  if (!isPoint(pointb)) throw wrongPassphrase()
  const publicKey = multiplyPoint(pointb, passfactor, compressed)
  const proven = proveKey(publicKey, addressHash, request, "The passphrase is right, but this code's")
  if (proven === null) throw wrongPassphrase()
  return { ...proven, lot, sequence }
}

const wrongPassphrase = (): Bip38Error =>
  new Bip38Error('wrong-passphrase', 'The passphrase does not open this confirmation code.')
