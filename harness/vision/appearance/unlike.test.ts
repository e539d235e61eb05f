import { expect, test } from 'vitest'
import { seededRandom } from '../../../devices/virtual/seeded-random.ts'
import {
  appearanceText,
  LEAST_UNITS,
  type LearnedLight,
  type LearnedSurface,
  parseAppearance,
} from '../../products/appearance.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { nominalLayerPose } from '../locate/layer-pose.ts'
import type { CardPose } from '../reading.ts'
import { surfaceCells } from './cells.ts'
import { type Blemish, dark, goodSteel, spot } from './good-steel.testing.ts'
import { learnSurface } from './learn.ts'
import { type CardLaidOut, surfaceViews } from './surface-view.ts'
import { isComparable, seeUnlike, unlikePlaces } from './unlike.ts'

const taught = (units: number, channels: 1 | 3 = 3) =>
  learnSurface(Array.from({ length: units }, (_, i) => [surfaceCells(goodSteel(i, [], channels))]))
const learned = taught(8)!
const look = (unit: number, blemishes: readonly Blemish[] = [], known: LearnedSurface = learned) => {
  const view = goodSteel(unit, blemishes)
  return unlikePlaces(view, surfaceCells(view), known)
}

test('good units that were not learned show nothing', () => {
  for (let unit = 100; unit < 130; unit++) expect(look(unit), `unit ${unit}`).toEqual([])
})

test.each([
  ['a dot of 0.5 mm', spot(0.5, 0.5, ...dark(0.6)), 'a dark'],
  ['an upright bar', spot(0.3, 1.2, ...dark(0.6)), 'a dark'],
  ['a level bar', spot(1.2, 0.3, ...dark(0.5)), 'a dark'],
  ['a bright scratch', spot(0.25, 6, ...dark(1.5)), 'a bright'],
  ['a stain of 6 mm', spot(6, 6, ...dark(0.7)), 'a dark'],
  ['a hole', spot(3, 3, ...dark(0.1)), 'a dark'],
  ['a yellow stain as bright as the steel', spot(4, 4, 1.02, 1.02, 0.8), 'a yellowish place'],
])('finds %s where it is', (_, blemish, words) => {
  for (const unit of [200, 201, 202]) {
    const found = look(unit, [blemish])
    expect(found.length).toBeGreaterThan(0)
    const { kind, rect, where, strength, because } = found.reduce((a, b) => (b.strength > a.strength ? b : a))
    expect({ kind, because }).toEqual({ kind: 'blot', because: expect.stringContaining(words) })
    expect(because).toMatch(/ on the card$/)
    expect(strength).toBeGreaterThan(1)
    expect(rect.x).toBeLessThanOrEqual(blemish.x)
    expect(rect.x + rect.width).toBeGreaterThanOrEqual(blemish.x)
    expect(rect.y).toBeLessThanOrEqual(blemish.y)
    expect(rect.y + rect.height).toBeGreaterThanOrEqual(blemish.y)
    expect(where[0]).toEqual([8 * rect.x, 8 * rect.y])
  }
})

test('what is stronger stands out more, and what a mark explains is not looked at', () => {
  const [faint] = look(300, [spot(1, 1, ...dark(0.7))])
  const [strong] = look(300, [spot(1, 1, ...dark(0.3))])
  expect(strong!.strength).toBeGreaterThan(faint!.strength)
  expect(look(300, [{ x: 15, y: 10, width: 3, height: 2, factor: [0, 0, 0] }])).toEqual([])
})

test('exposure and white balance are taken out', () => {
  const view = goodSteel(400)
  const data = Uint8Array.from(view.raster.data, (value, i) => value * [0.7, 0.8, 0.75][i % 3]!)
  expect(unlikePlaces(view, surfaceCells({ ...view, raster: { ...view.raster, data } }), learned)).toEqual([])
})

test('a monochrome camera learns and judges without colours', () => {
  const grey = taught(6, 1)!
  expect(Object.keys(grey.maps)).not.toContain('red-green')
  const view = goodSteel(500, [spot(1, 1, ...dark(0.4))], 1)
  expect(unlikePlaces(view, surfaceCells(view), grey)).toHaveLength(1)
  // What was learned in colour still holds for tone and strokes.
  expect(unlikePlaces(view, surfaceCells(view), learned)).toHaveLength(1)
})

