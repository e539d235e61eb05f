import { ripemd160 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { encodeBase58Check } from './base58.ts'
import { type Bytes, concat, ownBytes, sha256d } from './bytes.ts'

/** RIPEMD160(SHA256(bytes)). */
export const hash160 = (bytes: Uint8Array): Bytes => ripemd160(sha256(bytes)) as Bytes

/** The base58 address 1… over a public key's hash160 (P2PKH, version 0): what BIP38 hashes. */
export const p2pkhAddress = (publicKeyHash: Uint8Array): string =>
  encodeBase58Check(concat(Uint8Array.of(0), publicKeyHash))

/** First four bytes of SHA256d over the address text. */
export const addressHashOf = (address: string): Bytes => sha256d(new TextEncoder().encode(address)).slice(0, 4)

/** The P2PKH address of a public key (hex or bytes, the form decides). */
export const bitcoinAddress = (publicKey: string | Uint8Array): string =>
  p2pkhAddress(hash160(ownBytes(publicKey, 'The public key')))
