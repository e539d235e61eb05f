import { beforeAll, describe, expect, test } from 'vitest'
import {
  makeReferenceUnit,
  photographOf,
  type ReferenceUnit,
  readingOf,
  referenceProfile,
} from '../checks/reference-unit.testing.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'
import type { Reading } from '../vision/reading.ts'
import { inspectUnit } from './inspect-unit.ts'
import { requestOf } from './reference-request.testing.ts'

// What is on the card is proved against the record, and never a thing against itself.

let a: ReferenceUnit
let b: ReferenceUnit
beforeAll(async () => {
  a = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
  b = await makeReferenceUnit('BX0000002', 1, 'GGGGHHHHJJJJKKKKMMMMNNNN')
})

const inspect = (profile: ProductProfile, over: Readonly<Record<string, Reading>> = {}) =>
  inspectUnit(
    requestOf('sealed', [photographOf('sealed', a.card, over)], {
      profile,
      records: () => ({ lot: 'L-0', product: null, units: [a.record] }),
    }),
  )
const verdictOf = ({ findings }: InspectionRecord, name: string) =>
  findings.find(({ check }) => check === name)?.verdict

describe('a sealed unit', () => {
  test('fails with codes of a kind that the product may not have', async () => {
    const profile: ProductProfile = { ...referenceProfile, bip38: { ...referenceProfile.bip38, flags: [0x20] } }
    expect(verdictOf(await inspect(referenceProfile), 'profile-match')).toBe('PASS')
    expect(verdictOf(await inspect(profile), 'profile-match')).toBe('FAIL')
  })

  test('fails the hash in the record’s code by the address that is printed on it', async () => {
    const record = await inspect(referenceProfile, { 'address-qr': readingOf('address-qr', b.card.address) })
    expect(verdictOf(record, 'address-hash')).toBe('FAIL')
  })

  test('is proved with the record’s confirmation code, whatever is engraved', async () => {
    const mark: ProductProfile['marks'][number] = {
      kind: 'text',
      name: 'confirmation-code',
      on: 'card',
      rect: { x: 39, y: 12, width: 40, height: 3 },
      visibleIn: ['sealed'],
      secret: false,
      content: 'confirmation-code',
      lines: [{ baseline: { x: 39, y: 14 }, align: 'left', capHeight: 1.5 }],
      split: 'equal',
      made: 'etched',
    }
    const profile = { ...referenceProfile, marks: [...referenceProfile.marks, mark] }
    const record = await inspect(profile, {
      'confirmation-code': readingOf('confirmation-code', b.record.confirmationCode!),
    })
    expect(verdictOf(record, 'code-integrity')).toBe('FAIL')
    expect(verdictOf(record, 'address-hash')).toBe('PASS')
  })

  test('is not judged by a profile with a limit that nobody would enforce', async () => {
    const profile = { ...referenceProfile, limits: { 'placment-shfit': { min: null, max: 0.6 } } }
    expect(await inspect(profile)).toMatchObject({
      verdict: 'ERROR',
      findings: [],
      because: expect.stringMatching(/placment-shfit/),
    })
  })
})
