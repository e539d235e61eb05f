import { expect, test } from 'vitest'
import { seededRandom } from '../../../devices/virtual/seeded-random.ts'
import { surfaceCells } from './cells.ts'
import { type Blemish, dark, goodSteel, spot } from './good-steel.testing.ts'
import { longPlaces } from './long-places.ts'
import { surfaceMaps } from './surface-maps.ts'
import type { SurfaceView } from './surface-view.ts'
import { type Ground, ownSurroundings, type Wear, withWear } from './surroundings.ts'
import { unlikePlaces } from './unlike.ts'

const look = (unit: number, blemishes: readonly Blemish[] = [], wear: Wear | null = null) => {
  const view = goodSteel(unit, blemishes)
  const cells = surfaceCells(view)
  return unlikePlaces(
    view,
    cells,
    withWear(ownSurroundings(cells), () => wear),
  )
}

test('good steel shows nothing against its own surroundings', () => {
  for (let unit = 100; unit < 130; unit++) expect(look(unit), `unit ${unit}`).toEqual([])
})

test.each([
  ['a hole', spot(3, 3, ...dark(0.1))],
  ['a dot of 0.8 mm', spot(0.8, 0.8, ...dark(0.35))],
  ['an upright bar', spot(0.4, 2, ...dark(0.4))],
  ['a level bar', spot(3, 0.4, ...dark(0.45))],
  ['a bright scratch', spot(0.3, 6, ...dark(1.8))],
  ['a stain of 6 mm', spot(6, 6, ...dark(0.55))],
  ['a blue label as bright as the steel', spot(4, 4, 0.9, 1.0, 1.5)],
])('finds %s where it is, without a reference', (_, blemish) => {
  for (const unit of [200, 201, 202]) {
    const found = look(unit, [blemish])
    expect(found.length).toBeGreaterThan(0)
    const { rect, strength } = found.reduce((a, b) => (b.strength > a.strength ? b : a))
    expect(strength).toBeGreaterThan(1)
    expect(rect.x).toBeLessThanOrEqual(blemish.x + blemish.width / 2)
    expect(rect.x + rect.width).toBeGreaterThanOrEqual(blemish.x - blemish.width / 2)
    expect(rect.y).toBeLessThanOrEqual(blemish.y + blemish.height / 2)
    expect(rect.y + rect.height).toBeGreaterThanOrEqual(blemish.y - blemish.height / 2)
  }
})

test('faint rust is found on grey metal, and its own metal shows nothing there', () => {
  const rust = spot(3, 3, 1.05, 0.98, 0.86)
  for (const unit of [210, 211, 212]) {
    expect(look(unit, [rust])).toEqual([])
    expect(look(unit, [rust], 'grey')).not.toEqual([])
  }
  for (let unit = 100; unit < 115; unit++) expect(look(unit, [], 'grey'), `unit ${unit}`).toEqual([])
})

test('where crumbs may lie only what is larger than a crumb counts', () => {
  const crumb = spot(0.6, 0.6, ...dark(0.5))
  expect(look(300, [crumb])).not.toEqual([])
  expect(look(300, [crumb], 'crumbs')).toEqual([])
  expect(look(300, [spot(3, 3, ...dark(0.1))], 'crumbs')).not.toEqual([])
})

test('what is longer than a crumb is found among crumbs', () => {
  const long = (blemish: Blemish) => {
    const view = goodSteel(301, [blemish])
    const maps = surfaceMaps(view.raster, view.valid, view.pixelsPerMm)
    return longPlaces(maps, ownSurroundings(surfaceCells(view, maps)), view.pixelsPerMm)
  }
  expect(long(spot(1, 1, ...dark(0.4)))).toEqual([])
  const [bar] = long(spot(4, 0.5, ...dark(0.4)))
  expect(bar!.strength).toBeGreaterThan(1)
  expect(bar!.rect.x + bar!.rect.width / 2).toBeCloseTo(7.5, 0)
  expect(bar!.rect.y + bar!.rect.height / 2).toBeCloseTo(5.5, 0)
})

test.each([
  ['a dot of 1 mm', spot(1, 1, ...dark(0.45))],
  ['a bar', spot(3, 0.4, ...dark(0.4))],
  ['a stain', spot(5, 5, ...dark(0.6))],
])('on what glue was left of a peeled layer %s is found, and of the colour of rust even among crumbs', (_, blemish) => {
  for (const unit of [400, 401, 402]) {
    expect(look(unit, [], 'glue')).toEqual([])
    expect(look(unit, [blemish], 'glue')).not.toEqual([])
    expect(look(unit, [{ ...blemish, width: 4, height: 4, factor: [0.9, 0.7, 0.5] }], 'crumbs')).not.toEqual([])
  }
})

/** Blank paper 24 mm wide and high, with an upright stroke of 16 mm on it that is darker by `share`. */
function paper(share: number, atMm = 12): SurfaceView {
  const random = seededRandom(3, 9)
  const [side, pixelsPerMm] = [192, 8]
  const data = new Uint8Array(side * side)
  for (let i = 0; i < data.length; i++) {
    const column = i % side
    const isStroke = Math.abs(column - atMm * pixelsPerMm) < 1.5 && Math.abs(i / side - side / 2) < 64
    data[i] = 215 * (isStroke ? 1 - share : 1) + 1.2 * random.normal()
  }
  return {
    on: 'top-layer',
    raster: { width: side, height: side, channels: 1, data },
    pixelsPerMm,
    valid: new Uint8Array(side * side).fill(1),
    rect: { x: 0, y: 0, width: 24, height: 24 },
    mmToPixels: [pixelsPerMm, 0, 0, 0, pixelsPerMm, 0, 0, 0, 1],
    origin: [0, 0],
  }
}

test('blank paper is held against its own quiet, but at its rim; a scratch-off everywhere', () => {
  const found = (view: SurfaceView, ground: Ground) => {
    const cells = surfaceCells(view)
    return unlikePlaces(view, cells, ownSurroundings(cells, ground)).length
  }
  expect(found(paper(0), 'paper')).toBe(0)
  expect(found(paper(0.06), 'paper')).toBeGreaterThan(0)
  expect(found(paper(0.06), 'metal')).toBe(0)
  expect(found(paper(0.06, 2), 'paper')).toBe(0)
  expect(found(paper(0.06, 2), 'foil')).toBeGreaterThan(0)
  expect(found(paper(0.03), 'foil')).toBe(0)
})
