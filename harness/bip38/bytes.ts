import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { Bip38Error } from './errors.ts'

/** Bytes with a buffer of their own: what WebCrypto and WebAssembly take. */
export type Bytes = Uint8Array<ArrayBuffer>

export const concat = (...parts: readonly Uint8Array[]): Bytes => concatBytes(...parts) as Bytes
export const toHex = bytesToHex

/** @throws {@link Bip38Error} `bad-argument`, naming `what`, never its value */
export function fromHex(hex: string, what: string): Bytes {
  if (!/^(?:[0-9a-f]{2})*$/i.test(hex)) {
    throw new Bip38Error('bad-argument', `${what} is not hexadecimal (an even number of characters 0-9 a-f).`)
  }
  return hexToBytes(hex) as Bytes
}

/** A copy of bytes that were given as such or as hex. @throws {@link Bip38Error} `bad-argument`, naming `what` */
export function ownBytes(given: Uint8Array | string, what: string): Bytes {
  return typeof given === 'string' ? fromHex(given, what) : Uint8Array.from(given)
}

export const sha256d = (bytes: Uint8Array): Bytes => sha256(sha256(bytes)) as Bytes

export function xor(a: Uint8Array, b: Uint8Array): Bytes {
  const out = new Uint8Array(a.length)
  for (let i = 0; i < a.length; i++) out[i] = a[i]! ^ b[i]!
  return out
}

/** Equal bytes? Takes the same time wherever the first difference is. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!
  return difference === 0
}

/** Big-endian unsigned integer of any length. */
export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`)
}

/** 32 bytes big-endian; leading zeros stay (dropping them is the fault of four BIP38 programs that we know of). */
export function toBytes32(value: bigint): Bytes {
  return hexToBytes(value.toString(16).padStart(64, '0')) as Bytes
}
