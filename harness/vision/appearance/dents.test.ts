import { expect, test } from 'vitest'
import { deepestDent } from './dents.ts'
import { goodSteel } from './good-steel.testing.ts'
import type { SurfaceView } from './surface-view.ts'

const at = { x: 7.5, y: 12 }

/** Lit from one side: each flank of 6 mm across differs by up to `bright` and `dark` of the light. */
function dented(view: SurfaceView, bright: number, dark: number): SurfaceView {
  const { raster, pixelsPerMm } = view
  const data = raster.data.map((level, i) => {
    const pixel = Math.floor(i / raster.channels)
    const [dx, dy] = [
      ((pixel % raster.width) / pixelsPerMm - at.x) / 3.2,
      (Math.floor(pixel / raster.width) / pixelsPerMm - at.y) / 3.2,
    ]
    const r = Math.hypot(dx, dy)
    const flank = r > 1 ? 0 : (0.6 * dx + 0.8 * dy) * Math.sin(Math.PI * r) * 1.7
    return level * (1 + flank * (flank > 0 ? bright : dark))
  })
  return { ...view, raster: { ...raster, data: Uint8Array.from(data) } }
}

test('good steel under a lamp at one side has no dent', () => {
  for (let unit = 1; unit < 6; unit++) expect(deepestDent(goodSteel(unit))!.strength).toBeLessThan(0.7)
})

test('a dent is found where it is', () => {
  for (const unit of [6, 7, 8]) {
    const { rect, strength } = deepestDent(dented(goodSteel(unit), 0.22, 0.22))!
    expect(strength).toBeGreaterThan(1)
    expect(Math.abs(rect.x + rect.width / 2 - at.x)).toBeLessThan(1.6)
    expect(Math.abs(rect.y + rect.height / 2 - at.y)).toBeLessThan(1.6)
  }
})

test('what is dark or bright alone is no dent', () => {
  for (const [bright, dark] of [
    [0.3, 0],
    [0, 0.3],
  ] as const)
    expect(deepestDent(dented(goodSteel(9), bright, dark))!.strength).toBeLessThan(0.9)
})

test('a surface of which next to nothing is seen says nothing', () => {
  const view = goodSteel(7)
  expect(deepestDent({ ...view, valid: new Uint8Array(view.valid.length) })).toBeNull()
})
