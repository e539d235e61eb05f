import { describe, expect, it } from 'vitest'
import type { GreyRaster } from '../../imaging/grey.ts'
import { compose, rigid, scaling } from '../../imaging/homography.ts'
import { axialNonUniformity, gridNonUniformity } from './grid-uniformity.ts'
import { encode, payload, renderPlain } from './synthetic-symbol.testing.ts'

const symbol = encode(payload(5, 0).text, 'M')
const MODULE_PX = 10
const QUIET = 4
const toPixels = compose(rigid(0, QUIET * MODULE_PX, QUIET * MODULE_PX), scaling(MODULE_PX))

describe('axial non-uniformity', () => {
  it('is the stretch of a module, whichever way it goes and however the symbol is turned', () => {
    for (const turn of [0, 33, 90]) {
      const print = (x: number, y: number) => axialNonUniformity(compose(rigid(turn, 5, 7), scaling(x, y)), 33)
      expect(print(0.6, 0.6)).toBeCloseTo(0, 12)
      expect(print(1.05, 1)).toBeCloseTo(0.05 / 1.025, 12)
      expect(print(1, 1.05)).toBeCloseTo(0.05 / 1.025, 12)
    }
  })
})

/** The symbol with its columns drawn elsewhere: `shift` modules to the right at a place given in modules. */
function displaced(shift: (x: number, y: number) => number): GreyRaster {
  const even = renderPlain(symbol, MODULE_PX)
  const data = new Uint8Array(even.data.length)
  for (let row = 0, at = 0; row < even.height; row++) {
    for (let column = 0; column < even.width; column++, at++) {
      const by = shift(column / MODULE_PX - QUIET, row / MODULE_PX - QUIET) * MODULE_PX
      const x = Math.min(even.width - 2, Math.max(0, column - by))
      const left = Math.floor(x)
      const share = x - left
      data[at] = even.data[row * even.width + left]! * (1 - share) + even.data[row * even.width + left + 1]! * share
    }
  }
  return { ...even, data }
}

describe('grid non-uniformity', () => {
  it('is nothing on an even grid', () => {
    expect(
      gridNonUniformity(
        displaced(() => 0),
        symbol,
        toPixels,
      ),
    ).toBeLessThan(0.01)
  })

  it('is how far the worst part of the grid is off', () => {
    // One swell in the middle, flat around it: hardly anything of it is a change of the whole grid.
    for (const most of [0.15, 0.3]) {
      const swell = (x: number, y: number) => most * Math.exp(-((x - 16) ** 2 + (y - 16) ** 2) / 60)
      const found = gridNonUniformity(displaced(swell), symbol, toPixels)!
      expect(found).toBeGreaterThan(0.7 * most)
      expect(found).toBeLessThan(1.05 * most)
    }
  })

  it('leaves out shift, stretch and perspective of the whole', () => {
    expect(
      gridNonUniformity(
        displaced(x => 0.1 + 0.006 * x),
        symbol,
        toPixels,
      ),
    ).toBeLessThan(0.02)
  })

  it('is not known where no edges are seen', () => {
    const blank = renderPlain(symbol, MODULE_PX)
    blank.data.fill(128)
    expect(gridNonUniformity(blank, symbol, toPixels)).toBeNull()
  })
})
