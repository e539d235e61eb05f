import { type AddressBook, bitcoinBook } from './address-book.ts'
import { fromHex, toHex } from './bytes.ts'
import { parseCodeOf } from './codes.ts'
import { describeConvention, isAccepted, matchConvention } from './convention.ts'
import { basePoint, isPoint, multiplyPoint } from './curve.ts'
import { Bip38Error } from './errors.ts'
import { lightKeys, passfactorOf, prefactor, type ScryptOptions } from './key-derivation.ts'
import { openPointB } from './multiplied-key.ts'
import { type Passphrase, passphraseBytes } from './passphrase.ts'

export interface ConfirmationRequest {
  readonly confirmationCode: string
  readonly passphrase: Passphrase
  readonly conventions?: readonly string[] | undefined
  readonly book?: AddressBook | undefined
}

/** What a confirmation code proves: this passphrase depends on a key with this public key. */
export interface ConfirmedKey {
  /** SEC 1, hex. */
  readonly publicKey: string
  /** The address whose hash the code carries: Bitcoin P2PKH by BIP38. */
  readonly address: string
  readonly convention: string
  /** Every address of the book. */
  readonly addresses: Readonly<Record<string, string>>
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
  const { code, payload } = parseCodeOf(request.confirmationCode, 'confirmation-code')
  const book = request.book ?? bitcoinBook
  const passphrase = passphraseBytes(request.passphrase)
  const ownerEntropy = payload.subarray(10, 18)
  const addressHash = payload.subarray(6, 10)
  const factor = await prefactor(passphrase, fromHex(code.ownerSalt, ''), options)
  passphrase.fill(0)
  const passfactor = passfactorOf(factor, ownerEntropy, code.hasLot)
  factor.fill(0)
  const keys = await lightKeys(basePoint(passfactor, true), addressHash, ownerEntropy, options)
  const pointb = await openPointB(payload.subarray(18), keys)
  if (!isPoint(pointb)) throw wrongPassphrase()
  const publicKey = multiplyPoint(pointb, passfactor, code.compressed)
  const match = matchConvention(publicKey, addressHash, book)
  if (match === null) throw wrongPassphrase()
  if (!isAccepted(match, request.conventions)) {
    throw new Bip38Error(
      'other-address-convention',
      `The passphrase is right, but this code's address hash is ${describeConvention(match)}.`,
    )
  }
  const { lot, sequence } = code
  const addresses = book.addressesOf(toHex(publicKey))
  return { publicKey: toHex(publicKey), address: match.address, convention: match.convention, addresses, lot, sequence }
}

const wrongPassphrase = (): Bip38Error =>
  new Bip38Error('wrong-passphrase', 'The passphrase does not open this confirmation code.')
