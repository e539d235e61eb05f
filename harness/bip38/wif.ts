import { encodeBase58Check, splitBase58Check } from './base58.ts'
import { type Bytes, concat } from './bytes.ts'
import { Bip38Error } from './errors.ts'

/** Wallet Import Format (version 0x80). The result is as secret as the key. */
export function encodeWif(privateKey: Uint8Array, compressed: boolean): string {
  return encodeBase58Check(concat(Uint8Array.of(0x80), privateKey, compressed ? Uint8Array.of(1) : new Uint8Array(0)))
}

/** @throws Bip38Error `not-base58`, `bad-checksum`, `wrong-kind`, `wrong-length` */
export function decodeWif(wif: string): { privateKey: Bytes; compressed: boolean } {
  const { payload, sound } = splitBase58Check(wif)
  if (!sound) throw new Bip38Error('bad-checksum', 'The checksum of this private key text does not fit.')
  if (payload[0] !== 0x80) throw new Bip38Error('wrong-kind', 'This is sound Base58Check, but not a Bitcoin WIF key.')
  const compressed = payload.length === 34 && payload[33] === 1
  if (!compressed && payload.length !== 33) {
    throw new Bip38Error('wrong-length', 'A WIF key holds 32 bytes, or 33 of which the last is 1.')
  }
  return { privateKey: payload.slice(1, 33), compressed }
}
