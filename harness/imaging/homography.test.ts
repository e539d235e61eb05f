import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compose,
  type Homography,
  invert,
  keepsOrientation,
  localScale,
  project,
  projectQuad,
  quadToQuad,
  rigid,
} from './homography.ts'
import type { Point, Quad } from './quad.ts'
import { mapQuad, rotated } from './quad.ts'
import { solve } from './solve.ts'

const coordinate = fc.double({ min: -50, max: 150, noNaN: true })
const point = fc.tuple(coordinate, coordinate) as fc.Arbitrary<Point>
/** Views of a plane whose vanishing line is far from everything that is mapped. */
const view: fc.Arbitrary<Homography> = fc
  .record({
    turn: fc.double({ min: -180, max: 180, noNaN: true }),
    scale: fc.double({ min: 0.1, max: 30, noNaN: true }),
    x: fc.double({ min: -2000, max: 2000, noNaN: true }),
    y: fc.double({ min: -2000, max: 2000, noNaN: true }),
    g: fc.double({ min: -0.001, max: 0.001, noNaN: true }),
    h: fc.double({ min: -0.001, max: 0.001, noNaN: true }),
  })
  .map(({ turn, scale, x, y, g, h }) =>
    compose(rigid(turn, x, y), compose([1, 0, 0, 0, 1, 0, g, h, 1], [scale, 0, 0, 0, scale, 0, 0, 0, 1])),
  )
const corners: Quad = [
  [0, 0],
  [86, 0],
  [86, 54],
  [0, 54],
]
const far = ([a, b]: Point, [c, d]: Point) => Math.hypot(a - c, b - d)

describe('homographies', () => {
  it('are undone by their inverse', () => {
    fc.assert(
      fc.property(view, point, (h, p) => {
        // With scale 30 and perspective 0.001 the far corner can meet the vanishing line: leave those views out.
        fc.pre(Math.abs(compose(h, rigid(0, 0, 0))[6]! * 150) + Math.abs(h[7] * 150) < 0.5)
        expect(far(project(invert(h), project(h, p)), p)).toBeLessThan(1e-6)
      }),
    )
  })

  it('compose as their maps do', () => {
    fc.assert(
      fc.property(view, fc.double({ min: -180, max: 180, noNaN: true }), point, (h, turn, p) => {
        fc.pre(Math.abs(h[6] * 150) + Math.abs(h[7] * 150) < 0.5)
        const g = rigid(turn, 3, -4)
        expect(far(project(compose(g, h), p), project(g, project(h, p)))).toBeLessThan(1e-6)
      }),
    )
  })

  it('are found again from four corners', () => {
    fc.assert(
      fc.property(view, point, (h, p) => {
        fc.pre(Math.abs(h[6] * 150) + Math.abs(h[7] * 150) < 0.5)
        const found = quadToQuad(corners, projectQuad(h, corners))
        expect(found).not.toBeNull()
        expect(far(project(found!, p), project(h, p))).toBeLessThan(1e-4)
      }),
    )
  })

  it('are not made up where corners do not determine one', () => {
    const straight: Quad = [
      [0, 0],
      [1, 1],
      [2, 2],
      [5, 1],
    ]
    for (let by = 0; by < 4; by++) {
      expect(quadToQuad(rotated(straight, by), corners)).toBeNull()
      expect(quadToQuad(corners, rotated(straight, by))).toBeNull()
    }
    expect(
      quadToQuad(
        corners,
        mapQuad(corners, () => [2, 2]),
      ),
    ).toBeNull()
    expect(() => invert([1, 2, 0, 2, 4, 0, 0, 0, 1])).toThrow(RangeError)
  })

  it('tell their scale and whether they mirror', () => {
    expect(localScale([3, 0, 7, 0, 3, 1, 0, 0, 1], [10, 10])).toBeCloseTo(3)
    expect(keepsOrientation(rigid(77, 1, 2), [5, 5])).toBe(true)
    expect(keepsOrientation([-1, 0, 0, 0, 1, 0, 0, 0, 1], [5, 5])).toBe(false)
  })

  it('solve linear systems, and say when there is no one solution', () => {
    expect([...solve(Float64Array.of(0, 2, 3, 1), Float64Array.of(4, 5))!]).toEqual([1, 2])
    expect(solve(Float64Array.of(1, 2, 2, 4), Float64Array.of(1, 2))).toBeNull()
  })
})
