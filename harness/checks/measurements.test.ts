import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { CardSurface } from '../../devices/virtual/card-surface.ts'
import { drawCard } from '../../fixtures/artwork/draw-card.ts'
import { drawLooseLayers } from '../../fixtures/artwork/draw-loose-layers.ts'
import { makeCard } from '../../fixtures/artwork/physical-card.ts'
import { paperUnit } from '../../fixtures/virtual-line/paper-unit.testing.ts'
import { VirtualLotRandom } from '../../fixtures/virtual-line/virtual-lot-random.ts'
import { checkNames } from '../core/vocabulary.ts'
import { toGrey } from '../imaging/grey.ts'
import { invert, project, scaling } from '../imaging/homography.ts'
import type { Raster } from '../imaging/raster.ts'
import { openFont } from '../products/font.node.ts'
import { textMarks } from '../products/geometry.ts'
import { loadProfile, shippedProfiles } from '../products/load-profile.ts'
import type { ProductProfile } from '../products/profile.ts'
import { markShift } from '../vision/read/mark-shift.ts'
import { seePhotograph } from '../vision/read/read-photograph.ts'
import type { SymbolAtMark } from '../vision/read/symbol-marks.ts'
import { symbolMeasurements } from '../vision/read/symbol-measurements.ts'
import type { TextSeen } from '../vision/read/text-marks.ts'
import type { CardPose, Measurement, PhotographReading } from '../vision/reading.ts'
import { textGround } from '../vision/surface/text-ground.ts'
import { measurePrintQuality } from '../vision/symbols/print-quality.ts'
import { encode, renderPlain } from '../vision/symbols/synthetic-symbol.testing.ts'
import { type CharacterSeen, noLine } from '../vision/text/line-reading.ts'
import type { TextField } from '../vision/text/text-field.ts'
import { limitFaults, limitsOf, refuseUnknownLimits } from './limits.ts'
import { measurementRows } from './measurements.ts'

const profile = loadProfile('assay-reference')

const asStrong = { heightMm: 2, contrastRatio: 1, strokeCompleteness: 0.8 }

/** Reads nothing, but measures strokes as the real reader does. */
const strokesOnly = {
  engine: 'wasm' as const,
  readers: [],
  readLine: async (_crop: unknown, { template, hasChecksum }: TextField) => ({
    ...noLine('not read here', { sharpness: 6 }),
    // What a cover lies over would otherwise stand open.
    outcome: template === profile.serial.template || hasChecksum ? ('read' as const) : ('unread' as const),
    strokes: {
      face: 'some',
      faceFit: 0.95,
      isNamedFace: false,
      missing: [0.3],
      added: [0.3],
      second: 0.02,
      lit: [true],
    },
    legibility: {
      contrastPercent: 40,
      noisePercent: 2,
      weakestStroke: 0.8,
      weakestAt: 0,
      heightMm: 2,
      characters: [asStrong],
    },
    characters: [{ literal: false, symbol: 'A', box: { left: 0, right: 9, top: 0, bottom: 9 } } as CharacterSeen],
  }),
  openFont,
  async [Symbol.asyncDispose]() {},
}

/** Some good units, as far as anything was learned of them. */
const learned = {
  units: 5,
  surfaces: {},
  covers: { 'scratch-off': { units: 5, features: { tone: { mean: 0, sd: 0.1 } } } },
}

async function see(pixels: Raster): Promise<PhotographReading> {
  const how = { camera: 'virtual', exposureMs: null, light: 'dome', pose: 'inspect', calibration: null }
  const photograph = { id: 'a'.repeat(64), pixels, takenAt: null, how }
  return (await seePhotograph(photograph, profile, { text: strokesOnly }, { appearance: learned })).reading
}

/** The sticker's own edge painted over, as white paper on bright steel hides it. */
function withoutStickerEdge({ width, height, channels, data }: Raster, { mmToPixels }: CardPose): Raster {
  const toCard = invert(mmToPixels)
  const { rect } = profile.sticker!
  const painted = Uint8Array.from(data)
  const isWithin = (x: number, y: number, by: number) =>
    x > rect.x - by && y > rect.y - by && x < rect.x + rect.width + by && y < rect.y + rect.height + by
  for (let i = 0; i < width * height; i++) {
    const [x, y] = project(toCard, [i % width, Math.floor(i / width)])
    if (isWithin(x, y, 3.5) && !isWithin(x, y, -0.4)) painted.fill(230, i * channels, (i + 1) * channels)
  }
  return { width, height, channels, data: painted }
}

