// @module-tag long
import { expect, test } from 'vitest'
import type { CardSurface } from '../../../devices/virtual/card-surface.ts'
import { drawCard } from '../../../fixtures/artwork/draw-card.ts'
import { drawLooseLayers } from '../../../fixtures/artwork/draw-loose-layers.ts'
import { type Flaw, makeCard, type PhysicalCard } from '../../../fixtures/artwork/physical-card.ts'
import { paperUnit } from '../../../fixtures/virtual-line/paper-unit.testing.ts'
import { VirtualLotRandom } from '../../../fixtures/virtual-line/virtual-lot-random.ts'
import type { SecretKind } from '../../core/vocabulary.ts'
import { mirrorImage } from '../../imaging/mirror-image.ts'
import type { Raster } from '../../imaging/raster.ts'
import { openFont } from '../../products/font.node.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { State } from '../../products/profile.ts'
import { readPhotograph } from '../read/read-photograph.ts'
import type { PhotographReading } from '../reading.ts'
import { noLine } from '../text/line-reading.ts'
import { openTextReader } from '../text/text-reader.node.ts'
import type { TextReader } from '../text/text-reader.ts'
import { openInstalledDetector } from './text-detector.node.ts'

const profile = loadProfile('assay-reference')
const detector = await openInstalledDetector()
const noTexts: TextReader = {
  engine: 'wasm',
  readers: [],
  readLine: async () => noLine('not read here'),
  openFont,
  async [Symbol.asyncDispose]() {},
}

const random = new VirtualLotRandom('rest')
const good = makeCard(profile, paperUnit(profile, random), random)
const withFlaw = (flaw: Flaw): PhysicalCard => ({ ...good, flaws: [flaw] })

async function see(pixels: Raster, text = noTexts): Promise<PhotographReading> {
  const how = { camera: 'virtual', exposureMs: null, light: 'dome', pose: 'inspect', calibration: null }
  return await readPhotograph({ id: 'a'.repeat(64), pixels, takenAt: null, how }, profile, { text, detector })
}

function pictureOf(card: PhysicalCard, state: State): Raster {
  if (state === 'printed') return onGround(drawLooseLayers({ profile, card, pixelsPerMm: 10 }), 0)
  return onGround(drawCard({ profile, card, state, pixelsPerMm: 10 }))
}

/** Seen straight on, lying on dark ground. */
function onGround({ width, height, colour }: CardSurface, room = 80): Raster {
  const data = new Uint8Array(3 * (width + 2 * room) * (height + 2 * room)).fill(60)
  for (let y = 0; y < height; y++) {
    const row = colour.subarray(3 * y * width, 3 * (y + 1) * width)
    data.set(row, 3 * ((y + room) * (width + 2 * room) + room))
  }
  return { width: width + 2 * room, height: height + 2 * room, channels: 3, data }
}

const kindsOf = ({ rest }: PhotographReading) => rest?.leftovers.map(({ kind }) => kind)
const exposedIn = (reading: PhotographReading, what: SecretKind) => reading.exposed?.filter(({ kind }) => kind === what)
const measured = ({ measurements }: PhotographReading, name: string) =>
  measurements.find(one => one.name === name)?.value

test.each(['printed', 'etched', 'sealed', 'opened'] as const)(
  'nothing is left over on a good card, %s',
  async state => {
    const reading = await see(pictureOf(good, state))
    expect(reading.rest).toEqual({ by: ['text-detector', 'symbol-search', 'surroundings'], leftovers: [] })
    expect(exposedIn(reading, 'passphrase')).toEqual([])
    if (state !== 'etched' && state !== 'sealed') return
    expect(measured(reading, 'layer-open-area')).toBeLessThan(0.5)
    expect(measured(reading, 'show-through')).toBeLessThan(4)
    expect(measured(reading, 'quiet-zone-damage')).toBe(0)
    expect(measured(reading, 'wrong-modules')).toBe(0)
  },
)

