import { beforeAll, describe, expect, test } from 'vitest'
import { coinBook } from '../coins/index.ts'
import { addressHashOf, bitcoinAddress } from './bitcoin.ts'
import { concat, fromHex, toHex } from './bytes.ts'
import { encodeConfirmationCode, encodeEpk, parseCode } from './codes.ts'
import { encodePoint } from './curve.ts'
import {
  type CoreCheck,
  type CoreVerdict,
  coreChecks,
  createIntermediateCode,
  crossCheck,
  decrypt,
  encrypt,
  generateUnit,
  verifyConfirmationCode,
  verifyProof,
} from './index.ts'
import { lightKeys } from './key-derivation.ts'
import { factorBOf, pointBOf, sealPointB, sealSeedB } from './multiplied-key.ts'
import { cheapEngine } from './scrypt/cheap-engine.testing.ts'
import type { CrossCheckOptions, UnitParts } from './unit-evidence.ts'

interface Unit {
  readonly intermediateCode: string
  readonly epk: string
  readonly confirmationCode: string
  readonly address: string
  readonly passphrase: string
  readonly publicKey: string
  readonly addresses: Readonly<Record<string, string>>
}

const cheap = { scrypt: cheapEngine() }

/** A unit as the production line makes it; `hashed` gives the address that its hash is over, where that is not BIP38's. */
async function makeUnit({
  passphrase = '0511-FRXU-01MJ-QCAY-MEZ8',
  ownerSalt = '00112233',
  lot = 0 as number | null,
  sequence = 77 as number | null,
  compressed = true,
  seed = 1,
  hashed = (publicKey: string): string => bitcoinAddress(publicKey),
} = {}): Promise<Unit> {
  const owner = lot === null ? { ownerSalt: ownerSalt + ownerSalt } : { ownerSalt, lot, sequence: sequence ?? 0 }
  const intermediateCode = await createIntermediateCode({ passphrase, ...owner }, cheap)
  const seedb = new Uint8Array(24).fill(seed)
  const { publicKey } = await generateUnit({ intermediateCode, seedb, compressed }, cheap)
  const { payload, code } = parseCode(intermediateCode)
  const flags = (compressed ? 0x20 : 0) | code.flags
  const hash = addressHashOf(hashed(publicKey))
  const entropy = payload.slice(8, 16)
  const keys = await lightKeys(payload.slice(16), hash, entropy, cheap)
  const epk = encodeEpk(flags, hash, entropy, await sealSeedB(seedb, keys))
  const point = await sealPointB(pointBOf(factorBOf(seedb)), keys)
  const confirmationCode = encodeConfirmationCode(flags, hash, entropy, point)
  const addresses = coinBook.addressesOf(publicKey)
  return {
    intermediateCode,
    epk,
    confirmationCode,
    address: bitcoinAddress(publicKey),
    passphrase,
    publicKey,
    addresses,
  }
}

async function judge(
  parts: UnitParts & { readonly publicKey?: string; readonly addresses?: Unit['addresses'] },
  options: CrossCheckOptions = {},
) {
  const { publicKey: _publicKey, addresses: _addresses, ...unit } = parts
  const result = await crossCheck(unit, { ...cheap, book: coinBook, ...options })
  const verdicts: Partial<Record<CoreCheck, CoreVerdict>> = {}
  for (const { check, verdict } of result.findings) verdicts[check] = verdict
  return { ...result, verdicts }
}

let unit: Unit
let other: Unit
beforeAll(async () => {
  unit = await makeUnit()
  other = await makeUnit({ ownerSalt: '99887766', seed: 2, passphrase: '3515-H0EP-J513-IUL6-0K5Y' })
})

const allPass = Object.fromEntries(coreChecks.map(check => [check, 'PASS']))

