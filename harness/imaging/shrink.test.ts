import { describe, expect, it } from 'vitest'
import { shrunk } from './shrink.ts'

describe('shrunk', () => {
  it.each([1, 3] as const)('gives each of %i channels the mean of its block and drops what fills none', channels => {
    const data = Uint8Array.from({ length: 7 * 5 * channels }, (_, i) => (i * 37) % 256)
    for (const factor of [2, 3]) {
      const small = shrunk({ width: 7, height: 5, channels, data }, factor)
      expect([small.width, small.height]).toEqual([Math.floor(7 / factor), Math.floor(5 / factor)])
      expect(small.data.length).toBe(small.width * small.height * channels)
      for (const [i, level] of small.data.entries()) {
        const [pixel, c] = [Math.floor(i / channels), i % channels]
        const [x, y] = [pixel % small.width, Math.floor(pixel / small.width)]
        let sum = 0
        for (let dy = 0; dy < factor; dy++)
          for (let dx = 0; dx < factor; dx++) sum += data[((y * factor + dy) * 7 + x * factor + dx) * channels + c]!
        expect(Math.abs(level - sum / factor ** 2)).toBeLessThanOrEqual(0.51)
      }
    }
  })

  it('is the picture itself at a factor of 1', () => {
    const picture = { width: 2, height: 1, channels: 1, data: Uint8Array.of(1, 2) } as const
    expect(shrunk(picture, 1)).toBe(picture)
  })
})