test('a photograph that no detector looked at says so', async () => {
  const pixels = pictureOf(good, 'sealed')
  const how = { camera: 'virtual', exposureMs: null, light: 'dome', pose: 'inspect', calibration: null }
  const reading = await readPhotograph({ id: 'a', pixels, takenAt: null, how }, profile, { text: noTexts })
  expect(reading.rest?.by).toEqual(['symbol-search', 'surroundings'])
})

test.each([
  ['sealed', 'card', { x: 42, y: 22 }],
  ['opened', 'card', { x: 42, y: 44 }],
  ['sealed', 'top-layer', { x: 3, y: 37.2 }],
  ['printed', 'top-layer', { x: 3, y: 37.2 }],
  ['printed', 'bottom-layer', { x: 4, y: 36.6 }],
] as const)('a text that no mark explains is left over: %s, on the %s', async (state, on, at) => {
  const capHeight = on === 'card' ? 2 : 1.2
  const reading = await see(
    pictureOf(withFlaw({ kind: 'foreign-text', on, text: 'SAMPLE ONLY', ...at, capHeight }), state),
  )
  expect(new Set(kindsOf(reading))).toEqual(new Set(['text']))
  const { rect } = reading.rest!.leftovers[0]!
  const [originX, originY] = on === 'card' ? [0, 0] : [profile.sticker!.rect.x, profile.sticker!.rect.y]
  expect(rect.x - originX - at.x).toBeGreaterThan(-1.5)
  expect(rect.x + rect.width - originX - at.x).toBeLessThan(25)
  expect(Math.abs(rect.y + rect.height / 2 - originY - (at.y - capHeight / 2))).toBeLessThan(1.5)
})

test('a symbol that no mark explains is left over, once and not as text', async () => {
  const rect = { x: 62, y: 39, width: 11, height: 11 }
  const reading = await see(
    pictureOf(withFlaw({ kind: 'foreign-symbol', on: 'card', text: 'https://example.org/win', rect }), 'sealed'),
  )
  expect(kindsOf(reading)).toEqual(['symbol'])
  expect(reading.rest?.leftovers[0]?.rect.x).toBeCloseTo(62, 0)
  expect(exposedIn(reading, 'epk')).toEqual([])
})

test('a key in a symbol that no mark explains is exposed', async () => {
  const rect = { x: 62, y: 39, width: 12, height: 12 }
  // BIP 38's own test vector.
  const text = '6PfQu77ygVyJLZjfvMLyhLMQbYnu5uguoJJ4kMCLqWwPEdfpwANVS76gTX'
  const reading = await see(pictureOf(withFlaw({ kind: 'foreign-symbol', on: 'card', text, rect }), 'sealed'))
  expect(exposedIn(reading, 'epk')).toHaveLength(1)
})

test('a passphrase etched beside the foil is exposed, a second serial is not', async () => {
  await using text = await openTextReader()
  const line = (say: string): Flaw => ({ kind: 'foreign-text', on: 'card', text: say, x: 40, y: 22, capHeight: 2.4 })
  const passphrase = await see(pictureOf(withFlaw(line('6THD-5PR5-6DNS')), 'sealed'), text)
  expect(exposedIn(passphrase, 'passphrase')).toHaveLength(1)
  expect(JSON.stringify(passphrase)).not.toContain('6THD')
  const serial = await see(pictureOf(withFlaw(line('QR8797086')), 'sealed'), text)
  expect(kindsOf(serial)).toEqual(['text'])
  expect(exposedIn(serial, 'passphrase')).toEqual([])
})

/** Written beside the card: below it on the ground, at the angle of nothing in the picture. */
function beside(say: string, ink: number): Raster {
  const raster = onGround(drawCard({ profile, card: good, state: 'sealed', pixelsPerMm: 10 }), 260)
  const { pixels, width, height } = written(say)
  const data = Uint8Array.from(raster.data)
  const [cos, sin] = [Math.cos(0.1), Math.sin(0.1)]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (pixels[y * width + x]! < 128) continue
      const at = (Math.round(880 + y * cos + x * sin) * raster.width + Math.round(200 + x * cos - y * sin)) * 3
      data.fill(ink, at, at + 3)
    }
  }
  return { ...raster, data }
}

