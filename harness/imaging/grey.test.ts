import { describe, expect, it } from 'vitest'
import { shrinkGrey, toGrey } from './grey.ts'

describe('toGrey', () => {
  it('weighs the colours as BT.601 does, and keeps neutral levels exactly', () => {
    const grey = (r: number, g: number, b: number) =>
      toGrey({ width: 1, height: 1, channels: 3, data: Uint8Array.of(r, g, b) }).data[0]
    for (let level = 0; level < 256; level++) expect(grey(level, level, level)).toBe(level)
    expect(grey(255, 0, 0)).toBe(Math.round(0.299 * 255) + 1)
    expect(grey(0, 255, 0)).toBe(149)
    expect(grey(0, 0, 255)).toBe(29)
  })
})

describe('shrinkGrey', () => {
  it('gives each pixel the mean of its block and drops what fills none', () => {
    const data = Uint8Array.from({ length: 7 * 5 }, (_, i) => (i * 37) % 256)
    for (const factor of [2, 3]) {
      const small = shrinkGrey({ width: 7, height: 5, channels: 1, data }, factor)
      expect([small.width, small.height]).toEqual([Math.floor(7 / factor), Math.floor(5 / factor)])
      for (let y = 0; y < small.height; y++) {
        for (let x = 0; x < small.width; x++) {
          let sum = 0
          for (let dy = 0; dy < factor; dy++)
            for (let dx = 0; dx < factor; dx++) sum += data[(y * factor + dy) * 7 + x * factor + dx]!
          expect(Math.abs(small.data[y * small.width + x]! - sum / factor ** 2)).toBeLessThanOrEqual(0.51)
        }
      }
    }
  })
})