test('four units are too few', () => {
  expect(taught(LEAST_UNITS - 1)).toBeNull()
  expect(taught(LEAST_UNITS)).not.toBeNull()
})

test('the limit is what a unit that was left out shows: one odd unit among them widens it', () => {
  const odd = [
    ...Array.from({ length: 7 }, (_, i) => [surfaceCells(goodSteel(i))]),
    [surfaceCells(goodSteel(7, [spot(1, 1, ...dark(0.4))]))],
  ]
  expect(learnSurface(odd)!.maps.spot!.most).toBeGreaterThan(1.5 * learned.maps.spot!.most)
})

test('nothing is judged where the surface was never seen, or by another grid', () => {
  const { maps } = learned
  const unseen = Object.fromEntries(
    Object.entries(maps).map(([map, one]) => [map, { ...one, rms: new Float32Array(one.rms.length) }]),
  )
  expect(look(600, [spot(2, 2, ...dark(0.1))], { ...learned, maps: unseen })).toEqual([])
  expect(look(600, [spot(2, 2, ...dark(0.1))], { ...learned, columns: learned.columns + 1 })).toEqual([])
})

test('what is written to a file judges as what was learned', () => {
  const light = { units: 8, surfaces: { card: learned }, covers: {} }
  const text = appearanceText({
    product: 'steel',
    geometrySha256: '0'.repeat(64),
    rig: { kind: 'virtual', name: 'virtual', calibration: null },
    lights: { dome: light },
  })
  const { dome } = parseAppearance(text, 'steel').lights
  const { card } = dome!.surfaces
  const blemish = spot(1, 1, ...dark(0.5))
  const [before] = look(700, [blemish])
  const [after] = look(700, [blemish], card)
  expect(after!.strength / before!.strength).toBeCloseTo(1, 1)
  for (let unit = 100; unit < 110; unit++) expect(look(unit, [], card)).toEqual([])
})

test('a photograph that is too coarse, or whose card was found badly, is not compared', () => {
  const pose = { corners: [], mmToPixels: [1, 0, 0, 0, 1, 0, 0, 0, 1], foundBy: 'outline' } as never as Parameters<
    typeof isComparable
  >[0]
  expect(isComparable({ ...pose, pixelsPerMm: 16, residualPx: 0.5 })).toBe(true)
  expect(isComparable({ ...pose, pixelsPerMm: 5.9, residualPx: 0.1 })).toBe(false)
  expect(isComparable({ ...pose, pixelsPerMm: 16, residualPx: 3 })).toBe(false)
})

const profile = loadProfile('assay-reference')
const flat = [8, 0, 0, 0, 8, 0, 0, 0, 1] as const

/** A card that is grey all over, with grain, laid flat; dots of 0.6 mm on it, mm. */
function greyCard(unit: number, dots: readonly (readonly [x: number, y: number])[] = []): CardLaidOut {
  const random = seededRandom(unit, 9)
  const [width, height] = [Math.round(8 * profile.card.width), Math.round(8 * profile.card.height)]
  const isDotted = (at: number) =>
    dots.some(([x, y]) => Math.hypot((at % width) / 8 - x, Math.floor(at / width) / 8 - y) < 0.3)
  const data = Uint8Array.from(
    { length: width * height },
    (_, at) => (isDotted(at) ? 0.5 : 1) * (120 + 5 * random.normal()),
  )
  return {
    raster: { width, height, channels: 1, data },
    profile,
    mmToPixels: flat,
    layers: { open: 'top', because: 'told', measurements: [] },
    covers: new Map(),
    hasPose: () => true,
    poseOf: mark => nominalLayerPose(profile, mark.on, flat),
  }
}
const pose = { pixelsPerMm: 8, residualPx: 0.3 } as CardPose

test('on an opened card a dot beside the scratch-off may be a crumb of it, and one far away is none', () => {
  const opened = (dot: readonly [number, number]): CardLaidOut => ({
    ...greyCard(60, [dot]),
    layers: { open: 'bottom', because: 'told', measurements: [] },
    hasPose: () => false,
  })
  expect(seeUnlike(opened([60, 22]), pose, null)!.leftovers).toEqual([])
  expect(seeUnlike(opened([50, 5]), pose, null)!.leftovers).toMatchObject([
    { kind: 'odd-place', because: expect.stringContaining('dark') },
  ])
})

