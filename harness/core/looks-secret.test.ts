import { sha256 } from '@noble/hashes/sha2.js'
import { getPublicKey } from '@noble/secp256k1'
import { createBase58check } from '@scure/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import ballet from '../../fixtures/vectors/bip38-ballet-vectors.json' with { type: 'json' }
import bip from '../../fixtures/vectors/bip38-bip-vectors.json' with { type: 'json' }
import coins from '../../fixtures/vectors/coin-address-vectors.json' with { type: 'json' }
import { addressesOf } from '../coins/index.ts'
import { looksSecret, secretKind } from './looks-secret.ts'
import { secretExamples } from './secret-examples.testing.ts'

const isSecret = (text: string) => looksSecret(new TextEncoder().encode(text))

// Published test vectors (BIP38, Bitcoin wiki, BIP32): nobody's money.
const epk = '6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg'

describe('looksSecret', () => {
  it('knows private keys in every printed form, whole, cut off or inside a URI', () => {
    expect(isSecret(epk)).toBe(true)
    expect(isSecret(epk.slice(0, 30))).toBe(true)
    expect(isSecret(epk.slice(0, 6))).toBe(true)
    expect(isSecret(` ${epk}`)).toBe(true)
    expect(isSecret(`bip38:${epk}?x=1`)).toBe(true)
    expect(isSecret('5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ')).toBe(true)
    expect(isSecret('wif=L44B5gGEpqEDRS9vVPz7QT35jcBG2r3CZwSwQ4fCewXAhAhqGVpP;')).toBe(true)
    expect(isSecret(`xprv9s21ZrQH143K${'3'.repeat(95)}`)).toBe(true)
  })

  it('knows the keys of test networks, uncompressed and compressed', () => {
    // Bitcoin wiki, «List of address prefixes».
    expect(isSecret('92Pg46rUhgTT7romnV7iGW6W1gbGdeezqdbJCzShkCsYNzyyNcc')).toBe(true)
    expect(isSecret('cNJFgo1driFnPcBdBX8BrJrpxchBWXwXCvNH5SoSkdcF6JXXwHMm')).toBe(true)
  })

  // SLIP-132: one prefix a kind of address, on the main network and on test networks.
  it.each([...'xyztuvYZUV'])('knows an extended private key that begins with %sprv', letter => {
    expect(isSecret(`${letter}prv9s21ZrQH143K${'3'.repeat(95)}`)).toBe(true)
  })

  it('lets addresses, codes and serials through', () => {
    for (const text of [
      '1BoatSLRHtKNngkdXEeobR76b53LETtpyT',
      '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy',
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
      'bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT?amount=0.1',
      'cfrm38V5cSfvZvkYkV3JC7QYzhXVqDQvUUNLhHDXJgFgQ7bYNyGLYfqtuCpdaLcqNnbBxtGv4gv',
      'passphraseb7ruSN4At4Rb8hPTNcAVezfsjonvUs4Qo3xSp1fBFsFPvVGSbpP2WTJMhw3mVZ',
      'AB1234567',
      'https://example.org/6Pack',
      '',
    ]) {
      expect([text, isSecret(text)]).toEqual([text, false])
    }
  })
})

/** As a label, a QR code or a person may write a secret down. */
const writings: readonly (readonly [how: string, write: (text: string) => string])[] = [
  ['as it is', text => text],
  ['in a sentence', text => `Key: ${text}.`],
  ['as bytes of base64', text => Buffer.from(text).toString('base64')],
  ['as bytes of base64url', text => Buffer.from(text).toString('base64url')],
  ['as hexadecimal bytes', text => Buffer.from(text).toString('hex')],
  ['as a parameter', text => `https://wallet.example/import?key=${encodeURIComponent(text)}&x=1`],
]
/** Of what holds no spaces and knows large from small. */
const ofTokens: typeof writings = [
  ['in groups of four', text => text.match(/.{1,4}/g)!.join(' ')],
  ['on three lines', text => text.match(new RegExp(`.{1,${Math.ceil(text.length / 3)}}`, 'g'))!.join('\n')],
]

