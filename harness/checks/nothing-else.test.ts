import { expect, test } from 'vitest'
import type { SeenLeftover } from './check.ts'
import { checkInputOf } from './check-input.testing.ts'
import { nothingElse } from './nothing-else.ts'

const leftover = (over: Partial<SeenLeftover> = {}): SeenLeftover => ({
  kind: 'blot',
  rect: { x: 40, y: 30, width: 2, height: 1 },
  where: [
    [400, 300],
    [420, 300],
    [420, 310],
    [400, 310],
  ],
  strength: 1.2,
  because: 'a dark spot',
  photographId: 'ab'.repeat(32),
  light: 'dome',
  ...over,
})
const judge = (leftovers: readonly SeenLeftover[], rest = {}) =>
  nothingElse.judge(checkInputOf('sealed', {}, { leftovers, ...rest }))

test('passes where all looked and nothing is left over', () => {
  expect(judge([])).toEqual({ verdict: 'PASS', because: 'Nothing else stands on the card.', marks: [], unproved: [] })
  expect(judge([leftover({ strength: 0.9 })])).toMatchObject({ verdict: 'PASS' })
})

test('says what is not proved where the appearance is not known', () => {
  const seen = judge([], { lookedBy: ['text-detector', 'symbol-search', 'surroundings'] })
  expect(seen).toMatchObject({ verdict: 'PASS', unproved: [{ name: 'faint-marks' }] })
})

test('says that crumbs of a cover that was scratched off hide dots, whatever is known of the light', () => {
  expect(nothingElse.judge(checkInputOf('etched', {}, { leftovers: [] }))).toMatchObject({ unproved: [] })
  const seen = nothingElse.judge(checkInputOf('opened', {}, { leftovers: [] }))
  expect(seen).toMatchObject({
    verdict: 'PASS',
    unproved: [
      { name: 'faint-marks', because: 'a dot that is no larger than crumbs of the cover looks like one of them' },
    ],
  })
})

test.each([
  ['symbol-search', 'surroundings'],
  ['text-detector', 'appearance'],
  ['text-detector', 'symbol-search'],
] as const)('not having looked is no evidence (only %s and %s did)', (...lookedBy) => {
  expect(judge([], { lookedBy })).toMatchObject({ verdict: 'INCONCLUSIVE' })
})

test('what is told by its surroundings alone asks for another light, however strong, and fails where it stays', () => {
  const odd = (over: Partial<SeenLeftover> = {}) => leftover({ kind: 'odd-place', strength: 30, ...over })
  expect(judge([odd()])).toMatchObject({
    verdict: 'INCONCLUSIVE',
    because:
      'Not explained by the product, and seen under one light: a dark spot at 41, 31 mm. Look there, or take the photograph again under another light.',
  })
  expect(judge([odd(), odd()]), 'a shadow stays under the same light').toMatchObject({ verdict: 'INCONCLUSIVE' })
  expect(judge([odd(), odd({ light: 'ring' })])).toMatchObject({ verdict: 'FAIL' })
  expect(judge([odd({ strength: 1.2 }), leftover({ light: 'ring' })])).toMatchObject({ verdict: 'FAIL' })
  expect(judge([odd({ strength: 0.9 })])).toMatchObject({ verdict: 'PASS' })
})

test('a text and a symbol are certain at once, what is faint only under a second light at the same place', () => {
  for (const kind of ['symbol', 'open-layer', 'show-through'] as const)
    expect(judge([leftover({ kind, strength: 1 })])).toMatchObject({ verdict: 'FAIL' })
  expect(judge([leftover({ kind: 'text', strength: 5 })])).toMatchObject({ verdict: 'FAIL' })
  const faint = leftover({ kind: 'text', strength: 1.5 })
  expect(judge([faint])).toMatchObject({ verdict: 'INCONCLUSIVE' })
  expect(judge([faint, { ...faint, light: 'left' }])).toMatchObject({ verdict: 'FAIL' })
  expect(judge([leftover({ strength: 2 })])).toMatchObject({ verdict: 'FAIL' })
  expect(judge([leftover()])).toMatchObject({ verdict: 'INCONCLUSIVE' })
  expect(judge([leftover(), leftover()]), 'the same light twice').toMatchObject({ verdict: 'INCONCLUSIVE' })
  expect(judge([leftover(), leftover({ light: 'left' })])).toMatchObject({ verdict: 'FAIL' })
  const elsewhere = leftover({ light: 'left', rect: { x: 60, y: 30, width: 2, height: 1 } })
  expect(judge([leftover(), elsewhere])).toMatchObject({ verdict: 'INCONCLUSIVE' })
})

test('a hand or a shadow over the card asks for another photograph, and what is seen below it is no defect', () => {
  const hand = leftover({
    kind: 'in-the-way',
    strength: 9,
    because: 'a hand, or something else that reaches over the edge',
  })
  const asked = {
    verdict: 'INCONCLUSIVE',
    because:
      'Something is in the way: a hand, or something else that reaches over the edge at 41, 31 mm. Lay the card down with nothing over it, and take the photograph again.',
  }
  expect(judge([hand])).toMatchObject(asked)
  expect(judge([hand, { ...hand, light: 'left', photographId: 'cd'.repeat(32) }])).toMatchObject(asked)
  expect(judge([hand, leftover({ strength: 9 }), leftover({ kind: 'odd-place' })])).toMatchObject(asked)
  expect(judge([{ ...hand, strength: 0.9 }])).toMatchObject({ verdict: 'PASS' })
})

test('a hand excuses no text, no symbol and no layer, and nothing in another photograph', () => {
  const hand = leftover({ kind: 'in-the-way', strength: 9 })
  for (const kind of ['text', 'symbol', 'open-layer', 'show-through'] as const)
    expect(judge([hand, leftover({ kind, strength: 5 })])).toMatchObject({ verdict: 'FAIL' })
  const elsewhere = leftover({ photographId: 'cd'.repeat(32), light: 'left' })
  expect(judge([hand, { ...elsewhere, strength: 2 }])).toMatchObject({ verdict: 'FAIL' })
  expect(judge([hand, elsewhere, { ...elsewhere, light: 'ring' }])).toMatchObject({ verdict: 'FAIL' })
  expect(judge([hand, elsewhere])).toMatchObject({
    verdict: 'INCONCLUSIVE',
    because: expect.stringContaining('a dark spot'),
  })
})

test('names the place, and no more than four', () => {
  expect(judge([leftover({ strength: 3 })])).toMatchObject({
    because: 'On the card, but not of the product: a dark spot at 41, 31 mm.',
  })
  const many = Array.from({ length: 6 }, (_, i) =>
    leftover({ strength: 3, rect: { x: i * 9, y: 0, width: 1, height: 1 } }),
  )
  expect(judge(many)).toMatchObject({ because: expect.stringContaining(', and 2 more.') })
})
