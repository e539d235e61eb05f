import { expect, test } from 'vitest'
import { goodSteel } from './good-steel.testing.ts'
import { hairLines } from './hair-lines.ts'
import type { SurfaceView } from './surface-view.ts'

/** The steel with a scratch 0.125 mm wide from (4, 15) to (16, 12) mm that multiplies what is seen. */
function scratched(view: SurfaceView, factor: number): SurfaceView {
  const { raster, pixelsPerMm } = view
  const data = Uint8Array.from(raster.data)
  for (let i = 0; i <= 12 * pixelsPerMm; i++) {
    const [x, y] = [4 * pixelsPerMm + i, Math.round(15 * pixelsPerMm - i / 4)]
    for (let c = 0; c < raster.channels; c++) {
      const at = (y * raster.width + x) * raster.channels + c
      data[at] = Math.min(255, raster.data[at]! * factor)
    }
  }
  return { ...view, raster: { ...raster, data } }
}

test('brushed steel under a lamp at one side has no hair scratches', () => {
  for (let unit = 1; unit < 5; unit++)
    for (const { strength } of hairLines(goodSteel(unit))) expect(strength).toBeLessThan(0.85)
})

test.each([
  [0.6, false],
  [1.6, true],
])('a scratch one sample wide that multiplies the light by %f is found where it is', (factor, isBright) => {
  for (const channels of [1, 3] as const) {
    const found = hairLines(scratched(goodSteel(20, [], channels), factor)).find(one => one.isBright === isBright)!
    expect(found.strength).toBeGreaterThan(1)
    expect(found.rect.x).toBeGreaterThan(3)
    expect(found.rect.x + found.rect.width).toBeLessThan(17)
    expect(found.rect.y).toBeGreaterThan(11)
    expect(found.rect.y + found.rect.height).toBeLessThan(16)
  }
})

test('a dot is no line, however dark', () => {
  const dot = { x: 7, y: 5, width: 1, height: 1, factor: [0, 0, 0] as const }
  for (const { strength } of hairLines(goodSteel(3, [dot]))) expect(strength).toBeLessThan(1)
})
