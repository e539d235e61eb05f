import fc from 'fast-check'
import { expect, test } from 'vitest'
import { throughLens, withoutLens } from './lens.ts'

const size = { width: 2400, height: 1600 }
const term = (most: number) => fc.double({ min: -most, max: most, noNaN: true })

test('a mild lens is undone, anywhere in the picture', () => {
  fc.assert(
    fc.property(
      term(0.08),
      term(0.02),
      fc.double({ min: 0, max: size.width, noNaN: true }),
      fc.double({ min: 0, max: size.height, noNaN: true }),
      (k1, k2, x, y) => {
        const lens = { k1, k2, centrePx: [1210, 790] as const }
        const [u, v] = withoutLens(lens, size, throughLens(lens, size, [x, y]))
        expect(Math.hypot(u - x, v - y)).toBeLessThan(1e-3)
      },
    ),
  )
})

test('the terms count from the middle, where half the diagonal is 1', () => {
  const lens = { k1: 0.1, k2: 0, centrePx: [1200, 800] as const }
  expect(throughLens(lens, size, [1200, 800])).toEqual([1200, 800])
  const [x, y] = throughLens(lens, size, [2400, 1600])
  expect(x).toBeCloseTo(1200 + 1.1 * 1200, 9)
  expect(y).toBeCloseTo(800 + 1.1 * 800, 9)
})
