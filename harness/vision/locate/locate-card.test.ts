import { describe, expect, it } from 'vitest'
import { seeded } from '../../core/seeded.testing.ts'
import { compose, type Homography, project, rigid, scaling } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { cardCorners } from './card-outline.ts'
import { locateCard } from './locate-card.ts'
import { type CardView, drawScene, type Paint, paintOf, symbolsOf, viewOf } from './synthetic-card.testing.ts'

const profile = loadProfile('assay-reference')
const { card } = profile
const [width, height] = [720, 480]
const straight: CardView = { turnDeg: 0, tiltDeg: 0, tiltAxisDeg: 0, pixelsPerMm: 5.5, middle: [360, 240] }

function scene(views: readonly Homography[], seed = 1): Raster {
  const random = seeded(seed)
  const cards = views.map(mmToPixels => ({ mmToPixels, card, paint: paintOf(profile, 'sealed', seed) }))
  return drawScene(width, height, cards, (x, y) => 60 + 10 * Math.sin(x / 9) + 8 * Math.sin(y / 13), random)
}

/** RMS corner error in mm; NaN when no card was found. */
function errorMm(found: ReturnType<typeof locateCard>, truth: Homography): number {
  if ('because' in found) return Number.NaN
  const squares = cardCorners(card).map((corner, i) => {
    const [x, y] = project(truth, corner)
    return (found.pose.corners[i]![0] - x) ** 2 + (found.pose.corners[i]![1] - y) ** 2
  })
  return Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / 4) / found.pose.pixelsPerMm
}

describe('the card is found', () => {
  it('in any orientation and tilted to 35 degrees, by its symbol and its edges', () => {
    const random = seeded(7)
    for (let i = 0; i < 4; i++) {
      const truth = viewOf(card, {
        turnDeg: 90 * i + 60 * random(),
        tiltDeg: i * 11.5,
        tiltAxisDeg: 360 * random(),
        pixelsPerMm: 4.6 + 0.4 * random(),
        middle: [360 + 15 * random(), 240 + 15 * random()],
      })
      const found = locateCard(scene([truth], i), profile, symbolsOf(profile, 'sealed', truth))
      expect(errorMm(found, truth)).toBeLessThan(0.25)
    }
  })

  it('by its outline alone, and the right way round, when no symbol can be read', () => {
    for (const turnDeg of [0, 152]) {
      const truth = viewOf(card, { ...straight, turnDeg, pixelsPerMm: 5 })
      const found = locateCard(scene([truth], turnDeg), profile, [])
      expect(errorMm(found, truth)).toBeLessThan(0.3)
      expect('because' in found || found.pose.foundBy).toBe('outline')
    }
  })

  it('by a clear outline, where residue leaves little of its symbol and its own surface is as rough', () => {
    const truth = viewOf(card, { ...straight, turnDeg: 175 })
    const random = seeded(3)
    const grain = Array.from({ length: 180 * 110 }, () => 55 + 30 * random())
    const paint = paintOf(profile, 'opened', 3)
    const pale: Paint = (x, y) => {
      const { rect } = profile.sticker!
      const isSticker = x > rect.x && y > rect.y && x < rect.x + rect.width && y < rect.y + rect.height
      return isSticker ? 225 - 0.25 * (225 - paint(x, y)) : grain[Math.floor(2 * y) * 180 + Math.floor(2 * x)]!
    }
    const picture = drawScene(width, height, [{ mmToPixels: truth, card, paint: pale }], () => 165, random)
    const found = locateCard(picture, profile, [])
    expect(errorMm(found, truth)).toBeLessThan(0.3)
  })

  it('in noise that hides its edges at full size, at half of it', () => {
    const truth = viewOf(card, { ...straight, turnDeg: 12, pixelsPerMm: 5 })
    const small = scene([truth])
    const random = seeded(5)
    const [w, h] = [2 * width, 2 * height]
    const data = Uint8Array.from({ length: w * h }, (_, i) => {
      const level = small.data[((i / w / 2) | 0) * width + ((i % w) >> 1)]!
      return Math.min(255, Math.max(0, level + 130 * (random() + random() - 1)))
    })
    const twice = compose(scaling(2), truth)
    const found = locateCard({ width: w, height: h, channels: 1, data }, profile, symbolsOf(profile, 'sealed', twice))
    expect(errorMm(found, twice)).toBeLessThan(0.3)
  })

  it('although a peeled layer lies beside it with a symbol of its own', () => {
    const truth = viewOf(card, { ...straight, pixelsPerMm: 5 })
    const beside = viewOf(card, { ...straight, turnDeg: 30, pixelsPerMm: 5, middle: [1500, 700] })
    const symbols = [...symbolsOf(profile, 'sealed', beside), ...symbolsOf(profile, 'sealed', truth)]
    expect(errorMm(locateCard(scene([truth]), profile, symbols), truth)).toBeLessThan(0.25)
  })
})