describe('a good unit', () => {
  test.each([
    ['compressed with lot and sequence', {}],
    ['uncompressed with lot and sequence', { compressed: false }],
    ['compressed without', { lot: null }],
    ['uncompressed without', { lot: null, compressed: false }],
  ])('%s passes every check, with one heavy and one light scrypt', async (_what, kind) => {
    const result = await judge(await makeUnit(kind))
    expect(result.verdicts).toEqual(allPass)
    expect(result.verdict).toBe('PASS')
    expect(result.scryptCounts).toEqual({ heavy: 1, light: 1 })
  })

  test('passes with any of its addresses printed, and the finding names which', async () => {
    for (const [key, address] of Object.entries(unit.addresses)) {
      const { verdict, findings } = await judge({ ...unit, address })
      expect([key, verdict]).toEqual([key, 'PASS'])
      expect(findings.find(({ check }) => check === 'decryption')?.because).toMatch(
        /whose \w+ address is the printed one/,
      )
    }
  })

  test('passes with an address printed in capitals or with its optional prefix left out', async () => {
    const { btc_p2wpkh: segwit, bch, eth } = unit.addresses
    for (const address of [segwit!.toUpperCase(), bch!.replace('bitcoincash:', ''), eth!.toLowerCase()]) {
      expect((await judge({ ...unit, address })).verdict).toBe('PASS')
    }
  })

  test('is judged the same when its secrets are bytes that are shown on request only', async () => {
    const shownOnRequest = (text: string) => ({ expose: () => new TextEncoder().encode(text) })
    const [epk, passphrase] = [shownOnRequest(unit.epk), shownOnRequest(unit.passphrase)]
    expect((await judge({ ...unit, epk, passphrase })).findings).toEqual((await judge(unit)).findings)
    const damaged = shownOnRequest(`${unit.epk.slice(0, -1)}1`)
    expect((await judge({ ...unit, epk: damaged })).verdicts['code-integrity']).toBe('FAIL')
  })

  test('gives a proof that verifies, over the challenge it was given', async () => {
    const challenge = new Uint8Array(32).fill(9)
    const { proof } = await judge(unit, { challenge })
    expect(proof).toMatchObject({ publicKey: unit.publicKey, challenge: toHex(challenge) })
    expect(verifyProof(proof!)).toBe(true)
  })
})

describe('any subset of the parts', () => {
  const names = ['intermediateCode', 'epk', 'confirmationCode', 'address', 'passphrase'] as const
  const subsets = Array.from({ length: 32 }, (_, bits) => names.filter((_name, i) => bits & (1 << i)))

  test.each(subsets.map(subset => [subset.join(' + ') || 'nothing', subset] as const))(
    '%s of one unit: no check fails',
    async (_title, subset) => {
      const parts = Object.fromEntries(subset.map(name => [name, unit[name]]))
      const { verdicts, verdict, scryptCounts, proof, publicKey } = await judge(parts)
      const has = (...needed: string[]): boolean => needed.every(name => (subset as readonly string[]).includes(name))
      const expected: CoreCheck[] = coreChecks.filter(check => {
        const codes = [has('intermediateCode'), has('epk'), has('confirmationCode')].filter(Boolean).length
        if (check === 'code-integrity') return codes > 0 || has('address')
        if (check === 'profile-match') return codes > 0
        if (check === 'owner-entropy') return codes > 1
        if (check === 'address-hash')
          return [has('epk'), has('confirmationCode'), has('address')].filter(Boolean).length > 1
        if (check === 'keyless') return has('intermediateCode', 'epk')
        if (check === 'passphrase-commitment') return has('intermediateCode', 'passphrase')
        if (check === 'confirmation') return has('confirmationCode', 'passphrase')
        return has('epk', 'passphrase')
      })
      expect(verdicts).toEqual(Object.fromEntries(expected.map(check => [check, 'PASS'])))
      const links = expected.some(check => check !== 'code-integrity' && check !== 'profile-match')
      expect(verdict).toBe(links ? 'PASS' : 'INCONCLUSIVE')
      const opens = has('intermediateCode', 'epk') || (has('passphrase') && (has('epk') || has('confirmationCode')))
      expect(publicKey).toBe(opens ? unit.publicKey : null)
      expect(scryptCounts.heavy).toBe(has('passphrase') && subset.some(name => /Code|epk/.test(name)) ? 1 : 0)
      expect(scryptCounts.light).toBe(opens ? 1 : 0)
      expect(proof === null).toBe(!has('epk', 'passphrase'))
    },
  )
})

