import { type AddressBook, bitcoinBook } from './address-book.ts'
import { bitcoinAddress } from './bitcoin.ts'
import { type Bytes, concat, fromHex, toHex, xor } from './bytes.ts'
import { type EpkCode, type NonEcEpkCode, type ParsedCode, parseCodeOf } from './codes.ts'
import { describeConvention, isAccepted, matchConvention } from './convention.ts'
import { basePoint, multiplyScalars, scalarBytes, scalarOrNull } from './curve.ts'
import { Bip38Error } from './errors.ts'
import { lightKeys, nonEcKeys, passfactorOf, prefactor, type ScryptOptions } from './key-derivation.ts'
import { factorBOf, openSeedB } from './multiplied-key.ts'
import { type Passphrase, passphraseBytes } from './passphrase.ts'

export interface DecryptRequest {
  readonly epk: string
  readonly passphrase: Passphrase
  /**
   * Keys of the address conventions that the address hash may be over, beside BIP38's own `btc_p2pkh`; e.g. `ltc_p2pkh`.
   * A hash over any other address in the book is the error `other-address-convention`, which names it.
   */
  readonly conventions?: readonly string[] | undefined
  readonly book?: AddressBook | undefined
}

/** A private key in clear. The caller zeroes `privateKey` after use. */
export interface DecryptedKey {
  readonly privateKey: Bytes
  readonly compressed: boolean
  /** SEC 1, hex. */
  readonly publicKey: string
  /** Bitcoin P2PKH. */
  readonly address: string
  /** The convention that the address hash matched: `btc_p2pkh` by BIP38. */
  readonly convention: string
  readonly lot: number | null
  readonly sequence: number | null
}

/**
 * Decrypts an encrypted private key of either kind. One heavy scrypt, and a light one when it was made by EC
 * multiplication. A wrong passphrase is always an error, never another key (up to the 2^-32 chance of a four-byte hash).
 * @throws Bip38Error `wrong-passphrase`, `other-address-convention`, and the reading errors of {@link decodeCode}
 */
export async function decrypt(request: DecryptRequest, options: ScryptOptions = {}): Promise<DecryptedKey> {
  const parsed = parseCodeOf(request.epk, 'epk', 'epk-non-ec')
  const passphrase = passphraseBytes(request.passphrase)
  try {
    const key =
      parsed.code.kind === 'epk-non-ec'
        ? await openNonEc(parsed as ParsedCode<NonEcEpkCode>, passphrase, options)
        : await openMultiplied(parsed as ParsedCode<EpkCode>, passphrase, options)
    return judge(key, parsed.code, request)
  } finally {
    passphrase.fill(0)
  }
}

async function openNonEc(parsed: ParsedCode<NonEcEpkCode>, passphrase: Bytes, options: ScryptOptions): Promise<bigint> {
  const { payload } = parsed
  const keys = await nonEcKeys(passphrase, payload.subarray(3, 7), options)
  const half1 = await keys.cipher.decrypt(payload.subarray(7, 23))
  const half2 = await keys.cipher.decrypt(payload.subarray(23, 39))
  const key = scalarOrNull(xor(concat(half1, half2), keys.mask))
  if (key === null) throw wrongPassphrase()
  return key
}

async function openMultiplied(parsed: ParsedCode<EpkCode>, passphrase: Bytes, options: ScryptOptions): Promise<bigint> {
  const { code, payload } = parsed
  const ownerEntropy = payload.subarray(7, 15)
  const factor = await prefactor(passphrase, fromHex(code.ownerSalt, ''), options)
  const passfactor = passfactorOf(factor, ownerEntropy, code.hasLot)
  factor.fill(0)
  const keys = await lightKeys(basePoint(passfactor, true), payload.subarray(3, 7), ownerEntropy, options)
  return multiplyScalars(passfactor, factorBOf(await openSeedB(payload.subarray(15, 39), keys)))
}

function judge(key: bigint, code: EpkCode | NonEcEpkCode, request: DecryptRequest): DecryptedKey {
  const publicKey = basePoint(key, code.compressed)
  const match = matchConvention(publicKey, fromHex(code.addressHash, ''), request.book ?? bitcoinBook)
  if (match === null) throw wrongPassphrase()
  if (!isAccepted(match, request.conventions)) {
    throw new Bip38Error(
      'other-address-convention',
      `The passphrase is right, but this key's address hash is ${describeConvention(match)}.`,
    )
  }
  return {
    privateKey: scalarBytes(key),
    compressed: code.compressed,
    publicKey: toHex(publicKey),
    address: bitcoinAddress(publicKey),
    convention: match.convention,
    lot: code.kind === 'epk' ? code.lot : null,
    sequence: code.kind === 'epk' ? code.sequence : null,
  }
}

const wrongPassphrase = (): Bip38Error =>
  new Bip38Error('wrong-passphrase', 'The passphrase does not open this encrypted private key.')
