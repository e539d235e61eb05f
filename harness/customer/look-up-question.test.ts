import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadProfile } from '../products/load-profile.ts'
import { cardFormOf } from './card-form.ts'
import { lookUpQuestion } from './look-up-question.ts'

const real = cardFormOf(loadProfile('real'))
const pro = cardFormOf(loadProfile('pro'))
const address = '1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBR'
const passphrase = 'ABCD-EFGH-JKLM-NPQR-STUV'

test.each([
  ['a serial', 'AB123456', { outcome: 'serial', text: 'AB123456' }],
  ['one in small letters and groups', ' ab 123-456 ', { outcome: 'serial', text: 'AB123456' }],
  ['an address', `bitcoin:${address}?amount=1`, { outcome: 'address', text: address }],
])('is asked for: %s', (_, typed, question) => {
  expect(lookUpQuestion(typed, [real], passphrase)).toEqual(question)
  expect(lookUpQuestion(typed, [real, pro], '')).toEqual(question)
})

test('a serial whose product writes it with a dash is asked for with it and without', () => {
  const serial = { pattern: '^[A-Z]{3}-[0-9]{5}$', template: 'AAA-99999', example: 'NWB-10472' }
  const dashed = cardFormOf({ ...loadProfile('real'), serial })
  for (const typed of ['NWB-10472', 'nwb10472', ' nwb 10472']) {
    expect(lookUpQuestion(typed, [dashed], '')).toEqual({ outcome: 'serial', text: 'NWB10472' })
  }
  expect(lookUpQuestion('NWB-1047', [dashed], '').outcome).toBe('neither')
})

test.each([
  ['a passphrase without its end', '3515-H0EP-J513-IUL6-0K5'],
  ['four groups of one', 'ABCD EFGH JKLM NPQR'],
  ['a short word', 'hunter2'],
  ['words', 'correct horse battery staple'],
  ['a damaged address', `${address.slice(0, -1)}S`],
  ['a serial with a digit too many', 'AB1234567'],
  ['a long text', 'x'.repeat(200)],
])('%s is of no such form, whatever stands in the passphrase’s field', (_, typed) => {
  expect(lookUpQuestion(typed, [real], '').outcome).toBe('neither')
})

test.each([
  ['the passphrase but for a character', 'ABCD-EFGH-JKLM-NPQR-STU', passphrase],
  ['a part of it', 'jklm npqr', passphrase],
  ['more than it', 'my own words and more', 'my own words'],
  ['free words of a serial’s form', 'ab 123456', 'AB123456'],
  ['a serial’s form in longer words', 'AB123456', 'my-AB-1234-pass'],
  ['a short one', 'ab12', 'AB12'],
  ['a whole one of the product', '3515-H0EP-J513-IUL6-0K5Y', ''],
])('is a secret: %s', (_, typed, secret) => {
  expect(lookUpQuestion(typed, [real], secret)).toEqual({ outcome: 'secret' })
})

test('nothing that has six characters in a row of the passphrase is asked for', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z]{2}[0-9]{6}$/), fc.nat(2), fc.string(), (serial, from, around) => {
      const question = lookUpQuestion(serial, [real], `${around}${serial.slice(from, from + 6).toLowerCase()}`)
      expect(question.outcome).toBe('secret')
    }),
  )
})
