import { type Bytes, concat, sha256d, xor } from './bytes.ts'
import { basePoint, scalar } from './curve.ts'
import type { BlockKeys } from './key-derivation.ts'

/*
 * What the light scrypt's keys hide: seedb in the EPK, pointb in the confirmation code
 * (BIP38 «EC multiply mode», encryption steps 4 to 8 and confirmation code steps 1 to 5).
 */

/** The 24 bytes behind the owner entropy of an EPK: encryptedpart1[0..7], encryptedpart2. */
export async function sealSeedB(seedb: Uint8Array, keys: BlockKeys): Promise<Bytes> {
  const part1 = await keys.cipher.encrypt(xor(seedb.subarray(0, 16), keys.mask.subarray(0, 16)))
  const rest = concat(part1.subarray(8), seedb.subarray(16, 24))
  const part2 = await keys.cipher.encrypt(xor(rest, keys.mask.subarray(16)))
  return concat(part1.subarray(0, 8), part2)
}

/** seedb again, 24 bytes, from {@link sealSeedB}'s. */
export async function openSeedB(sealed: Uint8Array, keys: BlockKeys): Promise<Bytes> {
  const rest = xor(await keys.cipher.decrypt(sealed.subarray(8, 24)), keys.mask.subarray(16))
  const part1 = concat(sealed.subarray(0, 8), rest.subarray(0, 8))
  const seed = xor(await keys.cipher.decrypt(part1), keys.mask.subarray(0, 16))
  return concat(seed, rest.subarray(8))
}

/** @throws Bip38Error `bad-argument` (once in 2^128) */
export const factorBOf = (seedb: Uint8Array): bigint => scalar(sha256d(seedb), 'factorb')

/** 33 bytes: G × factorb, compressed. */
export const pointBOf = (factorb: bigint): Bytes => basePoint(factorb, true)

/** The 33 bytes `encryptedpointb` of a confirmation code. */
export async function sealPointB(pointb: Uint8Array, keys: BlockKeys): Promise<Bytes> {
  const prefix = pointb[0]! ^ (keys.keyBytes[31]! & 1)
  const x1 = await keys.cipher.encrypt(xor(pointb.subarray(1, 17), keys.mask.subarray(0, 16)))
  const x2 = await keys.cipher.encrypt(xor(pointb.subarray(17, 33), keys.mask.subarray(16)))
  return concat(Uint8Array.of(prefix), x1, x2)
}

/** pointb again, 33 bytes; with wrong keys they are most likely not a point. */
export async function openPointB(sealed: Uint8Array, keys: BlockKeys): Promise<Bytes> {
  const prefix = sealed[0]! ^ (keys.keyBytes[31]! & 1)
  const x1 = xor(await keys.cipher.decrypt(sealed.subarray(1, 17)), keys.mask.subarray(0, 16))
  const x2 = xor(await keys.cipher.decrypt(sealed.subarray(17, 33)), keys.mask.subarray(16))
  return concat(Uint8Array.of(prefix), x1, x2)
}
