import { expect, test } from 'vitest'
import { goodSteel } from './good-steel.testing.ts'
import { softStain } from './soft-stains.ts'
import type { SurfaceView } from './surface-view.ts'

const at = { x: 7, y: 13 }

/** Darker by `share` in the middle of an oval of 9 × 5 mm, fading out to its rim. */
function stained(view: SurfaceView, share: number): SurfaceView {
  const { raster, pixelsPerMm } = view
  const data = raster.data.map((level, i) => {
    const [column, row] = [
      Math.floor(i / raster.channels) % raster.width,
      Math.floor(i / raster.channels / raster.width),
    ]
    const off = Math.hypot((column / pixelsPerMm - at.x) / 4.5, (row / pixelsPerMm - at.y) / 2.5)
    return level * (1 - share * Math.max(0, 1 - off))
  })
  return { ...view, raster: { ...raster, data: Uint8Array.from(data) } }
}

test('good steel under a lamp at one side has no soft stain', () => {
  for (let unit = 1; unit < 6; unit++) expect(softStain(goodSteel(unit))!.strength).toBeLessThan(0.7)
})

test.each([1, 3] as const)('a stain that fades out is found where it is, in a picture of %d channels', channels => {
  const { rect, strength } = softStain(stained(goodSteel(6, [], channels), 0.6))!
  expect(strength).toBeGreaterThan(1)
  expect(Math.abs(rect.x + rect.width / 2 - at.x)).toBeLessThan(1)
  expect(Math.abs(rect.y + rect.height / 2 - at.y)).toBeLessThan(1)
})

test('a brighter place is none', () => {
  expect(softStain(stained(goodSteel(6), -0.6))!.strength).toBeLessThan(0.7)
})

test('a surface of which next to nothing is seen says nothing', () => {
  const view = goodSteel(7)
  expect(softStain({ ...view, valid: new Uint8Array(view.valid.length) })).toBeNull()
})
