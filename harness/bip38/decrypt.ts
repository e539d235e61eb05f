import { bitcoinAddress } from './bitcoin.ts'
import { type Bytes, concat, xor } from './bytes.ts'
import { type EpkCode, type NonEcEpkCode, type ParsedCode, parseCodeOf } from './codes.ts'
import { type ConventionOptions, proveKey } from './convention.ts'
import { basePoint, multiplyScalars, scalarBytes, scalarOrNull } from './curve.ts'
import { Bip38Error } from './errors.ts'
import { lightKeys, nonEcKeys, passfactorOf, type ScryptOptions } from './key-derivation.ts'
import { factorBOf, openSeedB } from './multiplied-key.ts'
import { type Passphrase, passphraseBytes } from './passphrase.ts'

export interface DecryptRequest extends ConventionOptions {
  readonly epk: string
  readonly passphrase: Passphrase
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
    return judge(key, parsed, request)
  } finally {
    passphrase.fill(0)
  }
}

/** The private key in an EPK that was made without EC multiplication; null for a wrong passphrase. One heavy scrypt. */
export async function openNonEc(
  { addressHash, rest }: ParsedCode<NonEcEpkCode>,
  passphrase: Bytes,
  options: ScryptOptions,
): Promise<bigint | null> {
  const keys = await nonEcKeys(passphrase, addressHash, options)
  const half1 = await keys.cipher.decrypt(rest.subarray(0, 16))
  const half2 = await keys.cipher.decrypt(rest.subarray(16))
  return scalarOrNull(xor(concat(half1, half2), keys.mask))
}

async function openMultiplied(parsed: ParsedCode<EpkCode>, passphrase: Bytes, options: ScryptOptions): Promise<bigint> {
  const { code, addressHash, ownerEntropy, rest } = parsed
  const passfactor = await passfactorOf(passphrase, ownerEntropy, code.hasLot, options)
  const keys = await lightKeys(basePoint(passfactor, true), addressHash, ownerEntropy, options)
  return multiplyScalars(passfactor, factorBOf(await openSeedB(rest, keys)))
}

function judge(
  key: bigint | null,
  { code, addressHash }: ParsedCode<EpkCode | NonEcEpkCode>,
  request: DecryptRequest,
): DecryptedKey {
  if (key === null) throw wrongPassphrase()
  const { compressed } = code
  const publicKey = basePoint(key, compressed)
  const proven = proveKey(publicKey, addressHash, request, "The passphrase is right, but this key's")
  if (proven === null) throw wrongPassphrase()
  return {
    privateKey: scalarBytes(key),
    compressed,
    publicKey: proven.publicKey,
    address: bitcoinAddress(publicKey),
    convention: proven.convention,
    lot: code.kind === 'epk' ? code.lot : null,
    sequence: code.kind === 'epk' ? code.sequence : null,
  }
}

const wrongPassphrase = (): Bip38Error =>
  new Bip38Error('wrong-passphrase', 'The passphrase does not open this encrypted private key.')
