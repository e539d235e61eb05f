// @module-tag long
import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { seeded } from '../../core/seeded.testing.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { drawScene, paintOf, viewOf } from '../locate/synthetic-card.testing.ts'
import type { Photograph } from '../photograph.ts'
import { openVision } from './vision.ts'

const shipped = loadProfile('assay-reference')
/** What cannot be read costs most: two texts of it are enough. */
const profile = {
  ...shipped,
  marks: shipped.marks.filter(({ name }) => ['passphrase', 'serial-card', 'scratch-off', 'address-qr'].includes(name)),
}
const vision = openVision({ workers: 1 })
afterAll(() => vision[Symbol.asyncDispose]())

/** A card as it is before the scratch-off, its text only bars: there is something to find and nothing to read. */
function photograph(): Photograph {
  const mmToPixels = viewOf(profile.card, {
    turnDeg: 5,
    tiltDeg: 4,
    tiltAxisDeg: 20,
    pixelsPerMm: 6,
    middle: [320, 220],
  })
  const scene = [{ mmToPixels, card: profile.card, paint: paintOf(profile, 'etched', 2) }]
  const pixels = drawScene(640, 440, scene, () => 60, seeded(1))
  const how = { camera: 'test', exposureMs: null, light: 'unknown', pose: 'unknown', calibration: null }
  return { id: createHash('sha256').update(pixels.data).digest('hex'), pixels, takenAt: null, how }
}

describe('vision in worker processes', () => {
  it('reads a photograph: the card, and every mark of the profile with an outcome and a reason', async () => {
    const seen = photograph()
    const { reading, crops, explanation } = await vision.look(seen, profile, { explain: true })
    expect(reading.photographId).toBe(seen.id)
    expect(reading.card).not.toBeNull()
    expect(reading.marks.map(({ mark }) => mark)).toEqual(profile.marks.map(({ name }) => name))
    expect(reading.marks.every(({ because }) => because.length > 0)).toBe(true)
    // Bars are no letters: whatever readers make of them must not be accepted.
    expect(reading.marks.filter(({ text }) => text !== null)).toEqual([])
    expect(explanation!.steps.length).toBeGreaterThan(profile.marks.length)

    const passphrase = crops.find(({ of }) => of === 'passphrase')!
    const { data, info } = await sharp(passphrase.bytes).greyscale().raw().toBuffer({ resolveWithObject: true })
    const middle = data.subarray(
      info.width * Math.floor(info.height / 2),
      info.width * (Math.floor(info.height / 2) + 1),
    )
    expect(passphrase.masked).toBe(true)
    expect(Math.max(...middle)).toBeLessThan(20)
  })

  it.skipIf(process.platform !== 'linux')(
    'gives a photograph up whose process takes too much memory, and kills that process',
    async () => {
      await using narrow = openVision({ workers: 1, memoryMiB: 64 })
      await expect(narrow.read(photograph(), profile)).rejects.toMatchObject({ code: 'vision-memory', exitCode: 2 })
    },
    60_000,
  )

  it('says clearly that a picture is none, and goes on with the next', async () => {
    const noPicture = vision.read(Uint8Array.of(1, 2, 3), profile, { name: 'x.jpg' })
    await expect(noPicture).rejects.toMatchObject({ name: 'PictureError', code: 'picture-not-a-picture' })
    const blank = await sharp({ create: { width: 200, height: 120, channels: 3, background: '#888' } })
      .png()
      .toBuffer()
    expect(await vision.read(blank, profile)).toMatchObject({ card: null, because: 'no card in view', states: [] })
  })

  it('takes out of a picture what it is given, and refuses a correction for another size', async () => {
    const dim = await sharp({ create: { width: 200, height: 120, channels: 3, background: '#444' } })
      .png()
      .toBuffer()
    const size = { width: 200, height: 120 }
    const gain = { columns: 2, rows: 2, values: new Array<number>(12).fill(3) }
    const correction = { size, dark: null, gain, lens: null }
    const { explanation } = await vision.look(dim, profile, { correction, explain: true })
    const seen = explanation!.steps.find(({ stage }) => stage === 'card')!
    const { channels } = await sharp(seen.picture!.bytes).stats()
    // 0x44 is 0.058 of full light; three times that is 0x74.
    expect(channels[0]!.mean).toBeCloseTo(0x74, -0.5)
    await expect(
      vision.read(dim, profile, { correction: { ...correction, size: { width: 99, height: 66 } } }),
    ).rejects.toMatchObject({ code: 'correction-misfit', exitCode: 3 })
  })

  it('cuts off at the deadline and on abort, whatever is going on, and the others never notice', async () => {
    const ended = await Promise.allSettled([
      vision.read(photograph(), profile, { deadlineMs: 1, name: 'slow.jpg' }),
      vision.read(Uint8Array.of(9), profile),
      vision.read(photograph(), profile, { signal: AbortSignal.timeout(5) }),
      vision.read(photograph(), profile, { signal: AbortSignal.abort(new Error('stopped')) }),
      vision.read(Uint8Array.of(9), profile),
    ])
    expect(ended.map(one => (one.status === 'rejected' ? (one.reason.code ?? one.reason.message) : 'read'))).toEqual([
      'vision-deadline',
      'picture-not-a-picture',
      DOMException.TIMEOUT_ERR,
      'stopped',
      'picture-not-a-picture',
    ])
  })

  it('answers what is asked of any picture within the same deadline', async () => {
    const blank = await sharp({ create: { width: 200, height: 120, channels: 3, background: '#888' } })
      .png()
      .toBuffer()
    const question = { name: 'slow.png', minSidePx: 21, line: null }
    await expect(vision.answer(blank, question, { deadlineMs: 1 })).rejects.toMatchObject({
      code: 'vision-deadline',
      exitCode: 4,
    })
    expect(await vision.answer(blank, question)).toEqual({ size: { width: 200, height: 120 }, symbols: [], line: null })
    await expect(vision.answer(blank, { ...question, minSidePx: 150 })).rejects.toMatchObject({
      code: 'picture-too-small',
    })
  })

  it('cuts off in the middle of the networks work without harm to anybody else', async () => {
    await using eyes = openVision({ workers: 1 })
    const seen = photograph()
    // Warm, so that the cut falls into the work itself.
    await eyes.read(seen, profile)
    const cut = [eyes.read(seen, profile, { deadlineMs: 500 })]
    const whole = eyes.read(seen, profile)
    for (const one of await Promise.allSettled(cut))
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'vision-deadline' })
    expect((await whole).photographId).toBe(seen.id)
  })

  it('ends what is waiting when it is closed', async () => {
    const eyes = openVision({ workers: 1 })
    const waiting = [eyes.read(photograph(), profile), eyes.read(photograph(), profile)]
    const ended = Promise.allSettled(waiting)
    await eyes[Symbol.asyncDispose]()
    for (const one of await ended) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'vision-closed' } })
    await expect(eyes.read(Uint8Array.of(1), profile)).rejects.toMatchObject({ code: 'vision-closed' })
  })
})
