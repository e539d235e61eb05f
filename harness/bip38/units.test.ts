import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressHashOf, bitcoinAddress } from './bitcoin.ts'
import { concat, sha256d, toBytes32, toHex } from './bytes.ts'
import { decodeCode, parseCodeOf } from './codes.ts'
import { basePoint, multiplyScalars, scalar } from './curve.ts'
import { Bip38Error } from './errors.ts'
import {
  createIntermediateCode,
  decrypt,
  encodeWif,
  encrypt,
  generateUnit,
  keyless,
  proof,
  verifyConfirmationCode,
  verifyProof,
} from './index.ts'
import { passphraseBytes } from './passphrase.ts'
import { cheapEngine } from './scrypt/cheap-engine.testing.ts'

const scrypt = cheapEngine()
const cheap = { scrypt }

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const sparse = (length: number) =>
  fc.tuple(bytes(length), fc.nat(length)).map(([value, zeros]) => value.fill(0, 0, zeros))

/** Passphrases with everything that has gone wrong somewhere: empty, NUL, astral characters, combining marks. */
const passphrases = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', '\u0000', 'Café', 'Cafe\u0301', '0511-FRXU-01MJ-QCAY-MEZ8'),
)

const owners = fc.oneof(
  sparse(8).map(ownerSalt => ({ ownerSalt })),
  fc.record({
    ownerSalt: sparse(4),
    lot: fc.oneof(fc.constantFrom(0, 1048575), fc.nat(1048575)),
    sequence: fc.oneof(fc.constantFrom(0, 4095), fc.nat(4095)),
  }),
)

/** What of a passphrase reaches scrypt: UTF-8 of NFC, without zeros at the end, which HMAC cannot see. */
const hmacKey = (passphrase: string): string => toHex(passphraseBytes(passphrase)).replace(/(?:00)+$/, '')

async function refusal(work: Promise<unknown>): Promise<string | null> {
  try {
    await work
    return null
  } catch (error) {
    if (error instanceof Bip38Error) return error.code
    throw error
  }
}

describe('a unit made from an intermediate code', () => {
  test('opens with its passphrase, gives the same key on every way, and carries lot and sequence', async () => {
    await fc.assert(
      fc.asyncProperty(passphrases, owners, sparse(24), fc.boolean(), async (passphrase, owner, seedb, compressed) => {
        const intermediateCode = await createIntermediateCode({ passphrase, ...owner }, cheap)
        const unit = await generateUnit({ intermediateCode, seedb, compressed }, cheap)
        const key = await decrypt({ epk: unit.epk, passphrase }, cheap)
        const confirmed = await verifyConfirmationCode({ confirmationCode: unit.confirmationCode, passphrase }, cheap)
        const proven = await keyless(
          { intermediateCode, epk: unit.epk, confirmationCode: unit.confirmationCode },
          cheap,
        )
        const { publicKey, address } = unit
        expect(key).toMatchObject({ publicKey, address, compressed })
        expect(confirmed).toMatchObject({ publicKey, address })
        expect(proven).toMatchObject({ publicKey, address })
        expect(toHex(basePoint(scalar(key.privateKey, ''), compressed))).toBe(publicKey)
        const lot = 'lot' in owner ? owner.lot : null
        expect(key.lot).toBe(lot)
        expect(confirmed.sequence).toBe('sequence' in owner ? owner.sequence : null)
      }),
      { numRuns: 60 },
    )
  })

  test('is the same again from the same seedb, and another from a fresh one', async () => {
    const intermediateCode = await createIntermediateCode({ passphrase: 'x', ownerSalt: new Uint8Array(8) }, cheap)
    const seedb = new Uint8Array(24).fill(7)
    const request = { intermediateCode, seedb, compressed: true }
    expect(await generateUnit(request, cheap)).toEqual(await generateUnit(request, cheap))
    const fresh = await generateUnit({ intermediateCode, compressed: true }, cheap)
    expect(fresh.epk).not.toBe((await generateUnit({ intermediateCode, compressed: true }, cheap)).epk)
    expect(seedb.every(byte => byte === 7)).toBe(true)
  })

  test('never opens with another passphrase', async () => {
    await fc.assert(
      fc.asyncProperty(passphrases, passphrases, owners, bytes(24), async (passphrase, other, owner, seedb) => {
        fc.pre(hmacKey(passphrase) !== hmacKey(other))
        const intermediateCode = await createIntermediateCode({ passphrase, ...owner }, cheap)
        const { epk, confirmationCode } = await generateUnit({ intermediateCode, seedb, compressed: true }, cheap)
        expect(await refusal(decrypt({ epk, passphrase: other }, cheap))).toBe('wrong-passphrase')
        expect(await refusal(verifyConfirmationCode({ confirmationCode, passphrase: other }, cheap))).toBe(
          'wrong-passphrase',
        )
      }),
      { numRuns: 40 },
    )
  })
})