describe('a unit with a fault', () => {
  const failing = (verdicts: Partial<Record<CoreCheck, CoreVerdict>>): string[] =>
    Object.entries(verdicts).flatMap(([check, verdict]) => (verdict === 'FAIL' ? [check] : []))

  test.each<[string, () => UnitParts, CoreCheck[]]>([
    [
      "another unit's address",
      () => ({ ...unit, address: other.address }),
      ['address-hash', 'keyless', 'confirmation', 'decryption'],
    ],
    [
      "another unit's SegWit address",
      () => ({ ...unit, address: other.addresses['btc_p2wpkh'] }),
      ['address-hash', 'keyless', 'confirmation', 'decryption'],
    ],
    [
      "another unit's Ethereum address",
      () => ({ ...unit, address: other.addresses['eth'] }),
      ['keyless', 'confirmation', 'decryption'],
    ],
    ["another unit's EPK", () => ({ ...unit, epk: other.epk }), ['owner-entropy', 'address-hash']],
    [
      "another unit's confirmation code",
      () => ({ ...unit, confirmationCode: other.confirmationCode }),
      ['owner-entropy', 'address-hash'],
    ],
    [
      "another unit's intermediate code",
      () => ({ ...unit, intermediateCode: other.intermediateCode }),
      ['owner-entropy'],
    ],
    [
      "another unit's passphrase",
      () => ({ ...unit, passphrase: other.passphrase }),
      ['passphrase-commitment', 'confirmation', 'decryption'],
    ],
    [
      'one character of the passphrase wrong',
      () => ({ ...unit, passphrase: '0511-FRXU-01MJ-OCAY-MEZ8' }),
      ['passphrase-commitment', 'confirmation', 'decryption'],
    ],
    [
      'a character of the EPK wrong',
      () => ({ ...unit, epk: unit.epk.replace(/.$/, last => (last === 'z' ? 'y' : 'z')) }),
      ['code-integrity'],
    ],
    [
      'a character of the address wrong',
      () => ({ ...unit, address: unit.address.replace(/.$/, last => (last === 'z' ? 'y' : 'z')) }),
      ['code-integrity', 'keyless', 'confirmation', 'decryption'],
    ],
    ['a confirmation code where the EPK belongs', () => ({ ...unit, epk: unit.confirmationCode }), ['code-integrity']],
  ])('%s is found', async (_what, parts, expected) => {
    const { verdict, verdicts, scryptCounts } = await judge(parts())
    expect(verdict).toBe('FAIL')
    expect(failing(verdicts)).toEqual(expect.arrayContaining(expected))
    expect(scryptCounts.heavy).toBeLessThanOrEqual(1)
    expect(scryptCounts.light).toBeLessThanOrEqual(1)
  })

  test('with a wrong passphrase, the codes are still proven against each other without it', async () => {
    const { verdicts, publicKey } = await judge({ ...unit, passphrase: 'wrong' })
    expect(verdicts).toMatchObject({ keyless: 'PASS', 'passphrase-commitment': 'FAIL', decryption: 'FAIL' })
    expect(publicKey).toBe(unit.publicKey)
  })

  test('with a wrong passphrase and no intermediate code, nothing of a key is given', async () => {
    const { intermediateCode: _, ...rest } = unit
    const { verdicts, publicKey, proof } = await judge({ ...rest, passphrase: 'wrong' })
    expect(verdicts).toMatchObject({ confirmation: 'FAIL', decryption: 'FAIL' })
    expect(publicKey).toBeNull()
    expect(proof).toBeNull()
  })

  test('with an EPK whose seed was tampered with under a sound checksum, the EPK opens nowhere', async () => {
    const { payload } = parseCode(unit.epk)
    const tampered = payload.slice()
    tampered[30]! ^= 1
    const epk = encodeEpk(tampered[2]!, tampered.slice(3, 7), tampered.slice(7))
    const { verdicts } = await judge({ ...unit, epk })
    expect(verdicts).toMatchObject({ 'code-integrity': 'PASS', keyless: 'FAIL', decryption: 'FAIL' })
  })

  test('with a confirmation code of another seed under the same address hash, it does not confirm', async () => {
    const { payload } = parseCode(unit.confirmationCode)
    const point = payload.slice(18)
    point[20]! ^= 1
    const confirmationCode = encodeConfirmationCode(payload[5]!, payload.slice(6, 10), payload.slice(10, 18), point)
    const { verdicts } = await judge({ ...unit, confirmationCode })
    expect(verdicts).toMatchObject({ keyless: 'FAIL', confirmation: 'FAIL', decryption: 'PASS' })
  })

  test('with an EPK made without EC multiplication beside codes that need it', async () => {
    const epk = await encrypt({ privateKey: '01'.repeat(32), passphrase: unit.passphrase }, cheap)
    const { verdict, verdicts, scryptCounts } = await judge({ ...unit, epk })
    expect(verdict).toBe('FAIL')
    expect(verdicts['profile-match']).toBe('FAIL')
    expect(verdicts.decryption).toBe('INCONCLUSIVE')
    expect(scryptCounts.heavy).toBe(1)
  })

  test('with a flag byte that the product does not have', async () => {
    expect((await judge(unit, { flags: [0x24] })).verdicts['profile-match']).toBe('PASS')
    expect((await judge(unit, { flags: [0x20, 0x00] })).verdicts['profile-match']).toBe('FAIL')
    const { intermediateCode } = unit
    expect((await judge({ intermediateCode }, { flags: [0x20] })).verdicts['profile-match']).toBe('FAIL')
  })

  test('with a printed text that is no address of a known coin: not passed, and not failed', async () => {
    const { verdict, verdicts } = await judge({
      ...unit,
      address: 'addr1qx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqw',
    })
    expect(verdict).toBe('INCONCLUSIVE')
    expect(verdicts['code-integrity']).toBe('INCONCLUSIVE')
  })
})

