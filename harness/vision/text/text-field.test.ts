import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openFont } from '../../products/font.node.ts'
import { ProductProfile, type TextMark } from '../../products/profile.ts'
import { alphabetOf, fieldOfPattern } from './field-notation.ts'
import { fieldsOf, freeField, positionsOf, templateField } from './text-field.ts'

const shipped = new URL('../../products/shipped/assay-reference.json', import.meta.url)
const profile = ProductProfile.parse(JSON.parse(readFileSync(shipped, 'utf8')))
const mark = (name: string) => profile.marks.find(each => each.name === name) as TextMark

test('a profile gives each line of a mark its field', () => {
  expect(fieldsOf(mark('serial-card'), profile, openFont).map(({ template }) => template)).toEqual(['AA9999999'])
  expect(fieldsOf(mark('passphrase'), profile, openFont).map(({ template }) => template)).toEqual([
    '****-****-****',
    '****-****-****',
  ])
  for (const length of [26, 34, 42, 62])
    for (const [i, { minLength, maxLength }] of fieldsOf(mark('address-text'), profile, openFont).entries()) {
      const share = Math.min(Math.ceil(length / 3), length - i * Math.ceil(length / 3))
      expect(share).toBeGreaterThanOrEqual(minLength)
      expect(share).toBeLessThanOrEqual(maxLength)
    }
})

test('separators that only stand between two lines are not asked for', () => {
  const oneLine = { ...mark('passphrase'), lines: mark('passphrase').lines.slice(0, 1) }
  expect(fieldsOf(oneLine, profile, openFont)[0]!.template).toBe('****-****-****-****-****-****')
})

test('a template sign allows its class of the alphabet only', () => {
  const [letter, digit, any, dash] = positionsOf(templateField('A9*-', 'AB12', 'etched'))
  expect(letter!.symbols).toEqual(['A', 'B'])
  expect(digit!.symbols).toEqual(['1', '2'])
  expect(any!.symbols).toEqual(['A', 'B', '1', '2'])
  expect(dash).toEqual({ symbols: ['-'], literal: true })
})

test('fields that no text can satisfy are refused with a sentence', () => {
  expect(() => templateField('A9', 'ABC', 'etched')).toThrow(/has a place for which the alphabet has no symbol/)
  expect(() => freeField('', 1, 2, 'etched')).toThrow(/alphabet of a text field is empty/)
  expect(() => freeField('A', 3, 2, 'etched')).toThrow(/shortest first/)
  expect(() => freeField('A', 1, 1000, 'etched')).toThrow(/1 to 200/)
})

test('alphabets are written as names, symbols or ranges, and patterns with repeats', () => {
  expect(alphabetOf('digits')).toBe('0123456789')
  expect(alphabetOf('A-C2-4')).toBe('ABC234')
  expect(alphabetOf('-A')).toBe('-A')
  expect(alphabetOf('AAB')).toBe('AB')
  expect(() => alphabetOf('Z-A')).toThrow(/runs backwards/)
  expect(() => alphabetOf('')).toThrow(/at least one symbol/)
  expect(fieldOfPattern('AA9{7}', 'ABC123', 'etched').template).toBe('AA9999999')
  expect(fieldOfPattern(null, 'ABC', 'etched')).toMatchObject({ template: null, minLength: 1, maxLength: 80 })
})
