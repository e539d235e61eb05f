import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leastSquares, linearLeastSquares } from './least-squares.ts'

const number = fc.double({ min: -10, max: 10, noNaN: true })

describe('linear least squares', () => {
  it('find what was put in, whatever the weights', () => {
    fc.assert(
      fc.property(number, number, number, fc.double({ min: 0.1, max: 5, noNaN: true }), (a, b, c, weight) => {
        const found = linearLeastSquares(3, observe => {
          for (let i = 0; i < 12; i++)
            observe([1, i / 6 - 1, (i / 6 - 1) ** 2], a + b * (i / 6 - 1) + c * (i / 6 - 1) ** 2, i % 2 ? weight : 1)
        })!
        for (const [i, value] of [a, b, c].entries()) expect(found[i]!).toBeCloseTo(value, 8)
      }),
    )
  })

  it('weigh: what counts nothing moves nothing, and nothing is made up where it is not determined', () => {
    const mean = linearLeastSquares(1, observe => {
      observe([1], 2, 3)
      observe([1], 6, 1)
      observe([1], 1e9, 0)
    })
    expect([...mean!]).toEqual([3])
    expect(linearLeastSquares(2, observe => observe([1, 2], 3))).toBeNull()
  })
})

describe('least squares', () => {
  it('find parameters that differ by many powers of ten', () => {
    const truth = [2e4, 3e-6, -0.5] as const
    const at = (p: readonly number[], x: number) => p[0]! * Math.exp(p[2]! * x) + p[1]! * 1e6 * x
    const places = Array.from({ length: 30 }, (_, i) => i / 5)
    const residuals = (p: readonly number[], into: Float64Array) => {
      for (const [i, x] of places.entries()) into[i] = at(p, x) - at(truth, x)
    }
    const found = leastSquares([1e4, 0, -0.1], places.length, residuals, [1, 1e-9, 1e-5])
    for (const [i, value] of truth.entries()) expect(found[i]! / value).toBeCloseTo(1, 6)
  })
})