describe('the form of the public key', () => {
  test('a SegWit address of an uncompressed key is refused, though its hash is the right one', async () => {
    const uncompressed = await makeUnit({ compressed: false })
    const { publicKey } = uncompressed
    // What a program gives that hashes the uncompressed key: the golden file of Ballet's page holds such an address.
    const { hash160 } = coinBook.readAddress(bitcoinAddress(publicKey))
    const { bech32 } = await import('@scure/base')
    const address = bech32.encode('bc', [0, ...bech32.toWords(fromHex(hash160!, ''))])
    const { verdict, verdicts } = await judge({ ...uncompressed, address })
    expect(verdict).toBe('FAIL')
    expect(verdicts['profile-match']).toBe('FAIL')
  })

  test('an address of the other form of the key is named as such', async () => {
    const otherForm = bitcoinAddress(encodePoint(fromHex(unit.publicKey, ''), false))
    const { findings, verdict } = await judge({ ...unit, address: otherForm })
    expect(verdict).toBe('FAIL')
    expect(findings.find(({ check }) => check === 'decryption')?.because).toContain('uncompressed form')
  })
})

describe('the address hash over another address than BIP38 says', () => {
  const litecoin = () => makeUnit({ hashed: publicKey => coinBook.addressesOf(publicKey)['ltc']! })

  test('is told from a wrong passphrase, by an error that names what it is over', async () => {
    const { epk, confirmationCode, passphrase } = await litecoin()
    const error = { code: 'other-address-convention', message: expect.stringContaining('ltc') }
    await expect(decrypt({ epk, passphrase, book: coinBook }, cheap)).rejects.toMatchObject(error)
    await expect(verifyConfirmationCode({ confirmationCode, passphrase, book: coinBook }, cheap)).rejects.toMatchObject(
      error,
    )
    await expect(decrypt({ epk, passphrase: 'x', book: coinBook }, cheap)).rejects.toMatchObject({
      code: 'wrong-passphrase',
    })
  })

  test('is accepted where it is allowed, and then named', async () => {
    const { epk, passphrase } = await litecoin()
    const key = await decrypt({ epk, passphrase, book: coinBook, conventions: ['ltc'] }, cheap)
    expect(key.convention).toBe('ltc')
  })

  test('fails the cross-check with a sentence that names it, or passes where it is allowed', async () => {
    const made = await litecoin()
    const refused = await judge({ ...made, address: made.addresses['ltc'] })
    expect(refused.verdict).toBe('FAIL')
    expect(refused.findings.find(({ check }) => check === 'address-hash')?.because).toContain('ltc')
    expect((await judge({ ...made, address: made.addresses['ltc'] }, { conventions: ['ltc'] })).verdicts).toEqual(
      allPass,
    )
  })

  test('over the SegWit address, as some programs did', async () => {
    const made = await makeUnit({ hashed: publicKey => coinBook.addressesOf(publicKey)['btc_p2wpkh']! })
    const { findings, verdict } = await judge({ epk: made.epk, address: made.addresses['btc_p2wpkh'] })
    expect(verdict).toBe('FAIL')
    expect(findings.find(({ check }) => check === 'address-hash')?.because).toContain('btc_p2wpkh')
  })

  test('over the other form of the key: the compression flag was lost', async () => {
    const made = await makeUnit({ hashed: key => bitcoinAddress(encodePoint(fromHex(key, ''), false)) })
    await expect(decrypt({ epk: made.epk, passphrase: made.passphrase }, cheap)).rejects.toMatchObject({
      code: 'other-address-convention',
    })
    expect((await judge(made)).verdict).toBe('FAIL')
  })
})

test('a non-EC EPK alone is opened with one heavy scrypt and proves its address', async () => {
  const privateKey = concat(new Uint8Array(31), Uint8Array.of(1))
  const epk = await encrypt({ privateKey, passphrase: 'p' }, cheap)
  const good = await judge({ epk, passphrase: 'p', address: '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH' })
  expect(good.verdicts).toEqual({
    'code-integrity': 'PASS',
    'profile-match': 'PASS',
    'address-hash': 'PASS',
    decryption: 'PASS',
  })
  expect(good.scryptCounts).toEqual({ heavy: 1, light: 0 })
  expect((await judge({ epk, passphrase: 'q' })).verdicts.decryption).toBe('FAIL')
})

test('nothing of a secret is in what a cross-check says', async () => {
  const { epk, passphrase } = unit
  const key = await decrypt({ epk, passphrase }, cheap)
  const text = JSON.stringify([await judge(unit), await judge({ ...unit, passphrase: `${passphrase}x` })])
  for (const secret of [passphrase, toHex(key.privateKey), epk, toHex(parseCode(epk).payload.slice(15))]) {
    expect(text).not.toContain(secret)
  }
})