/** The card seen straight on, lying on dark ground. */
function onGround({ width, height, colour }: CardSurface): Raster {
  const room = 80
  const data = new Uint8Array(3 * (width + 2 * room) * (height + 2 * room)).fill(60)
  for (let y = 0; y < height; y++) {
    const row = colour.subarray(3 * y * width, 3 * (y + 1) * width)
    data.set(row, 3 * ((y + room) * (width + 2 * room) + room))
  }
  return { width: width + 2 * room, height: height + 2 * room, channels: 3, data }
}

async function allThatVisionReturns(): Promise<readonly Measurement[]> {
  const random = new VirtualLotRandom('measurements')
  const card = makeCard(profile, paperUnit(profile, random), random)
  const colour = onGround(drawCard({ profile, card, state: 'sealed', pixelsPerMm: 10 }))
  const onCard = await see(colour)
  const loose = drawLooseLayers({ profile, card, pixelsPerMm: 8 })
  // Version information begins with version 7 (ISO/IEC 18004), which no card has yet.
  const large = encode('x'.repeat(140), 'M')
  return [
    ...onCard.measurements,
    ...(await see(toGrey(colour))).measurements,
    ...(await see(withoutStickerEdge(colour, onCard.card!))).measurements,
    ...(await see({ width: loose.width, height: loose.height, channels: 3, data: loose.colour })).measurements,
    ...measurePrintQuality(renderPlain(large, 8), large, 'address-qr'),
    ...placeOf('serial-card', colour),
    ...turned,
  ]
}

/** Of a symbol that lies turned. */
const turned = symbolMeasurements(
  { width: 1, height: 1, channels: 1, data: new Uint8Array(1) },
  profile,
  { mark: { name: 'address-qr' }, quarterTurns: 1 } as SymbolAtMark,
  scaling(1),
)

/** Of a text that stands in its place: nothing is read here otherwise. */
function placeOf(name: string, raster: Raster): Measurement[] {
  const mark = textMarks(profile).find(one => one.name === name)!
  const [{ baseline }] = mark.lines as [(typeof mark.lines)[0]]
  const crop = { rect: { ...mark.rect, x: baseline.x, y: baseline.y - 1 }, pixelsPerMm: 10 }
  const characters = [{ box: { left: 0, right: 10, top: 0, bottom: 10 }, literal: false }]
  const seen = { lines: [{ crop, reading: { characters } }], text: 'A' } as unknown as TextSeen
  return [...markShift(mark, seen), ...textGround(raster, profile, mark, seen, scaling(10))]
}

test('what vision returns of a card and of loose layers is in the table, with unit and place, and nothing else is', async () => {
  const seen = await allThatVisionReturns()
  const names = new Set(seen.map(({ name }) => name))
  expect([...names].sort()).toEqual(Object.keys(measurementRows).sort())
  for (const { name, of, unit } of seen) {
    const row = measurementRows[name]!
    const kind = profile.marks.find(mark => mark.name === of)?.kind
    expect([name, unit]).toEqual([name, row.unit])
    expect([name, row.of.some(subject => subject === of || subject === kind)]).toEqual([name, true])
  }
})

test('every row is judged by a check that exists, and has a title of its own', () => {
  const rows = Object.values(measurementRows)
  for (const { check } of rows) expect(checkNames).toContain(check)
  expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length)
})

test('the page for makers of products shows the table as it is', () => {
  const page = readFileSync(new URL('../../docs/add-a-product.md', import.meta.url), 'utf8')
  const shown = (name: string, { unit, check, title, of, usual }: (typeof measurementRows)[string]) => {
    const limits = [...new Set(of.map(place => inWords(usual(marked, place))))].join(' / ')
    return `| \`${name}\` | ${title} | ${unit} | ${limits} | \`${check}\` |`
  }
  for (const [name, row] of Object.entries(measurementRows)) expect(page).toContain(shown(name, row))
  expect(page.match(/^\| `[a-z-]+` \| .* \| .* \| .* \| `[a-z-]+` \|$/gm)).toHaveLength(
    Object.keys(measurementRows).length,
  )
})

