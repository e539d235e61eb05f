import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { serialPattern, serialTest } from './serial-pattern.ts'
import { barePattern } from './serial-text.ts'

const within = <T>(work: () => T): T => {
  const began = performance.now()
  const result = work()
  expect(performance.now() - began).toBeLessThan(2000)
  return result
}

test.each(['^(A|A)*(AA|A)+$', '^(A+)+$', '^(A*)*B$', '^(A|AA)+$', '^([A-Z]+)*[0-9]$'])(
  '%s ends, however long the text',
  pattern => {
    const rule = serialPattern(pattern)
    expect(within(() => rule.test(`${'A'.repeat(5000)}!`))).toBe(false)
  },
)

test.each(['^(?=A)B$', '^(A)\\1$', '^(?<!A)B$', '^[A$', '^(((A{0,100}){0,100}){0,100}){0,100}$', '^\\x{41}$'])(
  '%s is refused',
  pattern => {
    expect(() => within(() => serialPattern(pattern))).toThrow(SyntaxError)
  },
)

test.each([
  ['^[A-Z]{3}-[0-9]{5}$', 'AAA-99999', 'NWB-10472'],
  ['^[A-Z]{3} [0-9]{5}$', 'AAA 99999', 'NWB 10472'],
  ['^[A-Z]{3}-?[0-9]{5}$', 'AAA-99999', 'NWB-10472'],
  ['^[A-Z]{3}[0-9]{5}$', 'AAA99999', 'NWB10472'],
])('a serial of %s is one, however it is set', (pattern, template, example) => {
  const isSerial = serialTest({ pattern, template })
  for (const text of [example, 'NWB10472', 'NWB-10472', 'NWB 10472', ' NW-B1 0472 ']) expect(isSerial(text)).toBe(true)
  for (const text of ['NWB-1047', 'NWB-104722', 'nwb-10472', 'NW1-10472', '', 'NWB', '-'])
    expect(isSerial(text)).toBe(false)
})

test('what is taken says of serials what JavaScript says', () => {
  const parts = fc.constantFrom('[A-Z]', '[0-9]', '\\d', 'AB', '(?:AB|CD)', '[A-F0-9]', '-', '\\p{Lu}', '.', '(X|Y)')
  const counts = fc.constantFrom('', '?', '{2}', '{1,3}', '+', '*')
  const pattern = fc.array(fc.tuple(parts, counts), { minLength: 1, maxLength: 5 })
  const serial = fc.string({ unit: fc.constantFrom(...'ABCDXY0123-Ä'), maxLength: 12 })
  fc.assert(
    fc.property(pattern, serial, (steps, text) => {
      const whole = `^${steps.flat().join('')}$`
      expect(serialPattern(whole).test(text)).toBe(new RegExp(whole, 'u').test(text))
    }),
    { numRuns: 1000 },
  )
})

test('whatever a pattern is, it is refused or ends', () => {
  const piece = fc.constantFrom(
    'A',
    '(',
    ')',
    '|',
    '*',
    '+',
    '?',
    '{2,}',
    '{0,9}',
    '[A-Z]',
    '^',
    '$',
    '\\d',
    '.',
    '(?:',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
      within(() => {
        try {
          serialPattern(pieces.join('')).test('A'.repeat(300))
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError)
        }
      })
    }),
    { numRuns: 500 },
  )
})

test('nobody else makes an expression of a pattern from a profile, but a page of its maker for texts of a few characters', () => {
  const root = join(import.meta.dirname, '..', '..')
  const sources = globSync('{harness,devices,fixtures,reports,scenarios}/**/*.ts', { cwd: root })
  const own = sources.filter(path => /new RegExp\([^)]*pattern\b/i.test(readFileSync(join(root, path), 'utf8')))
  expect(own.filter(path => !path.endsWith('.test.ts')).sort()).toEqual([
    'harness/customer/card-list.ts',
    'harness/customer/look-up-question.ts',
    'harness/products/serial-pattern.ts',
  ])
})

test.each([
  ['^[A-Z]{3}-[0-9]{5}$', 'AAA-99999', 'NWB10472'],
  ['^X[A-Z]{2} [0-9]+$', 'XAA 99', 'XAB12'],
  ['^[A-Z]{2}[0-9]{3,7}$', 'AA999', 'AB1234567'],
])('%s without typography', (pattern, template, bare) => {
  const its = new RegExp(barePattern({ pattern, template }), 'u')
  expect(its.test(bare)).toBe(true)
  for (const other of [`${bare.slice(0, 2)}-${bare.slice(2)}`, `${bare}X`, bare.slice(2), bare.toLowerCase()])
    expect(its.test(other)).toBe(false)
})
