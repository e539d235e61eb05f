import { describe, expect, it } from 'vitest'
import { seeded } from '../../core/seeded.testing.ts'
import type { GreyRaster } from '../../imaging/grey.ts'
import type { Homography } from '../../imaging/homography.ts'
import { coverMarks, textMarks } from '../../products/geometry.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { RectMm } from '../../products/profile.ts'
import { seeCover } from './cover.ts'

const profile = loadProfile('assay-reference')
const cover = coverMarks(profile)[0]!
const text = textMarks(profile).find(({ name }) => name === cover.covers)!
const scale = 10
/** Only what lies around the cover is drawn. */
const [left, top, widthMm, heightMm] = [
  cover.rect.x - 6,
  cover.rect.y - 8,
  cover.rect.width + 9,
  cover.rect.height + 16,
]
const toPixels: Homography = [scale, 0, -left * scale, 0, scale, -top * scale, 0, 0, 1]

interface Scene {
  readonly cover: RectMm | null
  readonly coverGrey?: number
  readonly etched: boolean
  readonly noise?: number
  readonly holes?: readonly RectMm[]
  readonly light?: number
  /** Where a lamp is mirrored. */
  readonly lamps?: readonly RectMm[]
  /** The cover turned about its middle, rad. */
  readonly turn?: number
  /** A second strip of another grey from here on. */
  readonly stripFromMm?: number
  /** From here on its own grain is gone, mm. */
  readonly smoothFromMm?: number
  /** How much the cover's own grain scatters, grey levels. Default: 6. */
  readonly grain?: number
}

/** A card seen straight on: brushed steel, letters as bars, a cover with a grain of its own. */
function picture(scene: Scene): GreyRaster {
  const random = seeded(5)
  const streaks = Array.from({ length: profile.card.height * 12 }, () => (random() - 0.5) * 24)
  const inside = (rect: RectMm, x: number, y: number) =>
    x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height
  const isStroke = (x: number, y: number) =>
    text.lines.some(({ baseline, capHeight }) => {
      const along = x - text.rect.x
      const up = baseline.y - y
      if (along < 0 || along > 33 || up < 0 || up > capHeight) return false
      return along % 2.4 < 0.35 || (along % 2.4 < 1.5 && up > capHeight - 0.35)
    })
  const w = Math.round(widthMm * scale)
  const h = Math.round(heightMm * scale)
  const data = new Uint8Array(w * h)
  for (let py = 0; py < h; py++) {
    for (let px = 0; px < w; px++) {
      const [x, y] = [left + (px + 0.5) / scale, top + (py + 0.5) / scale]
      const middle = [whole.x + whole.width / 2, whole.y + whole.height / 2] as const
      const [u, v] = [x + (scene.turn ?? 0) * (y - middle[1]), y - (scene.turn ?? 0) * (x - middle[0])]
      const covered =
        scene.cover !== null && inside(scene.cover, u, v) && !scene.holes?.some(hole => inside(hole, x, y))
      const second = x > (scene.stripFromMm ?? Number.POSITIVE_INFINITY) ? 12 : 0
      const bare = 150 + streaks[Math.floor(y * 12)]! + 20 * Math.sin(x / 20)
      const isLamp = scene.lamps?.some(lamp => inside(lamp, x, y)) ?? false
      const value = isLamp
        ? 225
        : covered
          ? (scene.coverGrey ?? 110) +
            second +
            (random() - 0.5) * (x > (scene.smoothFromMm ?? Number.POSITIVE_INFINITY) ? 0 : (scene.grain ?? 6))
          : scene.etched && isStroke(x, y)
            ? bare - 70
            : bare
      data[py * w + px] = Math.max(0, Math.min(255, value * (scene.light ?? 1) + (random() - 0.5) * (scene.noise ?? 6)))
    }
  }
  return { width: w, height: h, channels: 1, data }
}

const see = (scene: Scene) => seeCover(picture(scene), profile, cover, toPixels, new Map())
const whole = cover.rect
const down: RectMm = { ...whole, y: whole.y + 3 }

/** A mirrored lamp in pieces that a screen's or a sleeve's waves make of it: in the lines, and not between them. */
const lamps = text.lines.flatMap(({ baseline, capHeight }) =>
  [4, 5.4, 6.8, 8.2, 9.6, 11, 12.4].map(x => ({
    x: text.rect.x + x,
    y: baseline.y - capHeight,
    width: 0.7,
    height: capHeight,
  })),
)

