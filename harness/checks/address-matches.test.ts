import { describe, expect, test } from 'vitest'
import type { Reading } from '../vision/reading.ts'
import { addressMatches } from './address-matches.ts'
import { addresses, checkInputOf, publicKeys, unitRecord } from './check-input.testing.ts'
import { blankReading, latticeOf, readingOf, referenceProfile } from './reference-unit.testing.ts'

const own = addresses.own['btc_p2pkh']!
const other = addresses.other['btc_p2pkh']!
const misread = `${own.slice(0, 9)}${own[9] === 'x' ? 'y' : 'x'}${own.slice(10)}`

const symbol = (text: string): Record<string, Reading> => ({ 'address-qr': readingOf('address-qr', text) })
const printed = (text: string, over: Partial<Reading> = {}): Record<string, Reading> => ({
  'address-text': readingOf('address-text', text, over),
})
const unread = (mark: string): Record<string, Reading> => ({ [mark]: blankReading(mark, 'unread', 'glare') })
const judge = (over: Record<string, Reading> = {}, rest: Parameters<typeof checkInputOf>[2] = {}) =>
  addressMatches.judge(checkInputOf('sealed', over, rest))

test('one address of the record’s key, as symbol and as text, passes', () => {
  expect(judge()).toMatchObject({ verdict: 'PASS', comparison: 'match', marks: ['address-qr', 'address-text'] })
})

describe('a QR code', () => {
  test('of another key fails, although the text could not be read', () => {
    expect(judge({ ...symbol(other), ...unread('address-text') })).toMatchObject({
      verdict: 'FAIL',
      comparison: 'mismatch',
    })
  })

  test('of another key fails, although the text says the same', () => {
    expect(judge({ ...symbol(other), ...printed(other) })).toMatchObject({ verdict: 'FAIL', comparison: 'mismatch' })
  })

  test.each([['no address'], [`${own.slice(0, -1)}1`]])('with %s in it fails: it was misprinted', text => {
    expect(judge({ ...symbol(text), ...unread('address-text') })).toMatchObject({
      verdict: 'FAIL',
      marks: ['address-qr'],
    })
  })

  test('of a kind that the product may not print fails', () => {
    const segwit = addresses.own['btc_p2wpkh']!
    const profile = { ...referenceProfile, address: { kinds: ['btc_p2pkh'] } }
    const both = { ...symbol(segwit), ...printed(segwit) }
    expect(judge(both)).toMatchObject({ verdict: 'PASS' })
    expect(judge(both, { profile })).toMatchObject({ verdict: 'FAIL', marks: ['address-qr'] })
  })

  test('fails with a record that contradicts itself, and is open without anything in the record', () => {
    expect(judge({}, { unit: { ...unitRecord, publicKey: publicKeys.other } })).toMatchObject({ verdict: 'FAIL' })
    expect(judge({}, { unit: { serial: 'BX0000001', lot: 'L-0' } })).toMatchObject({ verdict: 'INCONCLUSIVE' })
    expect(judge({}, { unit: null })).toMatchObject({ verdict: 'INCONCLUSIVE' })
  })
})

describe('a text', () => {
  test('of another key fails under the right QR code', () => {
    expect(judge(printed(other))).toMatchObject({ verdict: 'FAIL', marks: ['address-qr', 'address-text'] })
  })

  test('of another kind of the unit’s key fails under the QR code: there must be one address', () => {
    const found = judge(printed(addresses.own['btc_p2wpkh']!))
    expect(found).toMatchObject({ verdict: 'FAIL', comparison: 'mismatch', marks: ['address-qr', 'address-text'] })
  })

  test('of another key fails where the QR code could not be read', () => {
    expect(judge({ ...unread('address-qr'), ...printed(other) })).toMatchObject({
      verdict: 'FAIL',
      marks: ['address-text'],
    })
    expect(judge({ ...unread('address-qr'), ...printed(own) })).toMatchObject({ verdict: 'INCONCLUSIVE' })
  })

  test('that could not be read leaves the question open', () => {
    expect(judge(unread('address-text'))).toMatchObject({
      verdict: 'INCONCLUSIVE',
      comparison: 'unreadable',
      marks: ['address-text'],
    })
  })

  test('with a letter that does not fit is for a person, and says whether the picture allows the right one', () => {
    expect(judge(printed(misread))).toMatchObject({ verdict: 'INCONCLUSIVE', comparison: 'mismatch' })
    const alternatives = latticeOf(misread, { 9: [own[9]!, 1] })
    expect(judge(printed(misread, { alternatives }))).toMatchObject({
      verdict: 'INCONCLUSIVE',
      comparison: 'confused',
      because: expect.stringMatching(/at character 10, but the picture allows/),
    })
  })
})
