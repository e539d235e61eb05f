import { aes256, type BlockCipher } from './aes.ts'
import { type Bytes, concat, sha256d } from './bytes.ts'
import { scalar } from './curve.ts'
import { defaultEngine } from './scrypt/choice.ts'
import { heavy, light, type ScryptEngine, type ScryptWatch } from './scrypt/engine.ts'

/** What every operation takes that runs scrypt. */
export interface ScryptOptions extends ScryptWatch {
  /** Default: the engine that was fastest here when it was measured. */
  readonly scrypt?: ScryptEngine | undefined
}

/** Both halves of a scrypt output: one is xored into the blocks, the other is the AES key. */
export interface BlockKeys {
  readonly mask: Bytes
  readonly keyBytes: Bytes
  readonly cipher: BlockCipher
}

async function blockKeys(derived: Bytes): Promise<BlockKeys> {
  const keyBytes = derived.slice(32)
  return { mask: derived.slice(0, 32), keyBytes, cipher: await aes256(keyBytes) }
}

/** The heavy scrypt of a non-EC EPK: its salt is the address hash. */
export async function nonEcKeys(
  passphrase: Bytes,
  addressHash: Uint8Array,
  options: ScryptOptions,
): Promise<BlockKeys> {
  const { scrypt = defaultEngine() } = options
  return blockKeys(await scrypt.derive(passphrase, addressHash, { ...heavy, dkLen: 64 }, options))
}

/** The heavy scrypt of an intermediate code, a confirmation code and an EC EPK: the same one for all three. */
export async function prefactor(passphrase: Bytes, ownerSalt: Uint8Array, options: ScryptOptions): Promise<Bytes> {
  const { scrypt = defaultEngine() } = options
  return scrypt.derive(passphrase, ownerSalt, { ...heavy, dkLen: 32 }, options)
}

/** BIP38: passfactor is prefactor itself, or SHA256d(prefactor + ownerentropy) with lot and sequence. */
export function passfactorOfPrefactor(prefactorBytes: Uint8Array, ownerEntropy: Uint8Array, hasLot: boolean): bigint {
  return scalar(hasLot ? sha256d(concat(prefactorBytes, ownerEntropy)) : prefactorBytes, 'passfactor')
}

/**
 * The passfactor of a passphrase and the owner entropy of an intermediate code, a confirmation code or an EC EPK. One
 * heavy scrypt.
 */
export async function passfactorOf(
  passphrase: Bytes,
  ownerEntropy: Uint8Array,
  hasLot: boolean,
  options: ScryptOptions,
): Promise<bigint> {
  const factor = await prefactor(passphrase, hasLot ? ownerEntropy.subarray(0, 4) : ownerEntropy, options)
  try {
    return passfactorOfPrefactor(factor, ownerEntropy, hasLot)
  } finally {
    factor.fill(0)
  }
}

/** The light scrypt of an EC EPK and of its confirmation code: the same one for both. */
export async function lightKeys(
  passpoint: Uint8Array,
  addressHash: Uint8Array,
  ownerEntropy: Uint8Array,
  options: ScryptOptions,
): Promise<BlockKeys> {
  const { scrypt = defaultEngine() } = options
  const { signal } = options
  return blockKeys(await scrypt.derive(passpoint, concat(addressHash, ownerEntropy), light, { signal }))
}
