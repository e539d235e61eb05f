import { blake2b } from '@noble/hashes/blake2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { base32nopad } from '@scure/base'
import { encodeBase58Check } from '../bip38/base58.ts'
import { concat, equalBytes, toHex } from '../bip38/bytes.ts'
import { readBase58 } from './base58-format.ts'
import type { AddressFormat, KeyForms } from './row.ts'

/** Last 20 bytes of keccak256 over the two coordinates (Yellow Paper, appendix F). */
const accountOf = (key: KeyForms): Uint8Array => keccak_256(key.uncompressed.subarray(1)).slice(-20)

/** Ethereum and its family, with the checksum in the case of the letters (EIP-55). */
export const ethereumAccount: AddressFormat = {
  address: key => checksummed(toHex(accountOf(key))),
  read(text) {
    const digits = /^0x([0-9a-fA-F]{40})$/.exec(text)?.[1]
    if (digits === undefined) return null
    const lower = digits.toLowerCase()
    const canonical = checksummed(lower)
    const oneCase = digits === lower || digits === digits.toUpperCase()
    // One case has no checksum, unless EIP-55 itself happens to give that text.
    const checksum = text === canonical ? 'valid' : oneCase ? 'none' : 'invalid'
    return { hash: lower, ofKey: false, checksum, canonical }
  },
}

function checksummed(lower: string): string {
  const hash = toHex(keccak_256(new TextEncoder().encode(lower)))
  const letters = [...lower].map((c, i) => (Number.parseInt(hash.charAt(i), 16) >= 8 ? c.toUpperCase() : c))
  return `0x${letters.join('')}`
}

/** Tron: Ethereum's account behind version 0x41, in Base58Check. */
export const tronAccount: AddressFormat = {
  address: key => encodeBase58Check(concat(Uint8Array.of(0x41), accountOf(key))),
  read: text => readBase58(text, [0x41]),
}

/** Filecoin protocol 1: BLAKE2b-160 of the uncompressed key, BLAKE2b-32 as checksum, lower-case base32. */
export const filecoinAccount: AddressFormat = {
  address(key) {
    const payload = blake2b(key.uncompressed, { dkLen: 20 })
    return `f1${base32nopad.encode(concat(payload, filecoinChecksum(payload))).toLowerCase()}`
  },
  read(text) {
    if (!/^f1[a-z2-7]{39}$/.test(text)) return null
    try {
      const bytes = base32nopad.decode(text.slice(2).toUpperCase())
      const payload = bytes.subarray(0, 20)
      const sound = equalBytes(bytes.subarray(20), filecoinChecksum(payload))
      return { hash: toHex(payload), ofKey: false, checksum: sound ? 'valid' : 'invalid', canonical: text }
    } catch {
      // Bits left over behind the last byte are not zero: no Filecoin program writes that.
      return { hash: '', ofKey: false, checksum: 'invalid', canonical: text }
    }
  },
}

const filecoinChecksum = (payload: Uint8Array): Uint8Array => blake2b(concat(Uint8Array.of(1), payload), { dkLen: 4 })
