import { describe, expect, it } from 'vitest'
import { toGrey } from './grey.ts'

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
