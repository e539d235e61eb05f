import { expect, test } from 'vitest'
import { card } from '../checks/check-input.testing.ts'
import { photographOf, readingOf, referenceProfile } from '../checks/reference-unit.testing.ts'
import { Secret } from '../core/secret.ts'
import { expectedOf, publicMeasurement, publicReadings } from './public-reading.ts'

const publicAt = (mark: string, text: string | Secret) =>
  publicReadings(referenceProfile, photographOf('opened', card, { [mark]: readingOf(mark, text) })).find(
    reading => reading.mark === mark,
  )

test('only what was read at a mark that the profile calls public stands in a record', () => {
  expect(publicAt('serial-card', 'BX0000001')).toMatchObject({ secret: false, text: 'BX0000001' })
  const kept = { secret: true, text: null }
  expect(publicAt('passphrase', 'AAAA-BBBB')).toMatchObject(kept)
  expect(publicAt('serial-card', Secret.ofText('6PnZ'))).toMatchObject(kept)
  expect(publicAt('a-mark-that-nobody-knows', 'AAAA-BBBB')).toMatchObject(kept)
})

test('what could not be measured has no value, and zero is one', () => {
  const measured = (value: number) =>
    publicMeasurement({ name: 'placement-shift', of: 'sticker', value, unit: 'mm', limits: null, verdict: null }).value
  expect([0, 0.123456, Number.NaN, Number.POSITIVE_INFINITY].map(measured)).toEqual([0, 0.1235, null, null])
})

test('a record says what stands at public marks only', () => {
  const unit = { serial: 'BX0000001', address: '1HREF', intermediateCode: 'passphrase…', confirmationCode: 'cfrm38…' }
  const expected = expectedOf(unit, referenceProfile)
  const secret = new Set(referenceProfile.marks.filter(mark => mark.secret).map(({ name }) => name))
  expect(expected).toContainEqual({ mark: 'serial-card', text: 'BX0000001' })
  expect(expected).toContainEqual({ mark: 'address-qr', text: '1HREF' })
  expect(expected.filter(({ mark }) => secret.has(mark))).toEqual([])
  expect(expectedOf({ serial: 'BX0000001' }, referenceProfile).every(({ text }) => text === 'BX0000001')).toBe(true)
})
