import fc from 'fast-check'
import { expect, test } from 'vitest'
import { levelsAt, median, midpoint, quantile, ranked } from './quantile.ts'

const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 })

test('a quantile has its share of the values below it, and the values stay as they are', () => {
  fc.assert(
    fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
      const before = [...values]
      const found = quantile(values, share)
      expect(values).toEqual(before)
      expect(values).toContain(found)
      const below = values.filter(value => value < found).length
      const notAbove = values.filter(value => value <= found).length
      expect(below).toBeLessThanOrEqual(share * values.length)
      expect(notAbove).toBeGreaterThanOrEqual(Math.min(values.length, Math.floor(share * values.length) + 1))
    }),
  )
})

test('numbers are ordered as numbers, and the middle of two is theirs or between them', () => {
  expect(median([10, 9, 2])).toBe(9)
  expect(median([1, 2, 3, 10])).toBe(3)
  expect(midpoint([10, 1, 3, 2])).toBe(2.5)
  expect(midpoint([10, 9, 2])).toBe(9)
})

test('none has no median but the one that is asked for', () => {
  expect(median([])).toBeNaN()
  expect(quantile([], 0.9, 0)).toBe(0)
})

test('the levels of a large picture are told by some of it', () => {
  const ramp = Float32Array.from({ length: 100_000 }, (_, i) => i)
  const [low, middle, high] = levelsAt(ramp, [0, 0.5, 1]) as [number, number, number]
  expect(low).toBe(0)
  expect(Math.abs(middle - 50_000)).toBeLessThan(100)
  expect(high).toBeGreaterThan(99_900)
})

test('a quantile is what stands there when all are sorted, however many, alike or not numbers', () => {
  const values = fc.array(
    fc.oneof(fc.double(), fc.integer({ min: 0, max: 9 }), fc.constantFrom(Number.NaN, -0, Infinity)),
    {
      minLength: 1,
      maxLength: 400,
    },
  )
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
      const sorted = Float64Array.from(all).sort()
      const at = Math.min(all.length - 1, Math.floor(all.length * share))
      expect(quantile(all, share) === sorted[at] || Object.is(quantile(all, share), sorted[at])).toBe(true)
    }),
  )
})

test('a rank is what a sorted list has there, of doubles and floats, ties and NaN among them', () => {
  const any = fc.array(fc.oneof(fc.double(), fc.constantFrom(0, 1, 2)), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(any, fc.nat(), (values, at) => {
      const index = at % values.length
      for (const taken of [Float64Array.from(values), Float32Array.from(values)]) {
        const sorted = taken.slice().sort()[index]!
        // A sort puts -0 before 0; the search does not tell them apart.
        expect(ranked(taken, index) + 0).toBe(sorted + 0)
      }
    }),
  )
})
