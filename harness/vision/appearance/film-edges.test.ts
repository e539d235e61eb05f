import { expect, test } from 'vitest'
import { filmEdges } from './film-edges.ts'
import { goodSteel } from './good-steel.testing.ts'
import type { SurfaceView } from './surface-view.ts'

/** What is explained in the middle of the steel, mm. */
const mark = { x: 12, y: 8, width: 6, height: 4 }

interface Film {
  readonly leftMm: number
  readonly rightMm: number
  /** Of its edges' light. */
  readonly factor: number
  /** How much further to the right each upper row is. */
  readonly slope?: number
  /** Its lower end; the upper one is as far from the mark's middle. */
  readonly toMm?: number
}

/** The steel under a film whose two upright edges are one sample wide. */
function filmed(view: SurfaceView, { leftMm, rightMm, factor, slope = 0, toMm = 13 }: Film): SurfaceView {
  const { raster, pixelsPerMm } = view
  const data = Uint8Array.from(raster.data)
  for (let row = (20 - toMm) * pixelsPerMm; row < toMm * pixelsPerMm; row++)
    for (const edge of [leftMm, rightMm]) {
      const column = Math.round(edge * pixelsPerMm - slope * (row - 10 * pixelsPerMm))
      for (let c = 0; c < raster.channels; c++) {
        const at = (row * raster.width + column) * raster.channels + c
        data[at] = Math.min(255, raster.data[at]! * factor)
      }
    }
  return { ...view, raster: { ...raster, data } }
}

const strengthOf = (view: SurfaceView) => filmEdges(view, [{ seen: mark, place: mark }])[0]!.strength

test('nothing lies over a mark on good steel', () => {
  for (let unit = 1; unit < 6; unit++) expect(strengthOf(goodSteel(unit))).toBeLessThan(0.9)
})

test.each([
  { leftMm: 10.5, rightMm: 19.5, factor: 0.85 },
  { leftMm: 10.5, rightMm: 19.5, factor: 1.2 },
  { leftMm: 8.1, rightMm: 22.4, factor: 0.8, slope: 0.05 },
])('edges of a film on both sides of it are found: %o', film => {
  for (const channels of [1, 3] as const) {
    const [found] = filmEdges(filmed(goodSteel(7, [], channels), film), [{ seen: mark, place: mark }])
    expect(found!.strength).toBeGreaterThan(1.2)
    expect(Math.abs(found!.rect.x - film.leftMm)).toBeLessThan(0.5)
    expect(Math.abs(found!.rect.x + found!.rect.width - film.rightMm)).toBeLessThan(0.5)
  }
})

test.each([
  ['one edge alone', { leftMm: 10.5, rightMm: 10.5, factor: 0.8 }],
  ['edges of 1 mm', { leftMm: 10.5, rightMm: 19.5, factor: 0.8, toMm: 10.5 }],
  ['edges far away', { leftMm: 4.5, rightMm: 25.5, factor: 0.8 }],
])('%s are no film over it', (_, film) => {
  expect(strengthOf(filmed(goodSteel(9), film))).toBeLessThan(1)
})

test('a film as wide as the place that a short text may take up is one over it', () => {
  const film = filmed(goodSteel(7), { leftMm: 10.5, rightMm: 25, factor: 0.85 })
  const find = (place: typeof mark) => filmEdges(film, [{ seen: mark, place }])[0]!.strength
  expect(find({ ...mark, width: 11 })).toBeGreaterThan(1.2)
  expect(find(mark)).toBeLessThan(1)
})
