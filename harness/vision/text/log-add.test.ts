import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logAdd } from './log-add.ts'

test('adds probabilities that are given as logarithms, to a ten-millionth', () => {
  const log = fc.double({ min: -900, max: 0, noNaN: true })
  fc.assert(
    fc.property(log, log, (a, b) => {
      const high = Math.max(a, b)
      expect(Math.abs(logAdd(a, b) - (high + Math.log1p(Math.exp(-Math.abs(a - b)))))).toBeLessThan(1e-7)
      expect(logAdd(b, a)).toBe(logAdd(a, b))
    }),
    { numRuns: 2000 },
  )
})

test('nothing added to something is that, and nothing added to nothing is nothing', () => {
  const never = Number.NEGATIVE_INFINITY
  expect(logAdd(never, never)).toBe(never)
  expect(logAdd(never, -3)).toBe(-3)
  expect(logAdd(-3, never)).toBe(-3)
  expect(logAdd(0, -29.999)).toBeGreaterThanOrEqual(0)
})
