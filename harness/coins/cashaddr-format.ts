import { keccak_256 } from '@noble/hashes/sha3.js'
import { bech32 } from '@scure/base'
import { hash160 } from '../bip38/bitcoin.ts'
import { concat, toHex } from '../bip38/bytes.ts'
import type { AddressFormat, ReadFormat, RowReading } from './row.ts'

/** https://github.com/bitcoincashorg/bitcoincash.org/blob/master/spec/cashaddr.md */
const cashAlphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
/** CIP-37: digits first is not so here; i, l, o and q are left out. */
const confluxAlphabet = 'abcdefghjkmnprstuvwxyz0123456789'

const generator = [0x98f2bc8e61n, 0x79b76d99e2n, 0xf33e5fb3c4n, 0xae2eabe2a8n, 0x1e4f43e470n]

function polymod(words: readonly number[]): bigint {
  let c = 1n
  for (const word of words) {
    const top = c >> 35n
    c = ((c & 0x07ffffffffn) << 5n) ^ BigInt(word)
    for (let i = 0; i < 5; i++) if ((top >> BigInt(i)) & 1n) c ^= generator[i]!
  }
  return c ^ 1n
}

const prefixWords = (prefix: string): number[] => [...prefix].map(c => c.charCodeAt(0) & 31).concat(0)

function encode(prefix: string, payload: Uint8Array, alphabet: string): string {
  const words = bech32.toWords(payload)
  const check = polymod([...prefixWords(prefix), ...words, 0, 0, 0, 0, 0, 0, 0, 0])
  const checkWords = Array.from({ length: 8 }, (_, i) => Number((check >> BigInt(5 * (7 - i))) & 31n))
  return `${prefix}:${[...words, ...checkWords].map(word => alphabet[word]).join('')}`
}

/** Payload and whether the checksum fits; null when the text has not this prefix and 21 bytes of payload. */
function decode(
  prefix: string,
  text: string,
  alphabet: string,
): { payload: Uint8Array; sound: boolean; canonical: string } | null {
  if (text !== text.toLowerCase() && text !== text.toUpperCase()) return null
  const lower = text.toLowerCase()
  const body = lower.startsWith(`${prefix}:`) ? lower.slice(prefix.length + 1) : lower
  if (body.length !== 42) return null
  const words = [...body].map(c => alphabet.indexOf(c))
  if (words.includes(-1)) return null
  try {
    const payload = bech32.fromWords(words.slice(0, -8))
    return { payload, sound: polymod([...prefixWords(prefix), ...words]) === 0n, canonical: `${prefix}:${body}` }
  } catch {
    return null
  }
}

/** Pay to public key hash in CashAddr form. The prefix may be left out in print; the checksum is over it all the same. */
export function cashAddress(prefix: string): AddressFormat {
  return {
    address: key => encode(prefix, concat(Uint8Array.of(0), hash160(key.own)), cashAlphabet),
    read: text => readCash(prefix, text, 0),
  }
}

/** The same for a script hash. */
export const cashScriptAddress = (prefix: string): ReadFormat => ({ read: text => readCash(prefix, text, 8) })

function readCash(prefix: string, text: string, version: number): RowReading | null {
  const read = decode(prefix, text, cashAlphabet)
  if (read === null || read.payload[0] !== version) return null
  // Without its prefix a text with an unsound checksum may be any coin's of this alphabet.
  if (!read.sound && !text.toLowerCase().startsWith(`${prefix}:`)) return null
  return {
    hash: toHex(read.payload.subarray(1)),
    ofKey: version === 0,
    checksum: read.sound ? 'valid' : 'invalid',
    canonical: read.canonical,
  }
}

/** Conflux user account: keccak of the key's coordinates, first nibble 1 (CIP-37). */
export const confluxAccount: AddressFormat = {
  address(key) {
    const account = keccak_256(key.uncompressed.subarray(1)).slice(-20)
    account[0] = (account[0]! & 0x0f) | 0x10
    return encode('cfx', concat(Uint8Array.of(0), account), confluxAlphabet)
  },
  read(text) {
    // The verbose form names the account's type: CFX:TYPE.USER:AA…
    const plain = text.replace(/^(cfx):type\.user:/i, '$1:')
    if (!/^cfx:/i.test(plain)) return null
    const read = decode('cfx', plain, confluxAlphabet)
    if (read === null || read.payload[0] !== 0) return null
    return {
      hash: toHex(read.payload.subarray(1)),
      ofKey: false,
      checksum: read.sound ? 'valid' : 'invalid',
      canonical: read.canonical,
    }
  },
}
