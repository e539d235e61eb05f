import { addressHashOf, bitcoinAddress } from './bitcoin.ts'
import { ownBytes, xor } from './bytes.ts'
import { encodeEpk, flagBits } from './codes.ts'
import { basePoint, scalar } from './curve.ts'
import { Bip38Error } from './errors.ts'
import { nonEcKeys, type ScryptOptions } from './key-derivation.ts'
import { type Passphrase, passphraseBytes } from './passphrase.ts'
import { decodeWif } from './wif.ts'

export interface EncryptRequest {
  /** 32 bytes (bytes or hex). This or `wif`. */
  readonly privateKey?: Uint8Array | string | undefined
  readonly wif?: string | undefined
  /** Form of the public key. A WIF says it itself; a contradiction is refused. */
  readonly compressed?: boolean | undefined
  readonly passphrase: Passphrase
}

/** Encrypts a private key without EC multiplication. One heavy scrypt. @throws Bip38Error `bad-argument`, WIF errors */
export async function encrypt(request: EncryptRequest, options: ScryptOptions = {}): Promise<string> {
  const { privateKey, compressed } = readKey(request)
  const passphrase = passphraseBytes(request.passphrase)
  const addressHash = addressHashOf(bitcoinAddress(basePoint(scalar(privateKey, 'The private key'), compressed)))
  const keys = await nonEcKeys(passphrase, addressHash, options)
  const masked = xor(privateKey, keys.mask)
  const half1 = await keys.cipher.encrypt(masked.subarray(0, 16))
  const half2 = await keys.cipher.encrypt(masked.subarray(16))
  for (const secret of [privateKey, passphrase, masked]) secret.fill(0)
  return encodeEpk(flagBits.nonEc | (compressed ? flagBits.compressed : 0), addressHash, half1, half2)
}

function readKey(request: EncryptRequest): { privateKey: Uint8Array; compressed: boolean } {
  if ((request.wif === undefined) === (request.privateKey === undefined)) {
    throw new Bip38Error('bad-argument', 'Give the private key either as bytes or as WIF.')
  }
  if (request.wif !== undefined) {
    const key = decodeWif(request.wif)
    if (request.compressed !== undefined && request.compressed !== key.compressed) {
      throw new Bip38Error('bad-argument', 'The WIF says another form of the public key than `compressed` does.')
    }
    return key
  }
  const privateKey = ownBytes(request.privateKey as Uint8Array | string, 'The private key')
  if (privateKey.length !== 32) throw new Bip38Error('bad-argument', 'A private key has 32 bytes.')
  return { privateKey, compressed: request.compressed ?? true }
}
