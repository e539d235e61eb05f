import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Homography, project, projectQuad } from '../../imaging/homography.ts'
import type { Point, Quad } from '../../imaging/quad.ts'
import { centreOf, square } from '../../imaging/quad.ts'
import { finderOutline } from './finder-outline.ts'
import { outlinePoses, pairPoses } from './outline-poses.ts'
import { encode, payload, renderSymbol } from './synthetic-symbol.testing.ts'
import { binarize } from './zxing-js.ts'

/** Modules to px as a pinhole sees a symbol that is turned, then tilted about the picture's own x axis. */
function seen(size: number, modulePx: number, turnDeg: number, tiltDeg: number, [x, y]: Point): Homography {
  const [turn, tilt] = [(turnDeg * Math.PI) / 180, (tiltDeg * Math.PI) / 180]
  const focal = 2.5 * size * modulePx
  const [cos, sin] = [Math.cos(turn) * modulePx, Math.sin(turn) * modulePx]
  const [shiftX, shiftY] = [(-size / 2) * (cos - sin), (-size / 2) * (sin + cos)]
  const w = [(Math.sin(tilt) * sin) / focal, (Math.sin(tilt) * cos) / focal, 1 + (Math.sin(tilt) * shiftY) / focal]
  const along = Math.cos(tilt)
  return [
    cos + x * w[0]!, -sin + x * w[1]!, shiftX + x * w[2]!,
    along * sin + y * w[0]!, along * cos + y * w[1]!, along * shiftY + y * w[2]!,
    w[0]!, w[1]!, w[2]!,
  ] // biome-ignore format: three rows of a matrix
}

const view = fc.record({
  turnDeg: fc.double({ min: 0, max: 360, noNaN: true }),
  tiltDeg: fc.double({ min: 0, max: 60, noNaN: true }),
  version: fc.integer({ min: 1, max: 10 }),
})

function finderQuads(map: Homography, size: number): Quad[] {
  return (
    [
      [0, 0],
      [size - 7, 0],
      [0, size - 7],
    ] as const
  ).map(([left, top]) => square(7).map(([x, y]) => project(map, [left + x, top + y])) as unknown as Quad)
}

/** Farthest corner from its nearest true one: an outline does not know where it begins. */
function furthest(outline: Quad, truth: Quad): number {
  return Math.max(...outline.map(([x, y]) => Math.min(...truth.map(([u, v]) => Math.hypot(x - u, y - v)))))
}

describe('finderOutline', () => {
  it('gives the corners of a finder pattern to a quarter of a module, tilted by up to 60°', () => {
    const modules = encode(payload(1, 1).text, 'L')
    fc.assert(
      fc.property(view, ({ turnDeg, tiltDeg }) => {
        const map = seen(modules.size, 7, turnDeg, tiltDeg, [170, 170])
        const bits = binarize(renderSymbol(modules, { width: 340, height: 340, toPixels: map }), 'global')!
        for (const truth of finderQuads(map, modules.size)) {
          const [x, y] = centreOf(truth)
          const outline = finderOutline(bits, { x, y, modulePx: 5, count: 3 })
          expect(outline && furthest(outline, truth)).toBeLessThan(7 / 4)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('is null where a finder pattern runs into something dark, and where there is none', () => {
    const modules = encode(payload(1, 1).text, 'L')
    const torn = { ...modules, dark: Uint8Array.from(modules.dark) }
    // The light ring of the top left one is filled with ink.
    for (let i = 0; i < 7; i++) for (let k = 0; k < 7; k++) torn.dark[i * modules.size + k] = 1
    const map = seen(modules.size, 7, 0, 0, [170, 170])
    const bits = binarize(renderSymbol(torn, { width: 340, height: 340, toPixels: map }), 'global')!
    const at = (u: number, v: number) => {
      const [x, y] = project(map, [u, v])
      return finderOutline(bits, { x, y, modulePx: 7, count: 3 })
    }
    expect(at(3.5, 3.5)).toBeNull()
    expect(at(modules.size + 3, modules.size + 3)).toBeNull()
    expect(at(modules.size - 3.5, 3.5)).not.toBeNull()
  })
})

describe('outlinePoses', () => {
  it('finds which finder pattern is which, the size and the whole perspective, whatever the tilt', () => {
    fc.assert(
      fc.property(view, fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), ({ turnDeg, tiltDeg, version }, order) => {
        const size = 17 + 4 * version
        const map = seen(size, 8, turnDeg, tiltDeg, [900, 900])
        const quads = finderQuads(map, size)
        const [best] = outlinePoses(order.map(i => quads[i]!))
        expect(best?.dimension).toBe(size)
        const found = projectQuad(best!.toView, square(size))
        for (const [i, [x, y]] of projectQuad(map, square(size)).entries()) {
          expect(Math.hypot(x - found[i]![0], y - found[i]![1])).toBeLessThan(0.01)
        }
      }),
    )
  })

  it('makes nothing of squares that lie on no common grid', () => {
    const squareAt = (x: number, y: number, px: number, turnDeg: number): Quad =>
      projectQuad(seen(7, px, turnDeg, 0, [x, y]), square(7))
    expect(outlinePoses([squareAt(50, 50, 8, 0), squareAt(300, 60, 8, 40), squareAt(40, 310, 8, 20)])).toEqual([])
    expect(outlinePoses([squareAt(50, 50, 8, 0), squareAt(300, 50, 8, 0), squareAt(550, 50, 8, 0)])).toEqual([])
  })
})

describe('pairPoses', () => {
  it('has the true pose among its first ones, whichever finder pattern is lost', () => {
    fc.assert(
      fc.property(view, fc.integer({ min: 0, max: 2 }), ({ turnDeg, tiltDeg, version }, lost) => {
        const size = 17 + 4 * version
        const map = seen(size, 8, turnDeg, Math.min(tiltDeg, 40), [900, 900])
        const truth = projectQuad(map, square(size))
        const poses = pairPoses(finderQuads(map, size).filter((_, i) => i !== lost)).slice(0, 60)
        const isTrue = (quad: Quad) => quad.every(([x, y], i) => Math.hypot(x - truth[i]![0], y - truth[i]![1]) < 0.5)
        expect(
          poses.some(({ toView, dimension }) => dimension === size && isTrue(projectQuad(toView, square(size)))),
        ).toBe(true)
      }),
    )
  })
})