describe('every kind of secret, made of chance', () => {
  it.each(secretExamples)('knows %s in every writing', (_, kind, texts) => {
    fc.assert(
      fc.property(texts, text => {
        for (const [how, write] of [...writings, ...(/\s/.test(text) ? [] : ofTokens)]) {
          const found = secretKind(new TextEncoder().encode(write(text)))
          expect([how, found !== null && (how !== 'as it is' || found)]).toEqual([how, how !== 'as it is' || kind])
        }
      }),
      { numRuns: 30 },
    )
  })

  it.each(secretExamples.filter(([what]) => /^(?:EPK|WIF (?:128|239))/.test(what)))(
    'knows %s cut off, misread, and of one case',
    (_, __, texts) => {
      fc.assert(
        fc.property(texts, text => {
          expect(looksSecret(text.slice(0, -2))).toBe(true)
          expect(looksSecret(`${text.slice(0, -1)}${text.endsWith('2') ? '3' : '2'}`)).toBe(true)
          expect(looksSecret(text.toUpperCase())).toBe(true)
          expect(looksSecret(text.toLowerCase())).toBe(true)
        }),
        { numRuns: 30 },
      )
    },
  )

  it.each(secretExamples.filter(([what]) => /^(?:EPK|WIF|xprv)/.test(what)))(
    'knows %s by its checksum where it is broken at uneven places',
    (_, __, texts) => {
      // By no other sign: the first piece is too short for one.
      const broken = (text: string) => `${text.slice(0, 9)} ${text.slice(9, 30)}\n${text.slice(30)}`
      fc.assert(
        fc.property(texts, text => looksSecret(broken(text))),
        { numRuns: 10 },
      )
    },
  )

  it('knows bytes that are a key or the entropy of a seed, and no other bytes', () => {
    const secretKindOf = (length: number) => secretKind(Uint8Array.from({ length }, (_, i) => 200 + (i % 50)))
    expect([16, 32, 64].map(secretKindOf)).toEqual(['seed-qr', 'seed-qr', 'raw-key'])
    expect([15, 17, 20, 31, 33].map(secretKindOf)).toEqual([null, null, null, null, null])
    expect(secretKind(Uint8Array.from([1, 0x42, ...new Uint8Array(37).fill(3)]))).toBe('epk')
    expect(secretKind(new TextEncoder().encode('sixteen letters.'))).toBeNull()
  })
})

describe('what is public', () => {
  const base58check = createBase58check(sha256)
  const code = (magic: string, length: number) =>
    fc
      .uint8Array({ minLength: length, maxLength: length })
      .map(rest => base58check.encode(Uint8Array.from([...Buffer.from(magic, 'hex'), ...rest])))

  it('is never called secret: published addresses, codes and public keys', () => {
    const published = [
      ...coins.vectors.flatMap(({ address, publicKey }) => [address, publicKey]),
      ...ballet.confirmationCodes.flatMap(({ confirmationCode, address }) => [confirmationCode, address]),
      ...bip.vectors.flatMap(vector =>
        ['confirmationCode', 'intermediate', 'address'].flatMap(field => {
          const value = (vector as Record<string, unknown>)[field]
          return typeof value === 'string' ? [value] : []
        }),
      ),
    ]
    expect(published.length).toBeGreaterThan(60)
    expect(published.filter(text => looksSecret(text))).toEqual([])
  })

  it('is never called secret: addresses of every coin, in links too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), entropy => {
        entropy[0] = 1
        const addresses = Object.values(addressesOf(Buffer.from(getPublicKey(entropy, true)).toString('hex')))
        for (const text of addresses) {
          expect([text, secretKind(text)]).toEqual([text, null])
          const link = `bitcoin:${text}?amount=0.1&message=Thanks`
          expect([link, secretKind(link)]).toEqual([link, null])
          // As long as a key, once it is glued together.
          const sentence = `6 parts: pay ${text} to Anna Smith`
          expect([sentence, secretKind(sentence)]).toEqual([sentence, null])
        }
      }),
      { numRuns: 100 },
    )
  })

  it('is never called secret: confirmation and intermediate codes', () => {
    const codes = fc.oneof(code('643bf6a89a', 46), code('2ce9b3e1ff39e251', 41), code('2ce9b3e1ff39e253', 41))
    fc.assert(
      fc.property(codes, fc.integer({ min: 6, max: 75 }), (text, length) => {
        expect([text, secretKind(text)]).toEqual([text, null])
        expect([text, secretKind(text.slice(0, length))]).toEqual([text, null])
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    'https://shop.example/collections/steel-cards-and-more/products/reference-card-86x54?variant=40123456789012',
    'LOT-2024-0001-A',
    'ASSAY REFERENCE',
    'Scan this code to see your balance, then peel the sticker off and scratch to open your card.',
    'You can only open this card with both parts; keep them away from each other.',
    '550e8400-e29b-41d4-a716-446655440000',
    'ethereum:0x3Bd716720A5aEE40Cc08E7F2Abc156d7c30dE334@1?value=1e18',
    'xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8',
  ])('is never called secret: %s', text => {
    expect(secretKind(text)).toBeNull()
  })
})

it('takes any payload without a throw, and always says the same', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 300 }), fc.string({ unit: 'binary' })),
      payload => {
        expect(secretKind(payload)).toBe(secretKind(payload))
      },
    ),
  )
})