/** Sticker and cover whose tolerances are told by their numbers, and a known font. */
const marked: ProductProfile = {
  ...profile,
  sticker: { ...profile.sticker!, toleranceMm: 1000, toleranceDeg: 2000 },
  marks: profile.marks.map(mark => (mark.kind === 'cover' ? { ...mark, marginMm: 10_000 } : mark)),
  fonts: { ...profile.fonts, etching: 'known.ttf' },
}

function inWords(limits: ReturnType<typeof limitsOf>): string {
  if (limits === null) return '–'
  const words: Readonly<Record<string, string>> = {
    1000: '`toleranceMm`',
    1000.5: '`toleranceMm` + 0.5',
    2000: '`toleranceDeg`',
    3000: '0.3 × `marginMm`',
  }
  const inNumber = (value: number | null) => words[value ?? 0] ?? value
  return limits.max === null ? `at least ${inNumber(limits.min)}` : `at most ${inNumber(limits.max)}`
}

describe('limits of a profile', () => {
  const withLimits = (limits: ProductProfile['limits']) => ({ ...profile, limits })
  const most = (max: number) => ({ min: null, max })
  const shift = { name: 'placement-shift', of: 'sticker' }

  test('stand before the usual ones: at a place before everywhere, an index before the indices of all symbols', () => {
    expect(limitsOf(withLimits({}), shift)).toEqual(most(1))
    expect(limitsOf(withLimits({ 'placement-shift': most(0.4) }), shift)).toEqual(most(0.4))
    const both = { 'placement-shift': most(0.4), 'placement-shift:sticker': most(0.2) }
    expect(limitsOf(withLimits(both), shift)).toEqual(most(0.2))
    const index = { name: 'modulation', of: 'epk-qr' }
    expect(limitsOf(withLimits({ 'symbol-modulation': { min: 0.3, max: null } }), index)?.min).toBe(0.3)
    const own = { 'symbol-modulation': { min: 0.3, max: null }, modulation: { min: 0.5, max: null } }
    expect(limitsOf(withLimits(own), index)?.min).toBe(0.5)
    expect(limitsOf(withLimits({ 'placement-shift': { min: null, max: null } }), shift)).toBeNull()
  })

  test('nor are coins that do not exist', () => {
    const [shipped] = shippedProfiles()
    const faulty = { ...shipped!, address: { kinds: ['btc_p2pkh', 'btc_p2wpk'] } }
    expect(() => refuseUnknownLimits(faulty)).toThrow(
      'address.kinds[1]: is no coin that an address can be worked out for',
    )
    expect(() => refuseUnknownLimits(faulty)).toThrow('did you mean btc_p2wpkh?')
  })

  test('of the shipped products are all known', () => {
    for (const shipped of shippedProfiles()) expect(limitFaults(shipped)).toEqual([])
  })

  test.each([
    ['placment-shfit', 'placement-shift'],
    ['cover-margn', 'cover-margin'],
    ['symbol-modulaton', 'symbol-modulation'],
    ['text-height:serial-crad', 'text-height:serial-card'],
    ['modulation:scratch-off', null],
    ['text-height:address-qr', null],
    ['symbol-text-height', null],
    ['toString', null],
  ])('that no measurement has are refused by name: %s', (key, meant) => {
    const faulty = withLimits({ [key]: most(1) })
    expect(limitFaults(faulty)).toEqual([{ path: ['limits', key], message: expect.stringContaining(`«${key}»`) }])
    expect(() => refuseUnknownLimits(faulty)).toThrow(`limits.${key}`)
    if (meant !== null) expect(() => refuseUnknownLimits(faulty)).toThrow(`did you mean ${meant}?`)
    else expect(() => refuseUnknownLimits(faulty)).not.toThrow('did you mean')
  })
})