describe('leading zero bytes', () => {
  /** Tries until `hasZero` holds for a value that is uniform: one in 256. */
  function seedWhere(hasZero: (seedb: Uint8Array) => boolean): Uint8Array {
    for (let i = 0; i < 20_000; i++) {
      const seedb = sha256d(toBytes32(BigInt(i))).subarray(0, 24)
      if (hasZero(seedb)) return seedb
    }
    throw new Error('no such seed in 20,000')
  }

  const passphrase = 'zero'
  const owner = { ownerSalt: '00000000', lot: 0, sequence: 0 }
  const factor = (seedb: Uint8Array): bigint => scalar(sha256d(seedb), '')

  async function passfactor(): Promise<bigint> {
    const prefactor = await scrypt.derive(new TextEncoder().encode(passphrase), new Uint8Array(4), {
      N: 2,
      r: 1,
      p: 1,
      dkLen: 32,
    })
    return scalar(sha256d(concat(prefactor, new Uint8Array(8))), '')
  }

  test.each([
    ['the private key', async (seedb: Uint8Array) => toBytes32(multiplyScalars(await passfactor(), factor(seedb)))[0]],
    ['factorb', async (seedb: Uint8Array) => sha256d(seedb)[0]],
    ['the x of pointb', async (seedb: Uint8Array) => basePoint(factor(seedb), true)[1]],
    [
      'the address hash',
      async (seedb: Uint8Array) => {
        const key = multiplyScalars(await passfactor(), factor(seedb))
        return addressHashOf(bitcoinAddress(basePoint(key, true)))[0]
      },
    ],
  ])('of %s survive the whole round', async (_what, firstByte) => {
    let seedb = new Uint8Array(24)
    for (let i = 0; i < 3000; i++) {
      const candidate = sha256d(toBytes32(BigInt(i))).subarray(0, 24)
      if ((await firstByte(candidate)) !== 0) continue
      seedb = candidate
      break
    }
    expect(await firstByte(seedb)).toBe(0)
    const intermediateCode = await createIntermediateCode({ passphrase, ...owner }, cheap)
    const unit = await generateUnit({ intermediateCode, seedb, compressed: true }, cheap)
    const key = await decrypt({ epk: unit.epk, passphrase }, cheap)
    expect(key.privateKey).toHaveLength(32)
    expect(key.publicKey).toBe(unit.publicKey)
    expect(await verifyConfirmationCode({ confirmationCode: unit.confirmationCode, passphrase }, cheap)).toMatchObject({
      address: unit.address,
      lot: 0,
      sequence: 0,
    })
  })

  test('of seedb survive: it is found again bit for bit', async () => {
    const intermediateCode = await createIntermediateCode({ passphrase, ...owner }, cheap)
    const seedb = seedWhere(candidate => candidate[0] === 0)
    const unit = await generateUnit({ intermediateCode, seedb, compressed: true }, cheap)
    expect((await keyless({ intermediateCode, epk: unit.epk }, cheap)).publicKey).toBe(unit.publicKey)
  })

  test('of a private key survive encryption without EC multiplication', async () => {
    await fc.assert(
      fc.asyncProperty(sparse(32), fc.boolean(), passphrases, async (privateKey, compressed, other) => {
        fc.pre(privateKey.some(byte => byte !== 0) && privateKey[0]! < 0xff)
        const epk = await encrypt({ privateKey, compressed, passphrase: other }, cheap)
        expect(decodeCode(epk)).toMatchObject({ kind: 'epk-non-ec', compressed })
        const key = await decrypt({ epk, passphrase: other }, cheap)
        expect(toHex(key.privateKey)).toBe(toHex(privateKey))
        expect(await encrypt({ wif: encodeWif(privateKey, compressed), passphrase: other }, cheap)).toBe(epk)
      }),
      { numRuns: 60 },
    )
  })
})

describe('passphrases', () => {
  const request = { ownerSalt: '0001020304050607' }

  test('are normalised, whether they come as text or as what a secret holds', async () => {
    const composed = await createIntermediateCode({ ...request, passphrase: 'Caf\u00e9' }, cheap)
    expect(await createIntermediateCode({ ...request, passphrase: 'Cafe\u0301' }, cheap)).toBe(composed)
    const typed = { expose: () => new TextEncoder().encode('Cafe\u0301') }
    expect(await createIntermediateCode({ ...request, passphrase: typed }, cheap)).toBe(composed)
  })

  test('given as bytes are taken as they are', async () => {
    const decomposed = new TextEncoder().encode('Cafe\u0301')
    const composed = await createIntermediateCode({ ...request, passphrase: 'Caf\u00e9' }, cheap)
    expect(await createIntermediateCode({ ...request, passphrase: decomposed }, cheap)).not.toBe(composed)
    expect(toHex(decomposed)).toBe(toHex(new TextEncoder().encode('Cafe\u0301')))
  })

  test('that hold bytes outside UTF-8 are used byte for byte', async () => {
    const raw = { expose: () => Uint8Array.of(0xff, 0x00, 0x80) }
    const code = await createIntermediateCode({ ...request, passphrase: raw }, cheap)
    expect(code).toBe(await createIntermediateCode({ ...request, passphrase: raw.expose() }, cheap))
  })

  test.each(['\uD800', 'a\uDC00', '\uDC00\uD800'])(
    'with half of a surrogate pair are refused: %j',
    async passphrase => {
      expect(await refusal(createIntermediateCode({ ...request, passphrase }, cheap))).toBe('bad-argument')
      expect(await refusal(createIntermediateCode({ ...request, passphrase: '\uD800\uDC00' }, cheap))).toBeNull()
    },
  )

  test('may hold NUL anywhere, which is not the end', async () => {
    const codes = new Set<string>()
    for (const passphrase of ['a', 'a\u0000b', 'a\u0000c', '\u0000a', '']) {
      codes.add(await createIntermediateCode({ ...request, passphrase }, cheap))
    }
    expect(codes.size).toBe(5)
  })

  test('that differ in NULs at the end alone are one passphrase: HMAC fills its key up with zeros (RFC 2104 §2)', async () => {
    const code = await createIntermediateCode({ ...request, passphrase: 'a' }, cheap)
    expect(await createIntermediateCode({ ...request, passphrase: 'a\u0000' }, cheap)).toBe(code)
  })
})