test.each([
  ['card', [45, 0.9]],
  ['sticker', [20, 46.7]],
] as const)('a dot along the edge of the %s is told, but for an opened card', (on, at) => {
  const closed = greyCard(64, [at])
  expect(seeUnlike(greyCard(64), pose, null)!.leftovers).toEqual([])
  expect(seeUnlike(closed, pose, null)!.leftovers).toMatchObject([
    { kind: 'odd-place', because: `a dark place at the edge of the ${on}` },
  ])
  const [told] = seeUnlike(closed, pose, null)!.leftovers
  expect(Math.hypot(told!.rect.x + 0.5 - at[0], told!.rect.y + 0.5 - at[1])).toBeLessThan(0.5)
  const layers = { open: 'bottom', because: 'told', measurements: [] } as const
  expect(seeUnlike({ ...closed, layers, hasPose: () => false }, pose, null)!.leftovers).toEqual([])
})

test('a top layer is looked at though it is not sure to cover all of the other', () => {
  const unsure = (on: string): CardLaidOut => ({
    ...greyCard(61, [[8, 12]]),
    layers: { open: 'unknown', because: 'a part of it is darker', measurements: [] },
    hasPose: layer => layer === on,
  })
  expect(seeUnlike(unsure('top-layer'), pose, null)!.leftovers).toHaveLength(1)
  expect(seeUnlike(unsure('none'), pose, null)!.leftovers).toEqual([])
})

test('what stands close to a text that was read, and not within its ink, is found', () => {
  const words = profile.marks.find(({ name }) => name === 'words')!
  const { x, y, width, height } = words.rect
  // Where the widest of fonts ends, and not this one.
  const dotted = greyCard(62, [[x + width - 1, y + height / 2]])
  expect(seeUnlike(dotted, pose, null)!.leftovers).toEqual([])
  const inkOf = () => [{ x, y, width: width - 4, height }]
  expect(seeUnlike({ ...dotted, inkOf }, pose, null)!.leftovers).toHaveLength(1)
})

test('a surface that lies open and was never learned proves nothing', () => {
  const views = Array.from({ length: 5 }, (_, i) => surfaceViews(greyCard(i)))
  const surfaces = Object.fromEntries(
    views[0]!.map(({ on }, at) => [on, learnSurface(views.map(unit => [surfaceCells(unit[at]!)]))!]),
  )
  expect(Object.keys(surfaces)).toEqual(['card', 'top-layer'])
  const seen = (known: LearnedLight['surfaces']) =>
    seeUnlike(greyCard(50), pose, { units: 5, surfaces: known, covers: {} })
  expect(seen(surfaces)).toEqual({ by: ['appearance'], leftovers: [] })
  const { card } = surfaces
  expect(seen({ card: card! })).toEqual({ by: ['surroundings'], leftovers: [] })
  expect(seeUnlike(greyCard(50), { ...pose, pixelsPerMm: 5 }, { units: 5, surfaces, covers: {} })).toBeNull()
})

test('a film over a text and a stain that fades out are told of a whole card', () => {
  const good = greyCard(63)
  const { rect } = profile.marks.find(({ name }) => name === 'serial-card')!
  const painted = (factorAt: (x: number, y: number) => number): CardLaidOut => {
    const { width } = good.raster
    const data = good.raster.data.map((level, at) => level * factorAt((at % width) / 8, Math.floor(at / width) / 8))
    return { ...good, raster: { ...good.raster, data: Uint8Array.from(data) } }
  }
  const isEdge = (x: number, y: number) =>
    [rect.x - 2, rect.x + rect.width + 2].some(edge => Math.abs(x - edge) < 0.07) && Math.abs(y - rect.y - 1.5) < 4
  const filmed = painted((x, y) => (isEdge(x, y) ? 0.85 : 1))
  const stained = painted((x, y) => 1 - 0.3 * Math.max(0, 1 - Math.hypot((x - 55) / 5, (y - 18) / 3)))
  const told = (card: CardLaidOut) => seeUnlike(card, pose, null)!.leftovers.map(({ because }) => because)
  expect(told(good)).toEqual([])
  expect(told(filmed)).toContain('upright edges of something that lies over a mark on the card')
  expect(told(stained)).toContain('a darker place that fades out on the card')
})
