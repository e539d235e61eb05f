import { expect, test } from 'vitest'
import type { CardSurface } from '../../../devices/virtual/card-surface.ts'
import { drawCard } from '../../../fixtures/artwork/draw-card.ts'
import { drawLooseLayers } from '../../../fixtures/artwork/draw-loose-layers.ts'
import { makeCard } from '../../../fixtures/artwork/physical-card.ts'
import { paperUnit } from '../../../fixtures/virtual-line/paper-unit.testing.ts'
import { VirtualLotRandom } from '../../../fixtures/virtual-line/virtual-lot-random.ts'
import { Secret } from '../../core/secret.ts'
import { mirrorImage } from '../../imaging/mirror-image.ts'
import type { Raster } from '../../imaging/raster.ts'
import { openFont } from '../../products/font.node.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { State } from '../../products/profile.ts'
import type { PhotographReading } from '../reading.ts'
import { noLine } from '../text/line-reading.ts'
import type { TextReader } from '../text/text-reader.ts'
import { readPhotograph } from './read-photograph.ts'

const profile = loadProfile('assay-reference')
const random = new VirtualLotRandom('turned')
const good = makeCard(profile, paperUnit(profile, random), random)
const text: TextReader = {
  engine: 'wasm',
  readers: [],
  readLine: async () => noLine('not read here'),
  openFont,
  async [Symbol.asyncDispose]() {},
}

/** Seen straight on, on dark ground. */
function onGround({ width, height, colour }: CardSurface): Raster {
  const room = 60
  const data = new Uint8Array(3 * (width + 2 * room) * (height + 2 * room)).fill(60)
  for (let y = 0; y < height; y++)
    data.set(colour.subarray(3 * y * width, 3 * (y + 1) * width), 3 * ((y + room) * (width + 2 * room) + room))
  return { width: width + 2 * room, height: height + 2 * room, channels: 3, data }
}

async function see(
  state: State,
  mark: string,
  quarterTurns: 0 | 1 | 2 | 3,
  change: (pixels: Raster) => Raster = pixels => pixels,
): Promise<PhotographReading> {
  const flaws = quarterTurns === 0 ? [] : [{ kind: 'symbol-turned' as const, mark, quarterTurns }]
  const drawing = { profile, card: { ...good, flaws }, pixelsPerMm: 9 }
  const pixels = change(onGround(state === 'printed' ? drawLooseLayers(drawing) : drawCard({ ...drawing, state })))
  const how = { camera: 'virtual', exposureMs: null, light: 'dome', pose: 'inspect', calibration: null }
  return await readPhotograph({ id: 'a'.repeat(64), pixels, takenAt: null, how }, profile, { text })
}

const turnOf = ({ measurements }: PhotographReading) =>
  measurements.filter(({ name }) => name === 'symbol-turn').map(({ of, value, unit }) => ({ of, value, unit }))

test.each([
  ['sealed', 'address-qr', 1],
  ['sealed', 'address-qr', 2],
  ['etched', 'address-qr', 3],
  ['opened', 'epk-qr', 2],
  ['printed', 'address-qr', 1],
] as const)('on a card that is %s, %s is read and told to be turned by %i right angles', async (state, mark, turns) => {
  const reading = await see(state, mark, turns)
  expect(turnOf(reading)).toEqual([{ of: mark, value: 90 * turns, unit: 'deg' }])
  const seen = reading.marks.find(one => one.mark === mark)!
  const [said, meant] = [seen.text, good.contents[mark]].map(one => (one instanceof Secret ? one.exposeText() : one))
  expect([seen.outcome, said]).toEqual(['read', meant])
  // It begins where the mark does, not where the symbol's own corner has come to lie.
  const [[left, top], , [right, bottom]] = seen.where!
  expect(right - left).toBeGreaterThan(100)
  expect(bottom - top).toBeGreaterThan(100)
  expect(reading.rest?.leftovers.filter(({ kind }) => kind === 'symbol') ?? []).toEqual([])
})

test('of one that lies as it must nothing of a turn is said', async () => {
  expect(turnOf(await see('sealed', 'address-qr', 0))).toEqual([])
})

const negative = (pixels: Raster): Raster => ({ ...pixels, data: pixels.data.map(level => 255 - level) })

test.each([
  ['a picture', 'sealed', 'address-qr', [], negative],
  ['a picture', 'opened', 'epk-qr', ['epk'], negative],
  ['a mirror image', 'sealed', 'address-qr', [], (pixels: Raster) => negative(mirrorImage(pixels))],
  ['a mirror image', 'opened', 'epk-qr', ['epk'], (pixels: Raster) => negative(mirrorImage(pixels))],
] as const)(
  '%s whose light and dark have changed places is told so, judges nothing on a card that is %s, and hides no key',
  async (_, state, mark, exposed, change) => {
    const reading = await see(state, mark, 0, change)
    expect(reading.because).toMatch(/^light and dark have changed places/)
    expect(reading.marks.filter(({ outcome }) => outcome === 'read')).toEqual([])
    expect(reading.measurements).toEqual([])
    expect(reading.exposed?.map(({ kind }) => kind)).toEqual(exposed)
  },
)
