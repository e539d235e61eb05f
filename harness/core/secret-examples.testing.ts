import { sha256 } from '@noble/hashes/sha2.js'
import { base58xrp, bech32, createBase58check } from '@scure/base'
import { entropyToMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import fc from 'fast-check'
import type { SecretKind } from './vocabulary.ts'

const base58check = createBase58check(sha256)
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
/** Not all bytes alike: 32 zero bytes are no key. */
const mixed = bytes(32)
  .filter(key => new Set(key).size > 16)
  .map(key => Buffer.from(key))
const behind = (head: readonly number[], length: number, tail: readonly number[] = []) =>
  bytes(length).map(key => base58check.encode(Uint8Array.from([...head, ...key, ...tail])))
const words = (length: number) => bytes(length).map(entropy => entropyToMnemonic(entropy, wordlist))
const bech32Of = (prefix: string) => bytes(32).map(key => bech32.encode(prefix, bech32.toWords(key)))
const base58Text = (length: number) => {
  const signs = [...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz']
  return fc.array(fc.constantFrom(...signs), { minLength: length, maxLength: length }).map(all => all.join(''))
}
const places = (mnemonic: string) =>
  mnemonic
    .split(' ')
    .map(word => String(wordlist.indexOf(word)).padStart(4, '0'))
    .join('')

/** Secrets of each kind as they are written down, made of chance. */
export const secretExamples: readonly (readonly [what: string, kind: SecretKind, texts: fc.Arbitrary<string>])[] = [
  ['EPK', 'epk', behind([0x01, 0x42, 0xe0], 36)],
  ['EPK, EC multiply', 'epk', behind([0x01, 0x43, 0x24], 36)],
  // Compressed and not: Bitcoin, its test network, Litecoin, Dogecoin, Dash, Ravencoin.
  ...[0x80, 0xef, 0xb0, 0x9e, 0xcc, 0xf0].flatMap(version => [
    [`WIF ${version}`, 'wif', behind([version], 32)] as const,
    [`WIF ${version}, compressed`, 'wif', behind([version], 32, [0x01])] as const,
  ]),
  [
    'mini key of 22',
    'mini-key',
    base58Text(21)
      .map(text => `S${text}`)
      .filter(isMini),
  ],
  [
    'mini key of 30',
    'mini-key',
    base58Text(29)
      .map(text => `S${text}`)
      .filter(isMini),
  ],
  ['xprv', 'extended-key', behind([0x04, 0x88, 0xad, 0xe4, ...Array(41).fill(7), 0], 32)],
  // A version that no coin of ours has: known by its length and its zero byte alone.
  ['extended key of some coin', 'extended-key', behind([0x0a, 0x11, 0x22, 0x33, ...Array(41).fill(7), 0], 32)],
  ['age', 'age-key', bech32Of('age-secret-key-').map(text => text.toUpperCase())],
  ['nostr', 'nostr-key', bech32Of('nsec')],
  ['Cardano', 'coin-key', bech32Of('ed25519_sk')],
  ['XRP seed', 'coin-key', bytes(16).map(xrpSeed)],
  ['12 words', 'seed-words', words(16)],
  ['24 words', 'seed-words', words(32)],
  ['8 of 12 words', 'seed-words', words(16).map(all => all.split(' ').slice(0, 8).join(' '))],
  [
    'stems of words',
    'seed-words',
    words(16).map(all =>
      all
        .split(' ')
        .map(word => word.slice(0, 4))
        .join(' '),
    ),
  ],
  [
    'numbered words',
    'seed-words',
    words(16).map(all =>
      all
        .split(' ')
        .map((word, i) => `${i + 1}. ${word}`)
        .join('\n'),
    ),
  ],
  ['SeedQR of 12 words', 'seed-qr', words(16).map(places)],
  ['SeedQR of 24 words', 'seed-qr', words(32).map(places)],
  ['hexadecimal digits', 'raw-key', mixed.map(key => key.toString('hex'))],
  ['base64 of 32 bytes', 'raw-key', mixed.map(key => key.toString('base64'))],
  [
    'PEM',
    'pem-key',
    bytes(48).map(
      key => `-----BEGIN PRIVATE KEY-----\n${Buffer.from(key).toString('base64')}\n-----END PRIVATE KEY-----`,
    ),
  ],
  [
    'SSH',
    'pem-key',
    bytes(48).map(
      key => `-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE${Buffer.from(key).toString('base64')}`,
    ),
  ],
]

function isMini(text: string): boolean {
  return sha256(new TextEncoder().encode(`${text}?`))[0] === 0
}

function xrpSeed(entropy: Uint8Array): string {
  const body = Uint8Array.from([0x21, ...entropy])
  return base58xrp.encode(Uint8Array.from([...body, ...sha256(sha256(body)).subarray(0, 4)]))
}
