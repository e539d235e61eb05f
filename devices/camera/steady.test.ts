import sharp from 'sharp'
import { expect, test } from 'vitest'
import { seeded } from '../../harness/core/seeded.testing.ts'
import type { Camera, PreviewFrame } from './camera.ts'
import { waitUntilSteady } from './steady.ts'

/** A camera whose preview shows a bright bar, at the place that each frame gives; noisy as a sensor is. */
function cameraOf(placeOf: (frame: number) => number, sigma = 4): Camera {
  const { width, height } = { width: 320, height: 200 }
  const unused = (): never => expect.unreachable('only the preview is used')
  const random = seeded(1)
  // Uniform noise of this deviation: the same frames each time.
  const noise = Array.from({ length: 4 }, () =>
    Buffer.from(Array.from({ length: 3 * width * height }, () => 90 + sigma * (random() - 0.5) * 12 ** 0.5)),
  )
  async function* preview(signal?: AbortSignal): AsyncGenerator<PreviewFrame> {
    for (let frame = 0; ; frame++) {
      signal?.throwIfAborted()
      const bar = await sharp({ create: { width: 20, height: 60, channels: 3, background: '#eee' } })
        .png()
        .toBuffer()
      const bytes = await sharp(noise[frame % noise.length]!, { raw: { width, height, channels: 3 } })
        .composite([{ input: bar, left: Math.round(placeOf(frame)), top: 50 }])
        .jpeg()
        .toBuffer()
      yield { bytes, mime: 'image/jpeg', arrivedAt: '2026-01-01T00:00:00.000Z' }
    }
  }
  const capabilities = { sizes: [], exposureMs: null, focusMm: null, whiteBalanceK: null, video: true }
  return { name: 'played', capabilities, preview, photograph: unused, close: async () => {} }
}

const quick = { apartMs: 1, deadlineMs: 3000 }

test('a view at rest is steady at once, noise or not', async () => {
  const { frames, lastChange } = await waitUntilSteady(
    cameraOf(() => 100),
    quick,
  )
  expect(frames).toBe(3)
  expect(lastChange).toBeLessThanOrEqual(3)
})

test('a stage that comes to rest is waited for', async () => {
  const { frames } = await waitUntilSteady(
    cameraOf(frame => 100 + 60 * 0.5 ** frame),
    quick,
  )
  expect(frames).toBeGreaterThan(5)
  expect(frames).toBeLessThan(12)
})

test('what never rests is said to be unsteady, with the change that was seen', async () => {
  const error = await waitUntilSteady(
    cameraOf(frame => 100 + (frame % 2) * 4),
    // Two frames must come in it, however busy the machine is.
    { ...quick, deadlineMs: 1500 },
  ).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'camera-unsteady', exitCode: 3, message: expect.stringMatching(/\d levels/) })
})

test('the signal ends the waiting with its reason', async () => {
  const stop = new Error('enough')
  await expect(
    waitUntilSteady(
      cameraOf(frame => frame % 100),
      quick,
      AbortSignal.abort(stop),
    ),
  ).rejects.toBe(stop)
})
