import { base58, base58xrp } from '@scure/base'
import { encodeBase58Check } from '../bip38/base58.ts'
import { hash160 } from '../bip38/bitcoin.ts'
import { concat, equalBytes, sha256d, toHex } from '../bip38/bytes.ts'
import type { AddressFormat, KeyForms, ReadFormat, RowReading } from './row.ts'

interface Alphabet {
  encode(bytes: Uint8Array): string
  decode(text: string): Uint8Array
}

const longest = 64

/** Reads version + 20 bytes + checksum. Null when the text is not Base58 of that length and version. */
export function readBase58(text: string, version: readonly number[], alphabet: Alphabet = base58): RowReading | null {
  if (text.length > longest) return null
  const bytes = decoded(text, alphabet)
  if (bytes === null || bytes.length !== version.length + 24 || !version.every((byte, i) => bytes[i] === byte))
    return null
  const payload = bytes.subarray(0, -4)
  const sound = equalBytes(bytes.subarray(-4), sha256d(payload).subarray(0, 4))
  return {
    hash: toHex(payload.subarray(version.length)),
    ofKey: false,
    checksum: sound ? 'valid' : 'invalid',
    canonical: text,
  }
}

/** Every coin whose addresses look alike asks for the same text, one after the other. */
let last: { readonly text: string; readonly alphabet: Alphabet; readonly bytes: Uint8Array | null } | null = null

function decoded(text: string, alphabet: Alphabet): Uint8Array | null {
  if (last?.text !== text || last.alphabet !== alphabet) last = { text, alphabet, bytes: decode(text, alphabet) }
  return last.bytes
}

function decode(text: string, alphabet: Alphabet): Uint8Array | null {
  try {
    return alphabet.decode(text)
  } catch {
    return null
  }
}

/** Pay to public key hash, Base58Check: the version bytes give the first character. */
export function p2pkh(...version: readonly number[]): AddressFormat {
  return {
    address: key => encodeBase58Check(concat(Uint8Array.from(version), hash160(key.own))),
    read: text => ofKey(readBase58(text, version)),
  }
}

/** Pay to script hash where the script is the version 0 witness program of a compressed key (BIP141). */
export function p2shP2wpkh(...version: readonly number[]): AddressFormat {
  return {
    address(key) {
      if (key.own.length !== 33) return null
      const script = concat(Uint8Array.of(0, 20), hash160(key.own))
      return encodeBase58Check(concat(Uint8Array.from(version), hash160(script)))
    },
    read: text => readBase58(text, version),
  }
}

/** A script hash. */
export const p2sh = (...version: readonly number[]): ReadFormat => ({ read: text => readBase58(text, version) })

/** XRP Ledger account: its own Base58 alphabet, version 0, hash160 of the compressed key whatever the flag byte says. */
export const xrpAccount: AddressFormat = {
  address(key: KeyForms) {
    const payload = concat(Uint8Array.of(0), hash160(key.compressed))
    return base58xrp.encode(concat(payload, sha256d(payload).subarray(0, 4)))
  },
  read: text => ofKey(readBase58(text, [0], base58xrp)),
}

const ofKey = (reading: RowReading | null): RowReading | null => (reading === null ? null : { ...reading, ofKey: true })
