import { expect, test } from 'vitest'
import { ACCEPT, objection, type Witness } from './acceptance.ts'

/** A witness that meets every rule, but for what is given. */
function witness(changes: Partial<Witness> & { agreement?: number; shapeGap?: number } = {}): Witness {
  const { agreement = 1, shapeGap = 0, ...rest } = changes
  return {
    decoding: {
      text: [],
      rivals: [],
      score: 0,
      posterior: 1,
      agreement,
      shapeGap,
      outside: [],
      readers: [],
      alignments: [],
    },
    places: [],
    views: 4,
    middles: [],
    weakest: 0.99,
    alphabetCertainty: 1,
    outside: 0,
    opinions: [
      { name: 'pp-ocr', weakest: 0.95 },
      { name: 'etch-net', weakest: 0.95 },
    ],
    text: 'K7',
    font: null,
    ...rest,
  }
}

test('a text is believed when its characters, their number, the views and the readers leave no doubt', () => {
  expect(objection(witness(), ACCEPT)).toBeNull()
  expect(objection(witness({ weakest: 0.8 }), ACCEPT)).toMatch(/probability 0.80/)
  expect(objection(witness({ agreement: 0.5 }), ACCEPT)).toMatch(/only 2 of 4 views/)
  expect(objection(witness({ shapeGap: 5 }), ACCEPT)).toMatch(/expected shape/)
  expect(objection(witness({ outside: 0.9 }), ACCEPT)).toMatch(/outside the alphabet/)
})

test('a reader that sees another character stops the text, however sure the other one is', () => {
  const opinions = (first: number, second: number) => [
    { name: 'pp-ocr', weakest: first } as const,
    { name: 'etch-net', weakest: second } as const,
  ]
  for (const [first, second] of [
    [0.999, 0.01],
    [0.01, 0.999],
  ] as const)
    expect(objection(witness({ opinions: opinions(first, second) }), ACCEPT)).toBe('the readers disagree')
  expect(objection(witness({ opinions: opinions(0.6, 0.6) }), ACCEPT)).toBeNull()
})

test('no reason holds the text', () => {
  for (const changes of [{ weakest: 0.1 }, { shapeGap: 9 }, { outside: 1 }, { agreement: 0 }])
    expect(objection(witness({ text: 'SECRET', ...changes }), ACCEPT)).not.toMatch(/SECRE/)
})