/** Letters of some 28 px, white on black. */
function written(say: string): { pixels: Uint8Array; width: number; height: number } {
  const flaw = { kind: 'foreign-text', on: 'card', text: say, x: 40, y: 22, capHeight: 2.8 } as const
  const [plain, marked] = [good, withFlaw(flaw)].map(card =>
    drawCard({ profile, card, state: 'etched', pixelsPerMm: 10 }),
  ) as [CardSurface, CardSurface]
  const [left, top, width, height] = [395, 180, 450, 50]
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => {
    const at = 3 * ((top + Math.floor(i / width)) * plain.width + left + (i % width))
    return Math.abs(plain.colour[at]! - marked.colour[at]!) > 40 ? 255 : 0
  })
  return { pixels, width, height }
}

test('a passphrase beside the card is exposed, and other texts there are nothing', async () => {
  await using text = await openTextReader()
  const chalk = await see(beside('6THD-5PR5-6DNS', 215), text)
  expect(exposedIn(chalk, 'passphrase')).toHaveLength(1)
  expect(kindsOf(chalk)).toEqual([])
  expect(JSON.stringify(chalk)).not.toContain('6THD')
  for (const say of ['QR8797086', 'BENCH MATERIAL', '2026-11-29']) {
    const reading = await see(beside(say, 215), text)
    expect([say, reading.exposed, kindsOf(reading)]).toEqual([say, [], []])
  }
})

test('where no card is found the whole picture is searched', async () => {
  await using text = await openTextReader()
  const raster = beside('6THD-5PR5-6DNS', 215)
  const top = 3 * raster.width * 840
  const below = { ...raster, height: raster.height - 840, data: raster.data.subarray(top) }
  const reading = await see(below, text)
  expect(reading.card).toBeNull()
  expect(exposedIn(reading, 'passphrase')).toHaveLength(1)
})

const negative = (pixels: Raster): Raster => ({ ...pixels, data: pixels.data.map(level => 255 - level) })

test.each([
  ['mirrored', 'what lies open there is exposed', mirrorImage, () => beside('6THD-5PR5-6DNS', 215), 1],
  ['mirrored', 'of a good card nothing is', mirrorImage, () => pictureOf(good, 'sealed'), 0],
  [
    'light and dark',
    'what lies open there is exposed',
    (pixels: Raster) => negative(mirrorImage(pixels)),
    () => beside('6THD-5PR5-6DNS', 215),
    1,
  ],
  [
    'light and dark',
    'of a good card nothing is',
    (pixels: Raster) => negative(mirrorImage(pixels)),
    () => pictureOf(good, 'sealed'),
    0,
  ],
] as const)(
  'a mirror image, and its negative, is searched the right way round: %s, %s',
  async (told, _, change, picture, exposed) => {
    await using text = await openTextReader()
    const reading = await see(change(picture()), text)
    expect([reading.card, reading.because]).toEqual([null, expect.stringContaining(told)])
    expect(exposedIn(reading, 'passphrase')).toHaveLength(exposed)
  },
)

test.each(['top-left', 'bottom-right'] as const)(
  'a corner of %s with legs of 3 mm is open to more than 1.6 mm²',
  async corner => {
    const reading = await see(pictureOf(withFlaw({ kind: 'top-layer-lifted', corner, lengthMm: 3 }), 'sealed'))
    expect(measured(reading, 'layer-open-area')).toBeGreaterThan(2)
  },
)

test('the EPK shows through thin paper', async () => {
  const reading = await see(pictureOf(withFlaw({ kind: 'show-through', contrast: 0.08 }), 'sealed'))
  expect(measured(reading, 'show-through')).toBeGreaterThan(6)
})

test('a good sticker under the orange light of a lamp is no open bottom layer', async () => {
  const raster = pictureOf(good, 'sealed')
  // 0.22 of the blue in linear light: paper has the hue and the saturation of the bottom layer then.
  const gains = [1.05, 0.76, 0.5]
  const data = raster.data.map((level, i) => Math.min(255, level * gains[i % 3]!))
  const reading = await see({ ...raster, data })
  const { value, fit } = reading.measurements.find(({ name }) => name === 'layer-exposed')!
  expect([value < 1, fit]).toEqual([true, false])
})
