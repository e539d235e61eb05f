// @module-tag long
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cameras } from './cameras.ts'
import { findChromium } from './chromium/find-chromium.ts'

const chromium = await findChromium(undefined, '/nowhere').catch(() => null)
const hasFfmpeg = spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).error === undefined

const size = { width: 640, height: 480 }
const patch = 32
let folder = ''
let video = ''
/** The patches as R, G, B. */
const source = Buffer.alloc(3 * size.width * size.height)

/** Rec. ITU-R BT.601, 8 bit, limited range: 16…235 and 16…240. */
function toYuv([r, g, b]: readonly [number, number, number]): [number, number, number] {
  const y = (0.299 * r + 0.587 * g + 0.114 * b) / 255
  const [cb, cr] = [(b / 255 - y) / 1.772, (r / 255 - y) / 1.402]
  return [Math.round(16 + 219 * y), Math.round(128 + 224 * cb), Math.round(128 + 224 * cr)]
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-fidelity-'))
  video = join(folder, 'card.y4m')
  const { width, height } = size
  const luma = Buffer.alloc(width * height)
  const blue = Buffer.alloc((width * height) / 4)
  const red = Buffer.alloc((width * height) / 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [column, row] = [Math.floor(x / patch), Math.floor(y / patch)]
      const colour = [
        (column * 37 + row * 11) & 255,
        (column * 5 + row * 59) & 255,
        (column * 97 + row * 3) & 255,
      ] as const
      source.set(colour, 3 * (y * width + x))
      const [value, cb, cr] = toYuv(colour)
      const half = (y >> 1) * (width / 2) + (x >> 1)
      luma[y * width + x] = value
      blue[half] = cb
      red[half] = cr
    }
  }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, blue, red])
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F30:1 Ip A1:1 C420mpeg2\n`)
  writeFileSync(video, Buffer.concat([head, frame, frame]))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Mean and largest difference from the source, levels of 255. */
async function errorOf(bytes: Uint8Array): Promise<{ mean: number; most: number }> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height, info.channels]).toEqual([size.width, size.height, 3])
  let sum = 0
  let most = 0
  for (let i = 0; i < data.length; i++) {
    const off = Math.abs(data[i]! - source[i]!)
    sum += off
    most = Math.max(most, off)
  }
  return { mean: sum / data.length, most }
}

test.skipIf(chromium === null).each(['photo', 'frame'] as const)(
  'a photograph through Chromium (%s) is the picture before the camera, within a level, without loss',
  async take => {
    const switches = ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${video}`]
    const { camera, identity } = await cameras.open({ driver: 'chromium', take, switches, mayRepeat: true })
    try {
      const { bytes, mime, settings } = await camera.photograph()
      expect({ mime, size: settings.size }).toEqual({ mime: 'image/png', size })
      const { mean, most } = await errorOf(bytes)
      expect(mean).toBeLessThan(1)
      expect(most).toBeLessThanOrEqual(4)
      expect(identity).toMatchObject({ driver: 'chromium', firmware: expect.stringMatching(/^Chromium \d+/) })
    } finally {
      await camera.close()
    }
  },
)

test.skipIf(chromium === null)(
  'settings through Chromium are locked and read back, and refused where they cannot be kept',
  async () => {
    const { camera } = await cameras.open({
      driver: 'chromium',
      switches: ['--use-fake-device-for-media-stream'],
      settings: { exposureMs: 5 },
      take: 'frame',
    })
    try {
      const { exposureMs } = camera.capabilities
      expect(exposureMs).toMatchObject({ lockable: true, range: { min: 1, max: 10 } })
      const first = await camera.photograph()
      expect(first.how.exposureMs).toBe(5)
      const second = await camera.photograph({ exposureMs: 2.5, focusMm: 50_000 })
      expect(second.settings).toMatchObject({ exposureMs: 2.5, focusMm: 50_000, whiteBalanceK: null })
      await expect(camera.photograph({ exposureMs: 50 })).rejects.toMatchObject({ code: 'camera-settings' })
      await expect(camera.photograph({ whiteBalanceK: 5000 })).rejects.toMatchObject({ code: 'camera-settings' })
    } finally {
      await camera.close()
    }
  },
)

test.skipIf(chromium === null)('a camera that Chromium does not have is named, with those that it has', async () => {
  const switches = ['--use-fake-device-for-media-stream=device-count=2']
  const open = (device?: string): Promise<unknown> =>
    cameras.open({ driver: 'chromium', switches, ...(device === undefined ? {} : { device }) })
  await expect(open('Logitech')).rejects.toMatchObject({
    code: 'camera-missing',
    message: expect.stringMatching(/not among the cameras .* fake_device_0; fake_device_1/),
  })
  await expect(open()).rejects.toMatchObject({ code: 'camera-missing', message: expect.stringContaining('several') })
  await expect(cameras.open({ driver: 'chromium', browser: '/bin/false' })).rejects.toMatchObject({
    code: 'camera-program',
  })
})

test.skipIf(!hasFfmpeg)(
  'a photograph through ffmpeg is the picture before the camera, within a level and a half',
  async () => {
    const { camera, identity } = await cameras.open({ driver: 'ffmpeg', input: video, mayRepeat: true })
    const { bytes, mime } = await camera.photograph()
    await camera.close()
    expect(mime).toBe('image/png')
    // ffmpeg's own rounding: 1.2 by itself.
    expect((await errorOf(bytes)).mean).toBeLessThan(1.5)
    expect(identity.firmware).toMatch(/^ffmpeg \d/)
  },
)

test.skipIf(!hasFfmpeg)('what ffmpeg cannot open is said in one sentence', async () => {
  const open = (input: string, format?: string): Promise<unknown> =>
    cameras.open({ driver: 'ffmpeg', input, ...(format === undefined ? {} : { format }) })
  await expect(open('/dev/video97')).rejects.toMatchObject({ code: 'camera-missing' })
  await expect(open(video, 'no-such-format')).rejects.toMatchObject({ code: 'camera-config' })
  const password = 'hunter2-geheim'
  const error = await open(`rtsp://user:${password}@127.0.0.1:9/live`).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'camera-gone' })
  expect(String(error)).not.toContain(password)
  await expect(cameras.open({ driver: 'ffmpeg', input: video, program: '/nowhere/ffmpeg' })).rejects.toMatchObject({
    code: 'camera-program',
    message: expect.stringContaining('not installed'),
  })
})
