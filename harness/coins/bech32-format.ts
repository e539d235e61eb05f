import { sha256 } from '@noble/hashes/sha2.js'
import { Point } from '@noble/secp256k1'
import { bech32, bech32m } from '@scure/base'
import { hash160 } from '../bip38/bitcoin.ts'
import { concat, toBigInt, toHex } from '../bip38/bytes.ts'
import type { AddressFormat, ReadFormat, RowReading } from './row.ts'

/** Shape of a Bech32 text under `prefix` with a sound or unsound checksum. BIP173: all lower or all upper case. */
function readWords(
  text: string,
  prefix: string,
  code: typeof bech32,
): { words: number[] | null; canonical: string } | null {
  const canonical = text.toLowerCase()
  if (!canonical.startsWith(`${prefix}1`) || text.length > 90) return null
  if (text !== canonical && text !== text.toUpperCase()) return { words: null, canonical }
  const decoded = code.decodeUnsafe(text as `${string}1${string}`)
  return { words: decoded && decoded.prefix === prefix ? [...decoded.words] : null, canonical }
}

/** SegWit version 0, 20 bytes (BIP141, BIP173). Refuses an uncompressed key: such coins could not be spent. */
export function p2wpkh(prefix: string): AddressFormat {
  return {
    address: key => (key.own.length === 33 ? bech32.encode(prefix, [0, ...bech32.toWords(hash160(key.own))]) : null),
    read: text => readWitness(text, prefix, bech32, 0, 20, true),
  }
}

/** SegWit version 0, 32 bytes: a script. */
export const p2wsh = (prefix: string): ReadFormat => ({
  read: text => readWitness(text, prefix, bech32, 0, 32, false),
})

/** Taproot with the key alone (BIP86): no script path. */
export function p2tr(prefix: string): AddressFormat {
  return {
    address(key) {
      if (key.own.length !== 33) return null
      return bech32m.encode(prefix, [1, ...bech32m.toWords(taprootOutputKey(key.compressed.subarray(1)))])
    },
    read: text => readWitness(text, prefix, bech32m, 1, 32, false),
  }
}

/** Account of a Cosmos SDK chain: hash160 of the compressed key, whatever the flag byte says. */
export function cosmosAccount(prefix: string): AddressFormat {
  return {
    address: key => bech32.encode(prefix, bech32.toWords(hash160(key.compressed))),
    read(text) {
      const read = readWords(text, prefix, bech32)
      if (read === null) return null
      const bytes = read.words && bech32.fromWordsUnsafe(read.words)
      if (!bytes) return damaged(read.canonical)
      if (bytes.length !== 20) return null
      return { hash: toHex(bytes), ofKey: true, checksum: 'valid', canonical: read.canonical }
    },
  }
}

function readWitness(
  text: string,
  prefix: string,
  code: typeof bech32,
  version: number,
  length: number,
  ofKey: boolean,
): RowReading | null {
  const read = readWords(text, prefix, code)
  if (read === null) return null
  const { canonical, words } = read
  // The character after the separator is the witness version; the length tells a key's program from a script's.
  const fits = canonical.length === prefix.length + 8 + Math.ceil((length * 8) / 5)
  if (canonical.charAt(prefix.length + 1) !== 'qp'.charAt(version) || !fits) return null
  const program = words && words[0] === version ? code.fromWordsUnsafe(words.slice(1)) : null
  if (!program || program.length !== length) return damaged(canonical)
  return { hash: toHex(program), ofKey, checksum: 'valid', canonical }
}

const damaged = (canonical: string): RowReading => ({ hash: '', ofKey: false, checksum: 'invalid', canonical })

/** BIP341 «taproot_tweak_pubkey» with no script tree: lift_x(P) + hash_TapTweak(P) × G. */
function taprootOutputKey(xOnly: Uint8Array): Uint8Array {
  const tag = sha256(new TextEncoder().encode('TapTweak'))
  const tweak = toBigInt(sha256(concat(tag, tag, xOnly)))
  const even = Point.fromBytes(concat(Uint8Array.of(2), xOnly))
  return even.add(Point.BASE.multiply(tweak)).toBytes(true).subarray(1)
}