describe('a cover', () => {
  it('in which a lamp is mirrored is not said to be missing, and nothing of it is measured', () => {
    expect(see({ cover: whole, etched: true, lamps })).toMatchObject({ outcome: 'unsure', measurements: [] })
    // Of the same shapes in the cover's own holes there is no doubt.
    expect(see({ cover: whole, etched: true, holes: lamps }).outcome).not.toBe('unsure')
  })

  it.each([110, 190])('of grey %d over the whole text is there and whole', coverGrey => {
    expect(see({ cover: whole, coverGrey, etched: true })).toMatchObject({ outcome: 'whole' })
  })

  it('is seen in noise, and where it is shorter than the widest text', () => {
    expect(see({ cover: whole, etched: true, noise: 24 }).outcome).toBe('whole')
    expect(see({ cover: { ...whole, width: 35 }, etched: true }).outcome).toBe('whole')
  })

  it('that is not there leaves the text open, and has nothing that could be measured', () => {
    expect(see({ cover: null, etched: true })).toMatchObject({ outcome: 'missing', measurements: [] })
  })

  it('shifted down so that the first line shows is displaced with certainty; one shifted far up at least broken', () => {
    for (const [rect, outcome] of [
      [down, 'displaced'],
      // Its edge lies beyond what is looked at.
      [{ ...whole, y: whole.y - 6 }, 'broken'],
    ] as const) {
      const seen = see({ cover: rect, etched: true })
      expect(seen).toMatchObject({ outcome, confidence: 0.99 })
      expect(seen.measurements.find(({ name }) => name === 'cover-open-strokes')!.value).toBeGreaterThan(20)
    }
  })

  it('with a hole that shows two letters is broken with certainty', () => {
    const hole: RectMm = { x: whole.x + 12, y: whole.y, width: 5, height: 4.5 }
    const seen = see({ cover: whole, etched: true, holes: [hole] })
    expect(seen).toMatchObject({ outcome: 'broken', confidence: 0.99 })
    expect(seen.measurements.find(({ name }) => name === 'cover-open-strokes')!.value).toBeGreaterThan(1)
  })

  it('that falls short of a line is displaced even where nothing was etched', () => {
    expect(see({ cover: down, etched: false }).outcome).toBe('displaced')
  })

  it('is missing where bare brushed steel lies, though no stroke can be seen', () => {
    expect(see({ cover: null, etched: false })).toMatchObject({ outcome: 'missing', measurements: [] })
  })

  it('is never claimed in glare, in the dark or in noise', () => {
    for (const scene of [
      { cover: whole, etched: true, noise: 40 },
      { cover: whole, etched: true, light: 3 },
      { cover: whole, etched: true, light: 0.005, noise: 1 },
    ])
      expect(see(scene)).toMatchObject({ outcome: 'unsure', confidence: 0 })
  })

  it('as bright as the steel is not told from it, and another light is asked for', () => {
    // No tint, and a scatter like the brushing's: nothing that an edge could be told by.
    const seen = see({ cover: whole, etched: false, coverGrey: 150, noise: 30 })
    expect(seen).toMatchObject({ outcome: 'unsure', because: expect.stringMatching(/under ring or left light/) })
  })

  it.each([
    ['left', { ...whole, x: whole.x + 2.4, width: whole.width - 2.4 }],
    ['top', { ...whole, y: whole.y + 2.2, height: whole.height - 2.2 }],
    ['bottom', { ...whole, height: whole.height - 2.2 }],
  ] as const)(
    'that leaves half a letter open at its %s is never whole, and the edge is measured there',
    (side, rect) => {
      const seen = see({ cover: rect, etched: true })
      expect(['displaced', 'broken']).toContain(seen.outcome)
      const edge = seen.measurements.find(({ name }) => name === `cover-edge-${side}`)
      const open = seen.measurements.find(({ name }) => name === 'cover-open-strokes')
      expect((edge?.value ?? 0) < -0.5 || open!.value > 0).toBe(true)
    },
  )

  it('reaches as far beyond the text as it does, straight and in one piece', () => {
    const value = (scene: Scene, name: string) => see(scene).measurements.find(one => one.name === name)!.value
    const good: Scene = { cover: whole, etched: true }
    const first = text.lines[0]!
    expect(value(good, 'cover-edge-left')).toBeCloseTo(text.rect.x - whole.x, 0)
    expect(value(good, 'cover-edge-top')).toBeCloseTo(first.baseline.y - first.capHeight - whole.y, 0)
    expect(value(good, 'cover-turn')).toBeLessThan(0.4)
    expect(value({ ...good, turn: (2 * Math.PI) / 180 }, 'cover-turn')).toBeCloseTo(2, 0)
    expect(value(good, 'cover-seam')).toBeLessThan(1)
    expect(value({ ...good, stripFromMm: 55 }, 'cover-seam')).toBeGreaterThan(6)
  })

  it('shows a piece that is missing by its brushing', () => {
    const value = (scene: Scene) => see(scene).measurements.find(({ name }) => name === 'cover-brushing')!.value
    const good: Scene = { cover: whole, etched: false, coverGrey: 128 }
    expect(value(good)).toBeLessThan(0.3)
    const hole: RectMm = { x: whole.x + 12, y: whole.y + 3, width: 4, height: 3 }
    expect(value({ ...good, holes: [hole] })).toBeGreaterThan(0.6)
  })

  it('of paint is smooth, and of a felt pen darker than any cover', () => {
    const value = (scene: Scene, of: string) => see(scene).measurements.find(({ name }) => name === of)!.value
    const good: Scene = { cover: whole, etched: false, coverGrey: 110.5, noise: 0.4 }
    expect(value(good, 'cover-texture')).toBeGreaterThan(0.8)
    const paint = see({ ...good, grain: 0 }).measurements.find(({ name }) => name === 'cover-texture')
    expect(paint).toMatchObject({ value: expect.closeTo(0, 0), fit: false })
    expect(value(good, 'cover-tone')).toBeGreaterThan(-0.6)
    expect(value({ ...good, coverGrey: 24 }, 'cover-tone')).toBeLessThan(-1.5)
  })

  it('shows a piece of another colour or another roughness wherever it lies, in brightness alike', () => {
    const good: Scene = { cover: whole, etched: false }
    const coloured = (isTinted: (x: number, y: number) => boolean, passes: readonly [number, number, number]) => {
      const grey = picture(good)
      const data = new Uint8Array(3 * grey.data.length)
      for (const [i, level] of grey.data.entries()) {
        const [x, y] = [left + (i % grey.width) / scale, top + Math.floor(i / grey.width) / scale]
        // A warm light over all.
        const light = [1, 0.97, 0.9] as const
        for (let c = 0; c < 3; c++) data[3 * i + c] = level * light[c]! * (isTinted(x, y) ? passes[c]! : 1)
      }
      const seen = seeCover({ ...grey, channels: 3, data }, profile, cover, toPixels, new Map())
      return (name: string) => seen.measurements.find(one => one.name === name)!.value
    }
    const isCover = (x: number, y: number) =>
      x > whole.x && x < whole.x + whole.width && y > whole.y && y < whole.y + whole.height
    const red = [1.1, 0.95, 0.95] as const
    const plain = coloured(() => false, red)
    expect(plain('cover-colour')).toBeLessThan(0.05)
    expect(plain('cover-colour-spread')).toBeLessThan(0.05)
    expect(plain('cover-texture-spread')).toBeLessThan(0.4)
    for (const isRed of [
      (x: number, y: number) => isCover(x, y) && x > whole.x + 0.7 * whole.width,
      (x: number, y: number) => isCover(x, y) && x > whole.x + 20 && x < whole.x + 25,
      (x: number, y: number) => isCover(x, y) && y > whole.y + whole.height / 2,
    ]) {
      const seen = coloured(isRed, [1.2, 0.95, 0.95])
      expect(seen('cover-colour')).toBeGreaterThan(0.2)
    }
    // On gold only the cover itself tells.
    const strip = coloured((x, y) => isCover(x, y) && x > whole.x + 10 && x < whole.x + 15, [1.2, 0.95, 0.95])
    expect(strip('cover-colour-spread')).toBeGreaterThan(0.2)
    const spread = (scene: Scene) => see(scene).measurements.find(({ name }) => name === 'cover-texture-spread')!.value
    expect(spread({ ...good, noise: 1, smoothFromMm: whole.x + 30 })).toBeGreaterThan(0.6)
    expect(spread({ ...good, noise: 1 })).toBeLessThan(0.4)
  })

  it('is never whole when a line under it could be read', () => {
    const lines = [{ reading: { outcome: 'unread' } }, { reading: { outcome: 'read' } }]
    const texts = new Map([[cover.covers, { lines }]]) as unknown as Parameters<typeof seeCover>[4]
    expect(seeCover(picture({ cover: whole, etched: true }), profile, cover, toPixels, texts).outcome).toBe('broken')
  })
})
