import { expect, test } from 'vitest'
import { seededRandom } from '../../../devices/virtual/seeded-random.ts'
import { goodSteel } from './good-steel.testing.ts'
import type { SurfaceView } from './surface-view.ts'
import { unbrushedPlaces } from './unbrushed.ts'

/** A view with a place of 6 × 5 mm at (4, 4) mm that has noise only, as bright as the steel is. */
function patched(view: SurfaceView, level: number): SurfaceView {
  const { raster, pixelsPerMm } = view
  const random = seededRandom(7)
  const data = Uint8Array.from(raster.data)
  for (let y = 4 * pixelsPerMm; y < 9 * pixelsPerMm; y++)
    for (let x = 4 * pixelsPerMm; x < 10 * pixelsPerMm; x++)
      for (let c = 0; c < raster.channels; c++)
        data[(y * raster.width + x) * raster.channels + c] = level + 1.5 * random.normal()
  return { ...view, raster: { ...raster, data } }
}

test('steel that is brushed all over has no place without brushing', () => {
  for (let unit = 1; unit < 5; unit++) expect(unbrushedPlaces(goodSteel(unit))).toEqual([])
})

test('a label of the tone of the steel is told by the brushing that it lacks', () => {
  for (const channels of [1, 3] as const) {
    const [found, ...more] = unbrushedPlaces(patched(goodSteel(2, [], channels), 110))
    expect(more).toEqual([])
    expect(found!.strength).toBeGreaterThan(1)
    const { x, y, width, height } = found!.rect
    expect([x >= 4, y >= 4, x + width <= 10, y + height <= 9]).toEqual([true, true, true, true])
  }
})

test('where a lamp is mirrored nothing is said, nor of a surface that is not brushed', () => {
  expect(unbrushedPlaces(patched(goodSteel(2), 255))).toEqual([])
  const { raster, ...view } = goodSteel(2)
  const random = seededRandom(9)
  const data = Uint8Array.from(raster.data, () => 110 + 6 * random.normal())
  expect(unbrushedPlaces(patched({ ...view, raster: { ...raster, data } }, 110))).toEqual([])
})
