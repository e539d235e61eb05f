import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Lattice } from '../vision/reading.ts'
import { allows, alternativesOf, distanceTo } from './lattice.ts'

/** design.md rule 2: at most eight look-alikes, no further than 2 nats from the reading. */
const atMost = 8
const withinNats = 2

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
        .filter(({ nats }) => nats <= withinNats)
        .map(({ nats }) => nats)
        .sort((a, b) => a - b)
        .slice(0, atMost)
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

test('doubts add up: the picture allows two small ones, and not two that are too much together', () => {
  const lattice = (nats: number): Lattice => {
    const candidates = [
      { symbol: '8', logProbability: -0.1 },
      { symbol: 'B', logProbability: -0.1 - nats },
    ]
    return { positions: [{ candidates }, { candidates }] }
  }
  expect(distanceTo(lattice(1.5), 'BB')).toBeCloseTo(3, 9)
  expect([allows(lattice(0.9), 'BB'), allows(lattice(1.1), 'BB')]).toEqual([true, false])
  expect([allows(lattice(1.9), 'B8'), allows(lattice(2.1), 'B8')]).toEqual([true, false])
})

test('of fifteen texts that the picture allows, the eight likeliest are tried', () => {
  const candidates = [
    { symbol: '8', logProbability: 0 },
    { symbol: 'B', logProbability: -0.1 },
  ]
  const positions = Array.from({ length: 4 }, () => ({ candidates }))
  expect(alternativesOf({ positions }).map(({ nats }) => Math.round(nats * 10))).toEqual([1, 1, 1, 1, 2, 2, 2, 2])
})
