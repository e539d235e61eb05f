import { base58 } from '@scure/base'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeBase58Check } from './base58.ts'
import { concat, fromHex, toHex } from './bytes.ts'
import {
  decodeCode,
  encodeConfirmationCode,
  encodeEpk,
  encodeIntermediateCode,
  type IntermediateCode,
  parseCode,
} from './codes.ts'
import { Bip38Error, type Bip38ErrorCode } from './errors.ts'

const codes = {
  epk: '6PgNBNNzDkKdhkT6uJntUXwwzQV8Rr2tZcbkDcuC9DZRsS6AtHts4Ypo1j',
  'epk-non-ec': '6PYLtMnXvfG3oJde97zRyLYFZCYizPU5T3LwgdYJz1fRhh16bU7u6PPmY7',
  'confirmation-code': 'cfrm38V8aXBn7JWA1ESmFMUn6erxeBGZGAxJPY4e36S9QWkzZKtaVqLNMgnifETYw7BPwWC9aPD',
  'intermediate-code': 'passphraseaB8feaLQDENqCgr4gKZpmf4VoaT6qdjJNJiv7fsKvjqavcJxvuR1hy25aTu5sX',
} as const
const kinds = Object.keys(codes) as (keyof typeof codes)[]

function refusal(text: string): Bip38ErrorCode | null {
  try {
    decodeCode(text)
    return null
  } catch (error) {
    if (error instanceof Bip38Error) return error.code
    throw error
  }
}

/** The code with its payload changed and a checksum that fits again. */
function forged(text: string, change: (payload: Uint8Array) => Uint8Array): string {
  return encodeBase58Check(change(parseCode(text).payload.slice()))
}

describe.each(kinds)('a %s', kind => {
  const text = codes[kind]

  test('is decoded as what it is', () => {
    expect(decodeCode(text).kind).toBe(kind)
  })

  test('with any one character changed is refused, as damaged', () => {
    const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
    for (let at = 0; at < text.length; at++) {
      const other = alphabet.charAt((alphabet.indexOf(text.charAt(at)) + 7) % 58)
      expect(refusal(text.slice(0, at) + other + text.slice(at + 1))).toMatch(/bad-checksum|wrong-length/)
    }
  })

  test('with any bit of its bytes flipped is refused, as damaged', () => {
    const bytes = base58.decode(text)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice()
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      expect(refusal(base58.encode(flipped))).toMatch(/bad-checksum|wrong-length/)
    }
  })

  test.each([
    [' before', (code: string) => ` ${code}`, 'not-base58'],
    ['a line break behind', (code: string) => `${code}\n`, 'not-base58'],
    ['a byte order mark before', (code: string) => `\uFEFF${code}`, 'not-base58'],
    [
      'the letter O for a zero that Base58 has not',
      (code: string) => `${code.slice(0, 9)}O${code.slice(10)}`,
      'not-base58',
    ],
    ['its last character missing', (code: string) => code.slice(0, -1), 'wrong-length'],
    ['its first half only', (code: string) => code.slice(0, code.length / 2), 'wrong-length'],
    ['itself behind', (code: string) => code + code, 'wrong-length'],
  ])('with %s is refused', (_what, change, code) => {
    expect(refusal(change(text))).toBe(code)
  })

  test('with a byte more under a checksum that fits has the wrong length', () => {
    expect(refusal(forged(text, payload => concat(payload, Uint8Array.of(0))))).toBe('wrong-length')
  })

  test('with another prefix under a checksum that fits is another kind of text', () => {
    expect(refusal(forged(text, payload => payload.map((byte, i) => (i === 0 ? byte ^ 0x80 : byte))))).toBe(
      'wrong-kind',
    )
  })
})

describe('flag bytes', () => {
  const allowed = {
    epk: [0x00, 0x04, 0x20, 0x24],
    'epk-non-ec': [0xc0, 0xe0],
    'confirmation-code': [0x00, 0x04, 0x20, 0x24],
  }

  test.each(['epk', 'epk-non-ec', 'confirmation-code'] as const)('of an %s: those of BIP38 and no other', kind => {
    const at = kind === 'confirmation-code' ? 5 : 2
    for (let flags = 0; flags < 256; flags++) {
      const text = forged(codes[kind], payload => payload.map((byte, i) => (i === at ? flags : byte)))
      if (allowed[kind].includes(flags)) expect(decodeCode(text)).toMatchObject({ kind, flags })
      else expect(refusal(text)).toBe('reserved-bits')
    }
  })

  test('of an intermediate code: 51 with lot, 53 without, and no other last magic byte', () => {
    for (let byte = 0; byte < 256; byte++) {
      const text = forged(codes['intermediate-code'], payload => payload.map((old, i) => (i === 7 ? byte : old)))
      if (byte === 0x51 || byte === 0x53) expect((decodeCode(text) as IntermediateCode).hasLot).toBe(byte === 0x51)
      else expect(refusal(text)).toBe('wrong-kind')
    }
  })
})