describe('the card is told from what looks more like one', () => {
  it('beside its own shadow under one lamp, whose end is the stronger edge', () => {
    for (const [dx, turnDeg] of [
      [2.6, 1],
      [-2.6, -2],
    ] as const) {
      const truth = viewOf(card, { ...straight, turnDeg, pixelsPerMm: 5.5 })
      const steel = paintOf(profile, 'sealed', 4)
      const dark = { mmToPixels: truth, card, paint: (x: number, y: number) => steel(x, y) / 3 }
      const shadow = { mmToPixels: compose(truth, rigid(0, dx, 0)), card, paint: () => 28 }
      const lit = drawScene(width, height, [shadow, dark], x => 100 + x / 30, seeded(8))
      const found = locateCard(lit, profile, symbolsOf(profile, 'sealed', truth))
      expect(errorMm(found, truth)).toBeLessThan(0.3)
    }
  })

  describe('on a ground as bright as itself, in noise', () => {
    const truth = viewOf(card, { ...straight, turnDeg: 3 })
    const steel = paintOf(profile, 'sealed', 4)
    /** Unbrushed: only its marks are seen on it, and that it is a little darker than the ground. */
    const flat = (x: number, y: number) => {
      const level = steel(x, y)
      return Math.abs(level - 165) <= 15 ? 151 : level
    }
    const see = (paint: (x: number, y: number) => number, isDecoded = true) => {
      const noise = seeded(11)
      const wide = () => 0.5 + 4 * (noise() + noise() - 1)
      const picture = drawScene(width, height, [{ mmToPixels: truth, card, paint }], () => 165, wide)
      const symbols = symbolsOf(profile, 'sealed', truth)
      return locateCard(picture, profile, isDecoded ? symbols : symbols.map(symbol => ({ ...symbol, bytes: null })))
    }

    it('it is found where its symbol and its etched text agree with the little that is seen of its outline', () => {
      expect(errorMm(see(flat), truth)).toBeLessThan(0.5)
    })

    it('and not without either', () => {
      expect(see(flat, false)).toEqual({ because: 'no card in view' })
      const bare = (x: number, y: number) => (x > 42 ? 151 : flat(x, y))
      expect(see(bare)).toEqual({ because: 'no card in view' })
    })
  })
})

describe('no card is made up', () => {
  it.each([
    ['one pixel', 1, 1, () => 0],
    ['a row', 300, 1, () => 90],
    ['a black picture', 320, 200, () => 0],
    ['a white picture', 320, 200, () => 255],
    ['a chequerboard', 320, 200, (i: number) => (((i >> 4) ^ Math.floor(i / 5120)) % 2 === 0 ? 20 : 220)],
  ])('from %s', (_, w, h, value) => {
    const raster: Raster = {
      width: w,
      height: h,
      channels: 1,
      data: Uint8Array.from({ length: w * h }, (_, i) => value(i)),
    }
    expect(locateCard(raster, profile, [])).toEqual({ because: 'no card in view' })
  })

  it('from noise, in grey and in colour, with a symbol that has no card around it', () => {
    const random = seeded(3)
    for (const channels of [1, 3] as const) {
      const data = Uint8Array.from({ length: 400 * 300 * channels }, () => 255 * random())
      const raster: Raster = { width: 400, height: 300, channels, data }
      const symbols = symbolsOf(profile, 'sealed', viewOf(card, { ...straight, pixelsPerMm: 3, middle: [200, 150] }))
      expect(locateCard(raster, profile, symbols)).toHaveProperty('because')
    }
  })

  it('from symbols with impossible corners', () => {
    const [symbol] = symbolsOf(profile, 'sealed', viewOf(card, straight))
    const point = [5, 5] as const
    const flat = { ...symbol!, corners: [point, point, point, point] as const }
    const nowhere = {
      ...symbol!,
      corners: [
        [Number.NaN, 1],
        [2, 2],
        [1e30, 0],
        [0, -1e30],
      ] as const,
    }
    expect(locateCard(scene([]), profile, [flat, nowhere])).toHaveProperty('because')
  })

  it('when there are two: which one is meant is not guessed', () => {
    const views = [180, 540].map(x => viewOf(card, { ...straight, turnDeg: 90, pixelsPerMm: 4.6, middle: [x, 240] }))
    const symbols = views.flatMap(view => symbolsOf(profile, 'sealed', view))
    expect(locateCard(scene(views), profile, symbols)).toEqual({ because: '2 cards in view: show one at a time' })
  })

  it('in a mirrored picture, which is said', () => {
    const mirror: Homography = [-1, 0, width, 0, 1, 0, 0, 0, 1]
    const truth = compose(mirror, viewOf(card, { ...straight, turnDeg: 20, pixelsPerMm: 5 }))
    const found = locateCard(scene([truth]), profile, symbolsOf(profile, 'sealed', truth))
    expect(found).toEqual({ because: 'the picture is mirrored: take it without the mirror image', mirrored: true })
  })

  it('where a decoded symbol lies elsewhere on what looks like a card', () => {
    const truth = viewOf(card, { ...straight, pixelsPerMm: 5 })
    const picture = scene([truth])
    expect(locateCard(picture, profile, [])).not.toHaveProperty('because')
    // A card around such a symbol would lie within the picture, but has no edges there.
    const elsewhere = symbolsOf(profile, 'sealed', compose(truth, rigid(0, 14, 10)))
    expect(locateCard(picture, profile, elsewhere)).toEqual({ because: 'no card in view' })
  })

  it('when the camera is too close, and all sides are named', () => {
    const truth = viewOf(card, { ...straight, pixelsPerMm: 12 })
    const found = locateCard(scene([truth]), profile, symbolsOf(profile, 'sealed', truth))
    expect(found).toEqual({ because: "the card's top and right and bottom and left sides lie outside the picture" })
  })

  it('when a side lies outside the picture, and that side is named', () => {
    const truth = viewOf(card, { ...straight, middle: [560, 240] })
    const found = locateCard(scene([truth]), profile, symbolsOf(profile, 'sealed', truth))
    expect(found).toEqual({ because: "the card's right side lies outside the picture" })
  })
})
