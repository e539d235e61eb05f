import fc from 'fast-check'
import { expect, it } from 'vitest'
import { scale } from './affine.ts'
import { OutlineRaster } from './coverage.ts'
import { moduleOutlines } from './module-outline.ts'

const grids = fc
  .integer({ min: 1, max: 12 })
  .chain(size => fc.tuple(fc.constant(size), fc.uint8Array({ minLength: size * size, maxLength: size * size, max: 1 })))

it('outlines, filled, are the modules again, with no seam between them', () => {
  fc.assert(
    fc.property(grids, ([size, dark]) => {
      const outlines = moduleOutlines(dark, size)
      const pixels = 3
      const raster = new OutlineRaster(scale(pixels))
      for (const outline of outlines) raster.polygon(outline)
      const { left, top, width, height, alpha } = raster.finish(size * pixels, size * pixels)
      const at = (x: number, y: number) => {
        const [column, row] = [x - left, y - top]
        return column < 0 || row < 0 || column >= width || row >= height ? 0 : alpha[row * width + column]!
      }
      for (let y = 0; y < size * pixels; y++) {
        for (let x = 0; x < size * pixels; x++) {
          expect(at(x, y)).toBe(dark[Math.floor(y / pixels) * size + Math.floor(x / pixels)] === 1 ? 255 : 0)
        }
      }
    }),
    { numRuns: 60 },
  )
})

it('no border is drawn twice, none lies between two dark modules, and straight ways have no needless corner', () => {
  fc.assert(
    fc.property(grids, ([size, dark]) => {
      const isDark = (x: number, y: number) => x >= 0 && y >= 0 && x < size && y < size && dark[y * size + x] === 1
      let borders = 0
      for (let y = 0; y <= size; y++) {
        for (let x = 0; x <= size; x++) {
          if (isDark(x, y) !== isDark(x - 1, y)) borders++
          if (isDark(x, y) !== isDark(x, y - 1)) borders++
        }
      }
      let drawn = 0
      for (const outline of moduleOutlines(dark, size)) {
        for (const [i, [x, y]] of outline.entries()) {
          const [u, v] = outline[(i + 1) % outline.length]!
          const [a, b] = outline[(i + 2) % outline.length]!
          drawn += Math.abs(u - x) + Math.abs(v - y)
          expect(u === x).not.toBe(v === y)
          expect((u === x) === (a === u)).toBe(false)
          expect((v === y) === (b === v)).toBe(false)
        }
      }
      expect(drawn).toBe(borders)
    }),
    { numRuns: 60 },
  )
})