test('an intermediate code whose passpoint is not on the curve is refused', () => {
  // x = 5 has no point on y² = x³ + 7.
  const point = fromHex(`02${'00'.repeat(31)}05`, '')
  expect(refusal(forged(codes['intermediate-code'], payload => concat(payload.subarray(0, 16), point)))).toBe(
    'not-a-point',
  )
})

test('a confirmation code whose point has an impossible prefix is refused', () => {
  expect(refusal(forged(codes['confirmation-code'], p => p.map((byte, i) => (i === 18 ? 4 : byte))))).toBe(
    'not-a-point',
  )
})

test.each([
  ['an address', '1Jscj8ALrYu2y9TD8NrpvDBugPedmbj4Yh'],
  ['a WIF key', '5HtasZ6ofTHP6HCwTqTkLDuLQisYPah7aUnSKfC7h4hMUVw2gi5'],
])('%s is sound, but another kind of text', (_what, text) => {
  expect(refusal(text)).toBe('wrong-kind')
})

test('an empty text and one of thousands of characters are refused at once', () => {
  expect(refusal('')).toBe('bad-checksum')
  expect(refusal('z'.repeat(1_000_000))).toBe('wrong-length')
})

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

/** Bytes with many zeros in front, as a number would lose them. */
const sparse = (length: number) =>
  fc.tuple(bytes(length), fc.nat(length)).map(([value, zeros]) => value.fill(0, 0, zeros))

describe('every field survives, leading zeros too', () => {
  test('in an EPK', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0x00, 0x04, 0x20, 0x24),
        sparse(4),
        sparse(8),
        sparse(24),
        (flags, hash, entropy, rest) => {
          const { code, payload } = parseCode(encodeEpk(flags, hash, entropy, rest))
          expect(code).toMatchObject({ kind: 'epk', flags, addressHash: toHex(hash), ownerEntropy: toHex(entropy) })
          expect(toHex(payload.subarray(15))).toBe(toHex(rest))
        },
      ),
    )
  })

  test('in a confirmation code', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0x04, 0x24),
        sparse(4),
        sparse(8),
        sparse(32),
        fc.constantFrom(2, 3),
        (flags, hash, entropy, x, y) => {
          const point = concat(Uint8Array.of(y), x)
          const { code, payload } = parseCode(encodeConfirmationCode(flags, hash, entropy, point))
          expect(code).toMatchObject({
            kind: 'confirmation-code',
            addressHash: toHex(hash),
            ownerEntropy: toHex(entropy),
          })
          expect(toHex(payload.subarray(18))).toBe(toHex(point))
        },
      ),
    )
  })

  test('in lot and sequence, of which 0 is a value', () => {
    const passpoint = fromHex('02a6bf1824208903aa344833d614f7fa3ba46f4f8d57b2e219a1cfac961a9b7395', '')
    fc.assert(
      fc.property(
        sparse(4),
        fc.oneof(fc.constantFrom(0, 1, 1048575), fc.nat(1048575)),
        fc.oneof(fc.constantFrom(0, 1, 4095), fc.nat(4095)),
        (salt, lot, sequence) => {
          const lotSequence = new Uint8Array(4)
          new DataView(lotSequence.buffer).setUint32(0, lot * 4096 + sequence)
          const code = decodeCode(encodeIntermediateCode(true, concat(salt, lotSequence), passpoint))
          expect(code).toMatchObject({ lot, sequence, ownerSalt: toHex(salt), hasLot: true })
        },
      ),
    )
  })
})

test('reading noise never throws anything but a typed error, and an error never quotes what was read', () => {
  const noise = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.string({
      unit: fc.constantFrom(...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'),
      maxLength: 120,
    }),
    fc.uint8Array({ maxLength: 60 }).map(payload => encodeBase58Check(payload)),
    fc
      .tuple(fc.constantFrom(...kinds), fc.uint8Array({ maxLength: 60 }))
      .map(([kind, rest]) => encodeBase58Check(concat(parseCode(codes[kind]).payload.subarray(0, 8), rest))),
  )
  fc.assert(
    fc.property(noise, text => {
      try {
        decodeCode(text)
      } catch (error) {
        expect(error).toBeInstanceOf(Bip38Error)
        if (text.length > 8) expect((error as Error).message).not.toContain(text)
      }
    }),
    { numRuns: 2000 },
  )
})
