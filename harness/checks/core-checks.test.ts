import { describe, expect, test } from 'vitest'
import type { CrossCheck } from '../bip38/index.ts'
import { signChallenge } from '../bip38/proof.ts'
import type { Verdict } from '../core/verdict.ts'
import type { UnitRecord } from '../products/unit-record.ts'
import type { CheckInput, CoreCheckName, CryptoFindings, SeenMark } from './check.ts'
import { checkInputOf, publicKeys, unitRecord } from './check-input.testing.ts'
import { checks } from './checks.ts'
import { blankReading, readingOf } from './reference-unit.testing.ts'
import { runChecks } from './run-checks.ts'

const names: readonly CoreCheckName[] = [
  'code-integrity',
  'profile-match',
  'owner-entropy',
  'address-hash',
  'keyless',
  'passphrase-commitment',
  'confirmation',
  'decryption',
]
const withKey = ['keyless', 'confirmation', 'decryption'] as const

/** By the private key 1. */
const proof = signChallenge(
  Uint8Array.from({ length: 32 }, (_, i) => Number(i === 31)),
  publicKeys.own,
  new Uint8Array(32),
)

/** A core that says `verdict` of everything, over the key of the record. */
function core(verdict: Verdict | null, over: Partial<CrossCheck> = {}): CryptoFindings {
  const whole: CrossCheck = {
    verdict: 'PASS',
    findings: [],
    publicKey: publicKeys.own,
    addresses: {},
    proof,
    scryptCounts: { heavy: 1, light: 1 },
    ...over,
  }
  return {
    judge: async () => (verdict === null ? null : { verdict, because: 'The core says so.', marks: [] }),
    all: async () => whole,
  }
}

const judge = (name: CoreCheckName, crypto: CryptoFindings, rest: Partial<CheckInput> = {}) =>
  checks[name].judge(checkInputOf('opened', {}, { crypto, ...rest }))

describe.each(names)('%s', name => {
  test('says what the core says, and leaves open what the core could not compute', async () => {
    for (const verdict of ['PASS', 'INCONCLUSIVE', 'FAIL'] as const)
      expect(await judge(name, core(verdict))).toMatchObject({ verdict, because: 'The core says so.' })
    expect(await judge(name, core(null))).toMatchObject({ verdict: 'INCONCLUSIVE' })
  })

  test('names the passphrase exactly where it was used', async () => {
    const { marks } = await judge(name, core('PASS'))
    const usesPassphrase = ['passphrase-commitment', 'confirmation', 'decryption'].includes(name)
    expect(marks.includes('passphrase')).toBe(usesPassphrase)
  })
})

describe.each(withKey)('%s', name => {
  test('fails when the codes agree with each other, but on another key than the record has', async () => {
    const found = await judge(name, core('PASS', { publicKey: publicKeys.other }))
    expect(found).toMatchObject({ verdict: 'FAIL', because: expect.stringMatching(/not the one in the record/) })
  })

  test('compares keys, not how they are written', async () => {
    const unit = { ...unitRecord, publicKey: publicKeys.own.toUpperCase() }
    expect(await judge(name, core('PASS'), { unit })).toMatchObject({ verdict: 'PASS' })
  })
})

test('decryption passes only with a signature of the key over the challenge', async () => {
  const forged = { ...proof, signature: proof.signature.replace(/^../, pair => (pair === '00' ? '01' : '00')) }
  const foreign = { ...proof, publicKey: publicKeys.other }
  for (const given of [null, forged, foreign, { ...proof, challenge: 'ff'.repeat(32) }])
    expect(await judge('decryption', core('PASS', { proof: given }))).toMatchObject({ verdict: 'FAIL' })
  expect(await judge('decryption', core('PASS'))).toMatchObject({ verdict: 'PASS' })
})

test('a unit that the record calls another product fails', async () => {
  const unit: UnitRecord = { ...unitRecord, product: 'real' }
  expect(await judge('profile-match', core('PASS'), { unit })).toMatchObject({ verdict: 'FAIL' })
  expect(await judge('profile-match', core('PASS'), { unit: { ...unit, product: 'assay-reference' } })).toMatchObject({
    verdict: 'PASS',
  })
})

describe('a confirmation code on the card', () => {
  // BIP38's two test vectors with lot and sequence.
  const own = 'cfrm38V8aXBn7JWA1ESmFMUn6erxeBGZGAxJPY4e36S9QWkzZKtaVqLNMgnifETYw7BPwWC9aPD'
  const other = 'cfrm38V8G4qq2ywYEFfWLD5Cc6msj9UwsG2Mj4Z6QdGJAFQpdatZLavkgRd1i4iBMdRngDqDs51'
  const judgeCode = (text: string) => {
    const mark: SeenMark['mark'] = {
      kind: 'text',
      name: 'code',
      on: 'card',
      rect: { x: 39, y: 12, width: 40, height: 3 },
      visibleIn: ['opened'],
      secret: false,
      content: 'confirmation-code',
      lines: [{ baseline: { x: 39, y: 14 }, align: 'left', capHeight: 1.5 }],
      split: 'equal',
      made: 'etched',
    }
    const given = checkInputOf('opened', {}, { crypto: core('PASS'), unit: { ...unitRecord, confirmationCode: own } })
    const seen = { mark, reading: readingOf('code', text), photographId: null, conflict: null }
    return checks['code-integrity'].judge({
      ...given,
      marks: new Map([...given.marks, ['code', seen]]),
      required: [...given.required, 'code'],
    })
  }

  test('is the record’s, or another unit’s, or was misread', async () => {
    expect(await judgeCode(own)).toMatchObject({ verdict: 'PASS' })
    expect(await judgeCode(other)).toMatchObject({ verdict: 'FAIL', marks: ['code'] })
    expect(await judgeCode(`${own.slice(0, -1)}1`)).toMatchObject({ verdict: 'INCONCLUSIVE', marks: ['code'] })
  })
})

test('checksums are not judged while a code that the station reads is unread', async () => {
  const unit = { ...unitRecord, intermediateCode: 'passphrase…', confirmationCode: 'cfrm38…' }
  const over = { 'epk-qr': blankReading('epk-qr', 'unread', 'blur') }
  const [finding] = await runChecks(['code-integrity'], checkInputOf('printed', over, { crypto: core('PASS'), unit }))
  expect(finding).toMatchObject({ verdict: 'INCONCLUSIVE', marks: ['epk-qr'] })
})