describe('arguments out of range are refused', () => {
  test.each([
    ['lot too large', { ownerSalt: '00000000', lot: 1048576, sequence: 0 }],
    ['lot negative', { ownerSalt: '00000000', lot: -1, sequence: 0 }],
    ['lot no whole number', { ownerSalt: '00000000', lot: 0.5, sequence: 0 }],
    ['sequence too large', { ownerSalt: '00000000', lot: 0, sequence: 4096 }],
    ['lot without sequence', { ownerSalt: '00000000', lot: 0 }],
    ['sequence without lot', { ownerSalt: '00000000', sequence: 0 }],
    ['8 bytes of salt with lot', { ownerSalt: '0000000000000000', lot: 0, sequence: 0 }],
    ['4 bytes of salt without lot', { ownerSalt: '00000000' }],
    ['salt that is not hexadecimal', { ownerSalt: '0x00000000000000' }],
  ])('%s', async (_what, owner) => {
    expect(await refusal(createIntermediateCode({ passphrase: 'x', ...owner }, cheap))).toBe('bad-argument')
  })

  test('seedb of another length, a private key of zero or of the order, a WIF of another form', async () => {
    const intermediateCode = await createIntermediateCode({ passphrase: 'x', ownerSalt: new Uint8Array(8) }, cheap)
    expect(await refusal(generateUnit({ intermediateCode, seedb: '00', compressed: true }, cheap))).toBe('bad-argument')
    const order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'
    for (const privateKey of ['00'.repeat(32), order, '01']) {
      expect(await refusal(encrypt({ privateKey, passphrase: 'x' }, cheap))).toBe('bad-argument')
    }
    const wif = encodeWif(toBytes32(1n), true)
    expect(await refusal(encrypt({ wif, compressed: false, passphrase: 'x' }, cheap))).toBe('bad-argument')
    expect(await refusal(encrypt({ passphrase: 'x' }, cheap))).toBe('bad-argument')
  })
})

describe('a code of another kind is refused by its kind', () => {
  test('wherever a code is taken', async () => {
    const intermediateCode = await createIntermediateCode({ passphrase: 'x', ownerSalt: new Uint8Array(8) }, cheap)
    const { epk, confirmationCode } = await generateUnit({ intermediateCode, compressed: true }, cheap)
    expect(await refusal(generateUnit({ intermediateCode: epk, compressed: true }, cheap))).toBe('wrong-kind')
    expect(await refusal(decrypt({ epk: confirmationCode, passphrase: 'x' }, cheap))).toBe('wrong-kind')
    expect(await refusal(verifyConfirmationCode({ confirmationCode: epk, passphrase: 'x' }, cheap))).toBe('wrong-kind')
    expect(await refusal(keyless({ intermediateCode: confirmationCode, epk }, cheap))).toBe('wrong-kind')
    expect(parseCodeOf(epk, 'epk').code.kind).toBe('epk')
  })
})

describe('a proof', () => {
  test('shows that the key could sign the challenge, and holds neither key nor passphrase', async () => {
    const passphrase = 'a passphrase of its own'
    const intermediateCode = await createIntermediateCode({ passphrase, ownerSalt: new Uint8Array(8) }, cheap)
    const { epk, publicKey } = await generateUnit({ intermediateCode, compressed: true }, cheap)
    const challenge = new Uint8Array(32).fill(5)
    const given = await proof({ epk, passphrase, challenge }, cheap)
    expect(given.publicKey).toBe(publicKey)
    expect(verifyProof(given)).toBe(true)
    expect(verifyProof({ ...given, challenge: '06'.repeat(32) })).toBe(false)
    expect(verifyProof({ ...given, signature: given.signature.replace(/^../, 'ff') })).toBe(false)
    expect(verifyProof({ publicKey: 'zz', challenge: '', signature: '' })).toBe(false)
    expect(await refusal(proof({ epk, passphrase, challenge: new Uint8Array(8) }, cheap))).toBe('bad-argument')
    expect(await refusal(proof({ epk, passphrase: 'another', challenge }, cheap))).toBe('wrong-passphrase')
  })
})
