import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Lattice } from '../vision/reading.ts'
import { ALTERNATIVE_NATS, allows, alternativesOf, distanceTo, MAX_ALTERNATIVES } from './lattice.ts'

const symbols = fc.uniqueArray(fc.constantFrom('A', 'B', '8', '0', 'O', 'I', '1'), { minLength: 1, maxLength: 4 })
const lattices: fc.Arbitrary<Lattice> = fc
  .array(
    symbols.chain(names =>
      fc
        .array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: names.length, maxLength: names.length })
        .map(gaps => ({
          candidates: names.map((symbol, i) => ({
            symbol,
            logProbability: -0.01 - gaps.slice(1, i + 1).reduce((sum, gap) => sum + gap, 0),
          })),
        })),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map(positions => ({ positions }))

/** Every text of a small lattice with its distance: the definition that the search is held against. */
function all({ positions }: Lattice): { text: string; nats: number }[] {
  return positions.reduce(
    (texts, { candidates }) =>
      texts.flatMap(({ text, nats }) =>
        candidates.map(({ symbol, logProbability }) => ({
          text: text + symbol,
          nats: nats + candidates[0]!.logProbability - logProbability,
        })),
      ),
    [{ text: '', nats: 0 }],
  )
}

test('the alternatives are the likeliest texts within the gate, best first, at most eight, never the top reading', () => {
  fc.assert(
    fc.property(lattices, lattice => {
      const expected = all(lattice)
        .slice(1)
        .filter(({ nats }) => nats <= ALTERNATIVE_NATS)
        .map(({ nats }) => nats)
        .sort((a, b) => a - b)
        .slice(0, MAX_ALTERNATIVES)
      const found = alternativesOf(lattice)
      expect(found.length).toBe(expected.length)
      for (const [i, { text, nats }] of found.entries()) {
        expect(nats).toBeCloseTo(expected[i]!, 9)
        expect(distanceTo(lattice, text.exposeText())).toBeCloseTo(nats, 9)
        expect(text.exposeText()).not.toBe(all(lattice)[0]!.text)
      }
    }),
  )
})

test('a text that the lattice does not hold is not allowed, however near it looks', () => {
  const lattice: Lattice = { positions: [{ candidates: [{ symbol: 'A', logProbability: 0 }] }] }
  expect(allows(lattice, 'A')).toBe(true)
  expect(allows(lattice, 'B')).toBe(false)
  expect(allows(lattice, 'AA')).toBe(false)
  expect(allows(null, 'A')).toBe(false)
  expect(alternativesOf({ positions: [{ candidates: [] }] })).toEqual([])
})
