import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FinderCentre, rankTriples } from './finder-triples.ts'

/** The three finder centres of a symbol of `size` modules, turned, and in any order. */
function centresOf(size: number, modulePx: number, angleDeg: number, x = 500, y = 500): FinderCentre[] {
  const cos = Math.cos((angleDeg * Math.PI) / 180)
  const sin = Math.sin((angleDeg * Math.PI) / 180)
  const scanned = modulePx / Math.max(Math.abs(cos), Math.abs(sin))
  const at = (u: number, v: number): FinderCentre => ({
    x: x + modulePx * (u * cos - v * sin),
    y: y + modulePx * (u * sin + v * cos),
    modulePx: scanned,
    count: 5,
  })
  return [at(3.5, 3.5), at(size - 3.5, 3.5), at(3.5, size - 3.5)]
}

describe('rankTriples', () => {
  it('finds corner, orientation and dimension of a symbol at any angle, whatever the order of its centres', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 360, noNaN: true }),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        (version, angleDeg, order) => {
          const size = 17 + 4 * version
          const centres = centresOf(size, 5, angleDeg)
          const [best, ...others] = rankTriples(order.map(i => centres[i]!))
          expect(others).toEqual([])
          expect([best?.topLeft, best?.topRight, best?.bottomLeft]).toEqual(centres)
          expect(best?.dimension).toBeCloseTo(size, 6)
        },
      ),
    )
  })

  it('puts the true triple before every one with a centre that is data, though all modules are the same size', () => {
    const centres = centresOf(33, 6, 0)
    const inData: FinderCentre[] = [
      { x: 590, y: 610, modulePx: 6, count: 5 },
      { x: 640, y: 560, modulePx: 6.2, count: 4 },
    ]
    const best = rankTriples([...inData, ...centres])[0]
    expect([best?.topLeft, best?.topRight, best?.bottomLeft]).toEqual(centres)
  })

  it('keeps the triples of two symbols apart by the size of their modules', () => {
    const [near, far] = [centresOf(29, 9, 10, 200, 200), centresOf(33, 4, 40, 900, 600)]
    const [first, second] = rankTriples([...near, ...far])
    const sets = [first, second].map(t => new Set([t?.topLeft, t?.topRight, t?.bottomLeft]))
    expect(sets).toEqual(expect.arrayContaining([new Set(near), new Set(far)]))
  })

  it('takes no three centres in a row, and none too near or too far for a symbol', () => {
    const at = (x: number, y: number): FinderCentre => ({ x, y, modulePx: 5, count: 3 })
    expect(rankTriples([at(100, 100), at(200, 100), at(300, 101)])).toEqual([])
    expect(rankTriples([at(100, 100), at(130, 100), at(100, 130)])).toEqual([])
    expect(rankTriples([at(100, 100), at(1400, 100), at(100, 1400)])).toEqual([])
  })

  it('stays fast on noise', () => {
    const centres = Array.from({ length: 3000 }, (_, i) => ({
      x: (i * 7919) % 1000,
      y: (i * 104_729) % 1000,
      modulePx: 2 + (i % 3),
      count: 1 + (i % 2),
    }))
    const start = performance.now()
    rankTriples(centres)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
