import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../bip38/bytes.ts'
import { basePoint, encodePoint } from '../bip38/curve.ts'
import { addressesOf, derivedRows, readAddress, readOnlyRows } from './index.ts'

interface Vectors {
  vectors: { key: string; source: string; publicKey: string; address: string }[]
  scripts: { key: string; source: string; hash: string; address: string }[]
}
const file = new URL('../../fixtures/vectors/coin-address-vectors.json', import.meta.url)
const { vectors, scripts } = JSON.parse(readFileSync(file, 'utf8')) as Vectors

test('every coin of the table has a published vector', () => {
  expect(derivedRows.map(({ key }) => key).filter(key => !vectors.some(vector => vector.key === key))).toEqual([])
})

test.each(vectors)('$key: the address of $source is derived and read back', ({ key, publicKey, address }) => {
  expect(addressesOf(publicKey)[key]).toBe(address)
  const printed = readAddress(address)
  expect(printed.keys).toContain(key)
  expect(printed.checksum).toBe('valid')
  expect(printed.canonical).toBe(address)
})

test.each(scripts)('$key: the script address of $source is read, and is no hash of a key', ({ key, hash, address }) => {
  expect(readAddress(address)).toMatchObject({ key, hash, hash160: null, checksum: 'valid' })
})

const publicKeys = fc.bigInt(1n, 2n ** 255n).map(scalar => toHex(basePoint(scalar, true)))

/** Characters that differ from the one they stand for, within the alphabet of the text. */
const tampered = fc
  .tuple(publicKeys, fc.constantFrom(...derivedRows), fc.nat(), fc.nat())
  .map(([publicKey, row, at, to]) => {
    const text = addressesOf(publicKey)[row.key]!
    const alphabet = [...new Set(text)]
    const start = text.startsWith('0x') || text.startsWith('f1') ? 2 : text.includes(':') ? text.indexOf(':') + 1 : 0
    const index = start + (at % (text.length - start))
    const others = alphabet.filter(c => c !== text.charAt(index) && c !== ':')
    return { row, text, damaged: text.slice(0, index) + others[to % others.length]! + text.slice(index + 1) }
  })

describe('reading an address', () => {
  test('finds the row of every derived address', () => {
    fc.assert(
      fc.property(publicKeys, publicKey => {
        for (const [key, address] of Object.entries(addressesOf(publicKey))) {
          const printed = readAddress(address)
          expect(printed.keys).toContain(key)
          expect(printed).toMatchObject({ canonical: address, checksum: expect.stringMatching(/valid|none/) })
        }
      }),
      { numRuns: 20 },
    )
  })

  test('never takes a damaged address for a sound one of the same text', () => {
    fc.assert(
      fc.property(tampered, ({ text, damaged }) => {
        const printed = readAddress(damaged)
        // Ethereum's checksum is four bits in a letter's case, and none in an address of one case: chance, not a fault.
        // A letter of the other case is the same account, and its checksum does not fit.
        if (printed.coin === 'eth') expect(printed.canonical === text && printed.checksum === 'valid').toBe(false)
        else expect(printed.checksum).not.toBe('valid')
      }),
      { numRuns: 400 },
    )
  })

  test('never throws and never calls noise an address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 120 }), fc.base64String({ maxLength: 120 })), text => {
        expect(readAddress(text).checksum).not.toBe('valid')
      }),
      { numRuns: 300 },
    )
  })

  test('accepts upper case where the standard does, and gives the usual writing', () => {
    expect(readAddress('BC1QY4ZAYJJP67MW07KCF5LTMAK07XNE96R6SFLL39')).toMatchObject({
      key: 'btc_p2wpkh',
      checksum: 'valid',
      canonical: 'bc1qy4zayjjp67mw07kcf5ltmak07xne96r6sfll39',
    })
    expect(readAddress('qqj5t5j2g8tmdel6mpxna00kelc60yhg0gpnvxc7mz')).toMatchObject({ key: 'bch', checksum: 'valid' })
    expect(readAddress('bc1Qy4zayjjp67mw07kcf5ltmak07xne96r6sfll39').checksum).toBe('invalid')
  })

  test('tells an Ethereum address without a checksum from one whose checksum is wrong', () => {
    const sound = '0x3Bd716720A5aEE40Cc08E7F2Abc156d7c30dE334'
    expect(readAddress(sound).checksum).toBe('valid')
    expect(readAddress(sound.toLowerCase())).toMatchObject({ checksum: 'none', canonical: sound })
    expect(readAddress(sound.replace('B', 'b')).checksum).toBe('invalid')
  })

  test('refuses a version 1 program with the checksum of version 0, and the other way round (BIP350)', () => {
    // BIP350 «Test vectors», list of invalid addresses.
    expect(readAddress('bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd').checksum).toBe('invalid')
    expect(readAddress('bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh').checksum).toBe('invalid')
  })
})

describe('an uncompressed key', () => {
  const uncompressed = toHex(encodePoint(fromHex(vectors[0]!.publicKey, ''), false))

  test('has no SegWit and no Taproot address', () => {
    const keys = Object.keys(addressesOf(uncompressed))
    for (const key of ['btc_p2wpkh', 'btc_p2sh_p2wpkh', 'btc_p2tr', 'qtc']) expect(keys).not.toContain(key)
    expect(keys).toContain('btc_p2pkh')
  })

  test('has the same account as its compressed form where the chain fixes the form', () => {
    const [own, compressed] = [addressesOf(uncompressed), addressesOf(vectors[0]!.publicKey)]
    for (const key of ['eth', 'bnb', 'xrp', 'atom', 'cfx', 'fil', 'trx']) expect(own[key]).toBe(compressed[key])
    expect(own['btc_p2pkh']).not.toBe(compressed['btc_p2pkh'])
  })
})

test('rows have different keys', () => {
  const keys = [...derivedRows, ...readOnlyRows].map(({ key }) => key)
  expect(new Set(keys).size).toBe(keys.length)
})
