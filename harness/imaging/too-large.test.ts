import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { examinePicture } from '../../devices/camera/picture-file.ts'
import { examineContainer } from './container.ts'

/** So much time and memory may anything from outside take at most. */
const [mostMs, mostMiB] = [2000, 512]

const small = sharp({ create: { width: 64, height: 64, channels: 3, background: '#777' } })
const side = 40_000

/** A picture whose header states 40,000 × 40,000 px. */
const huge: Readonly<Record<string, () => Promise<Buffer>>> = {
  jpeg: async () => {
    const file = await small.clone().jpeg().toBuffer()
    const frame = file.indexOf(Buffer.from([0xff, 0xc0]))
    file.writeUInt16BE(side, frame + 5)
    file.writeUInt16BE(side, frame + 7)
    return file
  },
  'progressive jpeg': async () => {
    const file = await small.clone().jpeg({ progressive: true }).toBuffer()
    const frame = file.indexOf(Buffer.from([0xff, 0xc2]))
    file.writeUInt16BE(side, frame + 5)
    file.writeUInt16BE(side, frame + 7)
    return file
  },
  png: async () => {
    const file = await small.clone().png().toBuffer()
    file.writeUInt32BE(side, 16)
    file.writeUInt32BE(side, 20)
    file.writeUInt32BE(crc32(file.subarray(12, 29)), 29)
    return file
  },
  // 14 bits a side.
  webp: async () => {
    const file = await small.clone().webp({ lossless: false }).toBuffer()
    const mark = file.indexOf(Buffer.from([0x9d, 0x01, 0x2a]))
    file.writeUInt16LE(16_383, mark + 3)
    file.writeUInt16LE(16_383, mark + 5)
    return file
  },
  'lossless webp': async () => {
    const file = await small.clone().webp({ lossless: true }).toBuffer()
    const mark = file.indexOf('VP8L') + 8
    file.writeUInt32LE(0xffffffff, mark + 1)
    return file
  },
  'extended webp': async () => {
    const file = await small.clone().ensureAlpha(0.5).webp().toBuffer()
    const mark = file.indexOf('VP8X') + 8
    file.fill(0xff, mark + 4, mark + 10)
    return file
  },
  tiff: async () =>
    tiff([
      [256, 4, 1, side],
      [257, 4, 1, side],
      [273, 4, 1, 8],
      [279, 4, 1, 8],
    ]),
  'tiled tiff': async () =>
    tiff([
      [256, 4, 1, 64],
      [257, 4, 1, 64],
      [322, 4, 1, side],
      [323, 4, 1, side],
      [324, 4, 1, 8],
      [325, 4, 1, 8],
    ]),
  'tiff of 60,000 channels': async () =>
    tiff([
      [256, 4, 1, 64],
      [257, 4, 1, 64],
      [273, 4, 1, 8],
      [277, 3, 1, 60_000],
      [279, 4, 1, 8],
    ]),
}

type Tag = readonly [tag: number, type: number, count: number, value: number]

/** A little-endian TIFF with just these tags. */
function tiff(tags: readonly Tag[], tail = 64): Buffer {
  const file = Buffer.alloc(8 + 2 + 12 * tags.length + 4 + tail)
  file.write('II*\0', 'latin1')
  file.writeUInt32LE(8, 4)
  file.writeUInt16LE(tags.length, 8)
  for (const [i, [tag, type, count, value]] of tags.entries()) {
    const at = 10 + 12 * i
    file.writeUInt16LE(tag, at)
    file.writeUInt16LE(type, at + 2)
    file.writeUInt32LE(count, at + 4)
    if (type === 3 && count === 1) file.writeUInt16LE(value, at + 8)
    else file.writeUInt32LE(value, at + 8)
  }
  return file
}

/** Decodes a file in a process of its own. @returns the code of the error, and what it took */
async function decoded(file: Buffer): Promise<{ code: string; ms: number; MiB: number }> {
  const source = `
    import { readFileSync } from 'node:fs'
    import { decodePicture } from ${JSON.stringify(new URL('./decode.node.ts', import.meta.url).href)}
    import { peakMemoryMiB } from ${JSON.stringify(new URL('../core/peak-memory.testing.ts', import.meta.url).href)}
    const bytes = Buffer.from(readFileSync(0, 'utf8'), 'base64')
    const began = performance.now()
    const code = await decodePicture(bytes).then(() => 'decoded', error => error.code ?? String(error))
    console.log(JSON.stringify({ code, ms: performance.now() - began, MiB: peakMemoryMiB() }))`
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const running = promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', source], {
    cwd,
    timeout: 60_000,
  })
  running.child.stdin!.end(file.toString('base64'))
  return JSON.parse((await running).stdout)
}

describe.each(Object.keys(huge))('%s', name => {
  test('is refused by its header, for files and cameras alike, before anything is made room for', async () => {
    const file = await huge[name]!()
    expect(examineContainer(file)).toMatchObject({ because: expect.stringMatching(/megapixels|tiles|channels/) })
    expect(examinePicture(file)).toMatch(/megapixels|tiles|channels/)
    const { code, ms, MiB } = await decoded(file)
    expect(code).toMatch(/^picture-(too-large|damaged)$/)
    expect(ms).toBeLessThan(mostMs)
    expect(MiB).toBeLessThan(mostMiB)
  })
})

describe('on the thread that must put lamps out', () => {
  const within = (file: Buffer) => {
    const began = performance.now()
    const found = examinePicture(file)
    expect(performance.now() - began).toBeLessThan(mostMs)
    return found
  }

  test('65,535 tags of a TIFF that share one table are read once', () => {
    const table = 200_000
    const shared = (tag: (i: number) => number) =>
      tiff(
        Array.from({ length: 65_535 }, (_, i): Tag => [tag(i), 4, table, 10 + 12 * 65_535 + 4]),
        4 * table,
      )
    expect(within(shared(() => 273))).toMatch(/tag twice/)
    expect(within(shared(i => (i * 4) & 0xfffc))).toMatch(/tag twice|camera raw/)
  })

  test('a JPEG of very many scans is refused', async () => {
    const file = await small.clone().jpeg({ progressive: true }).toBuffer()
    const scan = file.indexOf(Buffer.from([0xff, 0xda]))
    const one = file.subarray(scan, file.indexOf(Buffer.from([0xff, 0xda]), scan + 2))
    const many = [file.subarray(0, -2), ...Array.from({ length: 50_000 }, () => one), file.subarray(-2)]
    expect(within(Buffer.concat(many))).toMatch(/scans/)
  })

  test('a JPEG with two frames, and a PNG with two headers, are no picture', async () => {
    const jpeg = await small.clone().jpeg().toBuffer()
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]))
    const again = jpeg.subarray(frame, frame + 2 + jpeg.readUInt16BE(frame + 2))
    expect(within(Buffer.concat([jpeg.subarray(0, frame), again, jpeg.subarray(frame)]))).toMatch(/several frames/)
    const png = await small.clone().png().toBuffer()
    expect(within(Buffer.concat([png.subarray(0, 33), png.subarray(8)]))).toMatch(/header/)
  })
})
