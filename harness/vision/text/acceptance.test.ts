import { expect, test } from 'vitest'
import { refusal, type Witness } from './acceptance.ts'

/** A witness that meets every rule, but for what is given. */
function witness(text: string, changes: Partial<Witness> & { agreement?: number; shapeGap?: number } = {}): Witness {
  const { agreement = 1, shapeGap = 0, ...rest } = changes
  return {
    name: 'pp-ocr',
    decoding: { text: [], rivals: [], score: 0, posterior: 1, agreement, shapeGap, outside: [], alignments: [] },
    places: [],
    views: 4,
    middles: [],
    weakest: 0.99,
    outside: 0,
    text,
    ...rest,
  }
}
const second = (text: string, changes: Parameters<typeof witness>[1] = {}) =>
  witness(text, { name: 'etch-net', ...changes })

test('one reader alone must be nearly sure, in all that it can doubt', () => {
  expect(refusal([witness('K7')])).toBeNull()
  expect(refusal([witness('K7', { weakest: 0.8 })])).toMatch(/probability 0.80/)
  expect(refusal([witness('K7', { agreement: 0.5 })])).toMatch(/only 2 of 4 views/)
  expect(refusal([witness('K7', { shapeGap: 5 })])).toMatch(/expected shape/)
  expect(refusal([witness('K7', { outside: 0.9 })])).toMatch(/outside the alphabet/)
})

test('an agreeing second reader makes up for a weak character, not for a wrong shape', () => {
  expect(refusal([witness('K7', { weakest: 0.6 }), second('K7', { weakest: 0.7 })])).toBeNull()
  expect(refusal([witness('K7', { weakest: 0.6 }), second('K7', { weakest: 0.2 })])).not.toBeNull()
  expect(refusal([witness('K7', { weakest: 0.4 }), second('K7')])).not.toBeNull()
  expect(refusal([witness('K7', { shapeGap: 5 }), second('K7')])).not.toBeNull()
})

test('a second reader that is sure of another text stops the first; an unsure one does not', () => {
  expect(refusal([witness('K7'), second('KZ')])).toBe('the readers disagree')
  expect(refusal([witness('K7'), second('KZ', { weakest: 0.3 })])).toBeNull()
})

test('no reason holds the text', () => {
  for (const witnesses of [[witness('SECRET', { weakest: 0.1 })], [witness('SECRET'), second('SECRE7')]])
    expect(refusal(witnesses)).not.toMatch(/SECRE/)
})
