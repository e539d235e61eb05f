import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { levelClamped, levelInside } from './bilinear.ts'

const picture = {
  width: 4,
  height: 3,
  channels: 1,
  data: Uint8Array.of(0, 40, 80, 120, 100, 140, 180, 220, 200, 240, 30, 70),
}
const coordinate = (most: number) => fc.double({ min: -2, max: most + 2, noNaN: true })

describe('levels between samples', () => {
  it('are those of the samples at their middles, and even in between', () => {
    expect(levelInside(picture, 0.5, 0.5)).toBe(0)
    expect(levelInside(picture, 1.5, 1.5)).toBe(140)
    expect(levelInside(picture, 1, 1)).toBe((0 + 40 + 100 + 140) / 4)
    expect(levelInside(picture, 1.25, 0.5)).toBe(30)
    const rgb = { width: 2, height: 1, channels: 3, data: Uint8Array.of(0, 10, 20, 100, 110, 120) }
    expect([0, 1, 2].map(channel => levelClamped(rgb, 1, 0.5, channel))).toEqual([50, 60, 70])
  })

  it('end where the outermost middles are, or go on for ever', () => {
    fc.assert(
      fc.property(coordinate(4), coordinate(3), (x, y) => {
        const inside = levelInside(picture, x, y)
        const clamped = levelClamped(picture, x, y)
        const isInside = x >= 0.5 && y >= 0.5 && x < 3.5 && y < 2.5
        expect(Number.isNaN(inside)).toBe(!isInside)
        if (isInside) expect(inside).toBe(clamped)
        expect(clamped).toBe(levelClamped(picture, Math.min(3.5, Math.max(0.5, x)), Math.min(2.5, Math.max(0.5, y))))
      }),
    )
    expect(levelClamped(picture, 99, 99)).toBe(70)
    expect(levelClamped(picture, -99, -99)).toBe(0)
  })
})
