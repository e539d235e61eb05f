import { bech32 } from '@scure/base'
import { encodeBase58Check, splitBase58Check } from './base58.ts'
import { hash160, p2pkhAddress } from './bitcoin.ts'
import { concat, fromHex, toHex } from './bytes.ts'

/** What a printed address says by itself. */
export interface PrintedAddress {
  /** Lower-case ticker: `btc`, `ltc`, `eth`; null when the text fits none. */
  readonly coin: string | null
  /** `p2pkh`, `p2wpkh`, `account`, … */
  readonly kind: string | null
  /** Key of the same row in {@link AddressBook.addressesOf}, e.g. `btc_p2pkh`. */
  readonly key: string | null
  /** Every row that writes this same text: coins share formats (1… is Bitcoin, Diamond and SV). */
  readonly keys: readonly string[]
  /** The bytes behind the address, hex: a hash of the key or of a script. */
  readonly hash: string | null
  /** Hash160 of the public key, hex, where the address contains it; otherwise null. */
  readonly hash160: string | null
  readonly checksum: 'valid' | 'invalid' | 'none'
  /** The address as {@link AddressBook.addressesOf} writes it: case and optional prefixes settled. */
  readonly canonical: string
}

/**
 * The addresses that the core can compare a unit with. The core itself knows Bitcoin's; `harness/coins` gives a book of
 * every coin, which is passed in, so that the core depends on nothing.
 */
export interface AddressBook {
  /** Every address of a public key (hex, SEC 1), by key. A kind that the key's form cannot have is left out. */
  addressesOf(publicKey: string): Readonly<Record<string, string>>
  readAddress(text: string): PrintedAddress
}

const unknown = (text: string, checksum: PrintedAddress['checksum'] = 'none'): PrintedAddress => ({
  coin: null,
  kind: null,
  key: null,
  keys: [],
  hash: null,
  hash160: null,
  checksum,
  canonical: text,
})

/** Bitcoin alone: P2PKH, P2WPKH (BIP84) and P2SH-P2WPKH (BIP49). No SegWit address from an uncompressed key. */
export const bitcoinBook: AddressBook = {
  addressesOf(publicKey) {
    const hash = hash160(fromHex(publicKey, 'The public key'))
    const legacy = { btc_p2pkh: p2pkhAddress(hash) }
    if (publicKey.length !== 66) return legacy
    const script = hash160(concat(Uint8Array.of(0, 20), hash))
    return {
      ...legacy,
      btc_p2wpkh: bech32.encode('bc', [0, ...bech32.toWords(hash)]),
      btc_p2sh_p2wpkh: encodeBase58Check(concat(Uint8Array.of(5), script)),
    }
  },
  readAddress(text) {
    return readSegwit(text) ?? readBase58(text)
  },
}

function readSegwit(text: string): PrintedAddress | null {
  if (!/^(bc1|BC1)/.test(text)) return null
  const canonical = text.toLowerCase()
  const decoded = bech32.decodeUnsafe(text)
  const program = decoded && decoded.words[0] === 0 ? bech32.fromWordsUnsafe(decoded.words.slice(1)) : null
  if (!decoded || !program) return { ...unknown(canonical, 'invalid'), coin: 'btc' }
  if (program.length !== 20) return { ...unknown(canonical, 'valid'), coin: 'btc' }
  const hash = toHex(program)
  const row = { coin: 'btc', kind: 'p2wpkh', key: 'btc_p2wpkh', keys: ['btc_p2wpkh'] }
  return { ...row, hash, hash160: hash, checksum: 'valid', canonical }
}

function readBase58(text: string): PrintedAddress {
  try {
    const { payload, sound } = splitBase58Check(text)
    if (!sound) return unknown(text, 'invalid')
    const known = { checksum: 'valid', canonical: text, coin: 'btc' } as const
    if (payload.length !== 21 || (payload[0] !== 0 && payload[0] !== 5)) return unknown(text, 'valid')
    const hash = toHex(payload.subarray(1))
    if (payload[0] === 0) return { ...known, kind: 'p2pkh', key: 'btc_p2pkh', keys: ['btc_p2pkh'], hash, hash160: hash }
    return { ...known, kind: 'p2sh', key: 'btc_p2sh_p2wpkh', keys: ['btc_p2sh_p2wpkh'], hash, hash160: null }
  } catch {
    return unknown(text)
  }
}
