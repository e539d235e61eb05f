import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

const words = ['product', 'station', 'workers', 'runs']

test.each([
  ['prodcut', 'product'],
  ['produt', 'product'],
  ['Station', 'station'],
  ['stattion', 'station'],
  ['run', 'runs'],
  ['wrkrs', 'workers'],
  ['colour', null],
  ['r', null],
  ['', null],
])('%j is meant to be %j', (word, meant) => {
  expect(nearest(word, words)).toBe(meant)
})

test('a known word is nearest to itself, and one dropped letter still finds it', () => {
  fc.assert(
    fc.property(fc.constantFrom('product', 'station', 'workers'), fc.nat(6), (word, at) => {
      expect(nearest(word, words)).toBe(word)
      expect(nearest(word.slice(0, at) + word.slice(at + 1), words)).toBe(word)
    }),
  )
})
