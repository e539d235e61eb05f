import fc from 'fast-check'
import { expect, test } from 'vitest'
import { project, rigid } from './homography.ts'
import type { Point } from './quad.ts'
import { fitSimilarity, restAfterTurn } from './similarity.ts'

const number = fc.double({ min: -90, max: 90, noNaN: true })
const from: readonly Point[] = [
  [0, 0],
  [86, 0],
  [86, 54],
  [0, 54],
  [20, 30],
]

test('a turn, a shift and a scale are found back, and only the scale is left', () => {
  fc.assert(
    fc.property(number, number, number, fc.double({ min: 0.5, max: 2, noNaN: true }), (turnDeg, x, y, scale) => {
      const to = from.map(([u, v]) => project(rigid(turnDeg, x, y), [scale * u, scale * v]))
      const fit = fitSimilarity(from, to)
      expect((fit.turnRad * 180) / Math.PI).toBeCloseTo(turnDeg, 9)
      expect(fit.scale).toBeCloseTo(scale, 9)
      const rest = restAfterTurn(from, to, fit)
      const reach = Math.hypot(fit.fromMiddle[0], fit.fromMiddle[1])
      expect(Math.hypot(...rest[0]!)).toBeCloseTo(Math.abs(scale - 1) * reach, 8)
    }),
  )
})
