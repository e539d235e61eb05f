import { describe, expect, it } from 'vitest'
import { openFont } from '../../products/font.node.ts'
import { shippedFonts } from '../../products/font.ts'
import { hatch } from './hatch.ts'
import { contoursOf, lengthOf, type Polyline, strokeOf } from './polyline.ts'

const square = (x: number, y: number, side: number, clockwise = true): Polyline => {
  const points = [
    [x, y],
    [x + side, y],
    [x + side, y + side],
    [x, y + side],
    [x, y],
  ] as const
  return clockwise ? points : [...points].reverse()
}

describe('contoursOf', () => {
  it('keeps curves within 5 µm: a circle of four cubic arcs', () => {
    const k = 0.5522847498
    const contours = contoursOf([
      { type: 'M', x: 2, y: 0 },
      { type: 'C', x1: 2, y1: 2 * k, x2: 2 * k, y2: 2, x: 0, y: 2 },
      { type: 'C', x1: -2 * k, y1: 2, x2: -2, y2: 2 * k, x: -2, y: 0 },
      { type: 'C', x1: -2, y1: -2 * k, x2: -2 * k, y2: -2, x: 0, y: -2 },
      { type: 'C', x1: 2 * k, y1: -2, x2: 2, y2: -2 * k, x: 2, y: 0 },
      { type: 'Z' },
    ])
    const [circle, ...others] = contours
    expect(others).toEqual([])
    for (const [i, [x, y]] of circle!.entries()) {
      const [u, v] = circle![(i + 1) % circle!.length]!
      expect(Math.abs(Math.hypot((x + u) / 2, (y + v) / 2) - 2)).toBeLessThan(0.006)
    }
    expect(lengthOf(circle!)).toBeCloseTo(4 * Math.PI, 1)
  })

  it('closes every contour of every symbol of the shipped fonts', () => {
    for (const file of Object.values(shippedFonts)) {
      for (const { outline } of openFont(file).setLine(
        'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789abgkqy-',
        { x: 0, y: 0 },
        'left',
        2.6,
      )) {
        for (const contour of contoursOf(outline)) {
          expect(contour.length).toBeGreaterThan(3)
          expect(contour.at(-1)).toEqual(contour[0])
          expect(strokeOf(contour)).toBeNull()
        }
      }
    }
  })
})

describe('strokeOf', () => {
  it('gives the way there of a stroke that is drawn there and back', () => {
    const there = [
      [0, 0],
      [1, 0.5],
      [1, 3],
    ] as const
    const contour = [...there, ...[...there].reverse().slice(1)]
    expect(strokeOf(contour)).toEqual(there)
  })

  it('traces the whole contour where the two ways differ, so that nothing is left out', () => {
    const contour = [
      [0, 0],
      [1, 0],
      [1, 2],
      [1, 0],
      [2, 0],
      [0, 0],
    ] as const
    expect(strokeOf(contour)).toEqual(contour)
  })

  it('leaves a thin letter its area', () => {
    expect(
      strokeOf([
        [0, 0],
        [0.1, 0],
        [0.1, 2.6],
        [0, 2.6],
        [0, 0],
      ]),
    ).toBeNull()
  })
})

describe('hatch', () => {
  it('fills a square whole and leaves its hole free', () => {
    const lines = hatch([square(0, 0, 4), square(1, 1, 2, false)], 0.1)
    const area = lines.reduce((sum, line) => sum + lengthOf(line) * 0.1, 0)
    expect(area).toBeCloseTo(16 - 4, 5)
    for (const [from, to] of lines) {
      const [middle, y] = [(from![0] + to![0]) / 2, from![1]]
      expect(middle > 1 && middle < 3 && y > 1 && y < 3).toBe(false)
    }
  })

  it('unites areas that overlap, as fonts do', () => {
    const lines = hatch([square(0, 0, 2), square(1, 0, 2)], 0.1)
    expect(lines.reduce((sum, line) => sum + lengthOf(line) * 0.1, 0)).toBeCloseTo(6, 5)
  })

  it('goes to and fro', () => {
    const ways = hatch([square(0, 0, 1)], 0.25).map(([from, to]) => Math.sign(to![0] - from![0]))
    expect(ways).toEqual([1, -1, 1, -1])
  })
})
