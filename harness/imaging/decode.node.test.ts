import { crc32, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { AssayError } from '../core/assay-error.ts'
import { decodePicture, type Picture } from './decode.node.ts'
import { PictureError } from './picture-error.ts'

const WIDTH = 96
const HEIGHT = 72

/** Red top left, green top right, blue bottom left, grey bottom right: every turn and mirroring looks different. */
function quarters(): Sharp {
  const data = new Uint8Array(WIDTH * HEIGHT * 3)
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const colour =
        y < HEIGHT / 2
          ? x < WIDTH / 2
            ? [220, 30, 30]
            : [30, 200, 40]
          : x < WIDTH / 2
            ? [30, 40, 210]
            : [128, 128, 128]
      data.set(colour, (y * WIDTH + x) * 3)
    }
  }
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
}

function colourAt(picture: Picture, x: number, y: number): number[] {
  const at = (Math.floor(y * picture.height) * picture.width + Math.floor(x * picture.width)) * 3
  return [...picture.data.subarray(at, at + 3)]
}

function near(actual: number[], expected: number[], tolerance = 14): boolean {
  return actual.every((value, i) => Math.abs(value - expected[i]!) <= tolerance)
}

async function codeOf(bytes: Uint8Array, options = {}): Promise<string> {
  try {
    await decodePicture(bytes, options)
    return 'decoded'
  } catch (error) {
    if (!(error instanceof PictureError)) throw error
    return error.code
  }
}

let encoded: Record<'jpeg' | 'progressive' | 'png' | 'webp' | 'tiff', Buffer>
beforeAll(async () => {
  encoded = {
    jpeg: await quarters().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(),
    progressive: await quarters().jpeg({ quality: 95, progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
    png: await quarters().png().toBuffer(),
    webp: await quarters().webp({ lossless: true }).toBuffer(),
    tiff: await quarters().tiff({ compression: 'lzw' }).toBuffer(),
  }
})

describe('decodePicture', () => {
  it('decodes JPEG, PNG, WebP and TIFF to the same 8-bit sRGB pixels, telling the format by content', async () => {
    for (const [name, bytes] of Object.entries(encoded)) {
      const picture = await decodePicture(bytes)
      expect(picture).toMatchObject({ width: WIDTH, height: HEIGHT, channels: 3, orientation: 1 })
      expect(picture.format).toBe(name === 'progressive' ? 'jpeg' : name)
      expect(picture.data.length).toBe(WIDTH * HEIGHT * 3)
      expect(near(colourAt(picture, 0.25, 0.25), [220, 30, 30]), name).toBe(true)
      expect(near(colourAt(picture, 0.75, 0.25), [30, 200, 40]), name).toBe(true)
      expect(near(colourAt(picture, 0.25, 0.75), [30, 40, 210]), name).toBe(true)
    }
  })

  // Where the stored red quarter is shown, by EXIF orientation (CIPA DC-008, tag 274).
  const redAt = { 1: [0, 0], 2: [1, 0], 3: [1, 1], 4: [0, 1], 5: [0, 0], 6: [1, 0], 7: [1, 1], 8: [0, 1] } as const
  const greenAt = { 1: [1, 0], 2: [0, 0], 3: [0, 1], 4: [1, 1], 5: [0, 1], 6: [1, 1], 7: [1, 0], 8: [0, 0] } as const
  it.each([1, 2, 3, 4, 5, 6, 7, 8] as const)('shows EXIF orientation %i upright', async orientation => {
    const bytes = await quarters().withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer()
    const picture = await decodePicture(bytes)
    const turned = orientation > 4
    expect([picture.width, picture.height]).toEqual(turned ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT])
    expect(picture.orientation).toBe(orientation)
    const [rx, ry] = redAt[orientation]
    const [gx, gy] = greenAt[orientation]
    expect(near(colourAt(picture, 0.25 + rx / 2, 0.25 + ry / 2), [220, 30, 30], 30)).toBe(true)
    expect(near(colourAt(picture, 0.25 + gx / 2, 0.25 + gy / 2), [30, 200, 40], 30)).toBe(true)
  })

  it('converts CMYK, grey, 16-bit, palette and 1-bit pictures to the same three channels', async () => {
    const grey = quarters().greyscale()
    const variants: Record<string, Buffer> = {
      cmyk: await quarters().toColourspace('cmyk').jpeg({ quality: 98 }).toBuffer(),
      cmykTiff: await quarters().toColourspace('cmyk').tiff().toBuffer(),
      rgb16: await quarters().toColourspace('rgb16').png().toBuffer(),
      rgb16Tiff: await quarters().toColourspace('rgb16').tiff().toBuffer(),
      palette: await quarters().png({ palette: true, colours: 8 }).toBuffer(),
    }
    for (const [name, bytes] of Object.entries(variants)) {
      const picture = await decodePicture(bytes)
      expect([name, picture.channels, picture.data.length]).toEqual([name, 3, WIDTH * HEIGHT * 3])
      const [r, g, b] = colourAt(picture, 0.25, 0.25)
      expect(r! > g! + 80 && r! > b! + 80, name).toBe(true)
      expect(near(colourAt(picture, 0.75, 0.75), [128, 128, 128], 24), name).toBe(true)
    }
    for (const bytes of [
      await grey.clone().toColourspace('b-w').png().toBuffer(),
      await grey.clone().toColourspace('grey16').png().toBuffer(),
      await grey.clone().jpeg().toBuffer(),
    ]) {
      const picture = await decodePicture(bytes)
      expect(picture.channels).toBe(3)
      expect(near(colourAt(picture, 0.75, 0.75), [128, 128, 128], 6)).toBe(true)
    }
  })

  it('shows wide-gamut and Lab pictures in the colours that they mean', async () => {
    const variants = {
      p3: await quarters().withIccProfile('p3').png().toBuffer(),
      p3Jpeg: await quarters().withIccProfile('p3').jpeg({ quality: 98, chromaSubsampling: '4:4:4' }).toBuffer(),
      lab: await quarters().toColourspace('lab').tiff().toBuffer(),
    }
    for (const [name, bytes] of Object.entries(variants)) {
      const picture = await decodePicture(bytes)
      expect(near(colourAt(picture, 0.25, 0.25), [220, 30, 30], 12), name).toBe(true)
      expect(near(colourAt(picture, 0.75, 0.25), [30, 200, 40], 12), name).toBe(true)
    }
  })

  it('shows a picture as it is stored when its EXIF says what no camera can mean', async () => {
    const stored = await quarters().withMetadata({ orientation: 8 }).jpeg({ quality: 95 }).toBuffer()
    // Tag 0x0112, a short, one of it: little-endian, as sharp writes it.
    const tag = stored.indexOf(Buffer.from([0x12, 0x01, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00]))
    expect(tag).toBeGreaterThan(0)
    const lies = [0, 9, 99, 0xffff].map(value => {
      const lie = Buffer.from(stored)
      lie.writeUInt16LE(value, tag + 8)
      return lie
    })
    const garbled = Buffer.from(stored)
    garbled.fill(0xff, garbled.indexOf('Exif') + 6, garbled.indexOf('Exif') + 40)
    for (const bytes of [...lies, garbled]) {
      const picture = await decodePicture(bytes)
      expect([picture.width, picture.height, picture.orientation]).toEqual([WIDTH, HEIGHT, 1])
      expect(near(colourAt(picture, 0.25, 0.25), [220, 30, 30], 30)).toBe(true)
    }
  })

  it('lays transparency on white', async () => {
    const bytes = await sharp({
      create: { width: 80, height: 80, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer()
    const picture = await decodePicture(bytes)
    expect(picture.hadAlpha).toBe(true)
    expect(picture.data.every(level => level === 255)).toBe(true)
  })

  it('refuses a file cut anywhere, to its last byte', async () => {
    for (const [name, bytes] of Object.entries(encoded)) {
      const cuts = [...Array(40).keys()].map(i => Math.floor((bytes.length * i) / 40))
      cuts.push(bytes.length - 1, bytes.length - 2, bytes.length - 3, bytes.length - 10, 5, 13, 20)
      for (const length of cuts) {
        const code = await codeOf(bytes.subarray(0, length))
        if (length === 0) expect(code).toBe('picture-empty')
        else if (length < 12)
          expect([name, length, code]).toEqual([name, length, expect.stringMatching(/not-a-picture|truncated/)])
        else expect([name, length, code]).toEqual([name, length, 'picture-truncated'])
      }
    }
  })

  it('names what it does not read', async () => {
    const text = (content: string) => new TextEncoder().encode(content.padEnd(200, ' '))
    expect(await codeOf(new Uint8Array(0))).toBe('picture-empty')
    expect(await codeOf(text('just some notes'))).toBe('picture-not-a-picture')
    for (const [content, word] of [
      ['<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"/>', 'SVG'],
      ['<?xml version="1.0"?><svg/>', 'SVG'],
      ['GIF89a', 'GIF'],
      ['%PDF-1.7', 'PDF'],
      ['\0\0\0\x18ftypheic', 'HEIC'],
      ['\0\0\0\x18ftypavif', 'AVIF'],
    ] as const) {
      await expect(decodePicture(text(content), { name: 'a.jpg' })).rejects.toThrow(new RegExp(`^a\\.jpg is ${word}`))
      expect(await codeOf(text(content))).toBe('picture-unsupported-format')
    }
  })

  it('refuses animations and several pages', async () => {
    const frame = { create: { width: 80, height: 80, channels: 3 as const, background: 'red' } }
    const frames = sharp(
      [frame, { create: { ...frame.create, background: 'blue' } }] as never,
      { join: { animated: true } } as never,
    )
    expect(
      await codeOf(
        await frames
          .clone()
          .webp({ delay: [100, 100] })
          .toBuffer(),
      ),
    ).toBe('picture-several-frames')
    expect(await codeOf(await frames.clone().tiff().toBuffer())).toBe('picture-several-frames')
    const animation = Buffer.concat([
      encoded.png.subarray(0, 33),
      chunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])),
      encoded.png.subarray(33),
    ])
    expect(await codeOf(animation)).toBe('picture-several-frames')
  })

  it('refuses 1×1 and gigantic pictures by their header alone', async () => {
    const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    expect(await codeOf(dot)).toBe('picture-too-small')
    const thin = await sharp({ create: { width: 4000, height: 63, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    expect(await codeOf(thin)).toBe('picture-too-small')

    // 200 megapixels promised in 60 bytes; the limit must hold before a pixel is unpacked.
    const header = Buffer.alloc(13)
    header.writeUInt32BE(20_000, 0)
    header.writeUInt32BE(10_000, 4)
    header.set([8, 2, 0, 0, 0], 8)
    const bomb = Buffer.concat([
      encoded.png.subarray(0, 8),
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(Buffer.alloc(1000))),
      chunk('IEND', Buffer.alloc(0)),
    ])
    await expect(decodePicture(bomb)).rejects.toThrow('20000 × 10000 px (200 megapixels)')
    // Within the limit the same file is decoded, and found to lack its pixels: so it was the header that decided above.
    expect(await codeOf(bomb, { maxPixels: 200_000_000 })).toMatch(/^picture-(truncated|damaged)$/)
    expect(await codeOf(encoded.png, { maxPixels: WIDTH * HEIGHT - 1 })).toBe('picture-too-large')
    expect(await codeOf(encoded.png, { maxPixels: WIDTH * HEIGHT })).toBe('decoded')
  })

  it('refuses a header that promises more pixels than any picture has', async () => {
    const lie = Buffer.from(encoded.png)
    lie.writeUInt32BE(0x7fffffff, 16)
    lie.writeUInt32BE(0x7fffffff, 20)
    expect(await codeOf(lie)).toMatch(/^picture-(too-large|damaged)$/)
  })

  it('stops when told to', async () => {
    const reason = new Error('enough')
    await expect(decodePicture(encoded.jpeg, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const controller = new AbortController()
    const decoding = decodePicture(encoded.jpeg, { signal: controller.signal })
    controller.abort(reason)
    await expect(decoding).rejects.toBe(reason)
  })

  it('gives a picture or a PictureError for any bytes whatever', { timeout: 30_000 }, async () => {
    const outcomes = new Set<string>()
    const settle = async (bytes: Uint8Array) => {
      try {
        const picture = await decodePicture(bytes, { maxPixels: 1_000_000 })
        outcomes.add('decoded')
        expect(picture.data.length).toBe(picture.width * picture.height * 3)
      } catch (error) {
        expect(error).toBeInstanceOf(PictureError)
        expect(error).toBeInstanceOf(AssayError)
        outcomes.add((error as PictureError).code)
        expect((error as PictureError).message).toMatch(/^the picture [^\n]+$/)
      }
    }
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), settle), { numRuns: 100 })
    const mutated = fc
      .tuple(
        fc.constantFrom(...(['jpeg', 'progressive', 'png', 'webp', 'tiff'] as const)),
        fc.array(fc.tuple(fc.integer({ min: 8, max: 1_000_000 }), fc.nat(255)), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.nat(1000),
      )
      .map(([format, changes, keep]) => {
        const bytes = Uint8Array.from(encoded[format])
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        return keep < 200 ? bytes.subarray(0, Math.floor((bytes.length * keep) / 200)) : bytes
      })
    await fc.assert(fc.asyncProperty(mutated, settle), { numRuns: 400 })
    expect([...outcomes]).toEqual(
      expect.arrayContaining(['decoded', 'picture-truncated', 'picture-damaged', 'picture-not-a-picture']),
    )
  })
})

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length, 0)
  head.write(type, 4, 'latin1')
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(data, crc32(head.subarray(4))))
  return Buffer.concat([head, data, check])
}

describe('what is not whole is not judged', () => {
  /** As a camera gives it: no two samples alike. */
  const taken = (width = 640, height = 480) => {
    const random = (i: number) => ((Math.imul(i ^ (i >>> 15), 0x2c1b3c6d) >>> 16) & 15) - 8
    const data = new Uint8Array(width * height * 3)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const tone = 110 + 60 * Math.sin(x / 9 + Math.sin(x / 70) * 5) + 30 * Math.cos(y / 23)
        for (let c = 0; c < 3; c++) data[(y * width + x) * 3 + c] = tone + random((y * width + x) * 3 + c)
      }
    }
    return { width, height, channels: 3 as const, data }
  }
  const picture = taken()
  const encode = ({ width, height, data }: typeof picture) => sharp(data, { raw: { width, height, channels: 3 } })
  const changed = (change: (data: Uint8Array, stride: number) => void) => {
    const data = Uint8Array.from(picture.data)
    change(data, picture.width * 3)
    return encode({ ...picture, data })
  }

  it('takes a good picture in every format, coded in whole and in steps, in restarts and at every sampling', async () => {
    const good = encode(picture)
    for (const bytes of [
      await good.clone().jpeg({ quality: 90 }).toBuffer(),
      await good.clone().jpeg({ quality: 60, chromaSubsampling: '4:4:4', optimiseCoding: false }).toBuffer(),
      await good.clone().jpeg({ progressive: true }).toBuffer(),
      await good
        .clone()
        .resize(333, 201)
        .jpeg({ progressive: true, quality: 95, chromaSubsampling: '4:4:4' })
        .toBuffer(),
      await good.clone().greyscale().jpeg({ progressive: true, quality: 30 }).toBuffer(),
      await good.clone().greyscale().jpeg().toBuffer(),
      await good.clone().resize(333, 201).jpeg().toBuffer(),
      await good.clone().webp().toBuffer(),
      await good.clone().webp({ lossless: true }).toBuffer(),
      await good.clone().png().toBuffer(),
      await good.clone().tiff({ compression: 'none' }).toBuffer(),
      await good.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    ])
      expect(await codeOf(bytes)).toBe('decoded')
  })

  it.each([
    ['zeros over 512 bytes', (bytes: Buffer, at: number) => bytes.fill(0, at, at + 512)],
    [
      '512 bytes that are gone',
      (bytes: Buffer, at: number) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 512)]),
    ],
    [
      'an end mark where it was cut',
      (bytes: Buffer, at: number) => Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff, 0xd9])]),
    ],
  ])('refuses a JPEG with %s, wherever it is', async (_, damage) => {
    const good = await encode(picture).jpeg({ quality: 90 }).toBuffer()
    for (let i = 1; i < 40; i++) {
      const at = 700 + Math.floor(((good.length - 1500) * i) / 40)
      expect(['picture-damaged', 'picture-truncated'], `at ${at}`).toContain(
        await codeOf(damage(Buffer.from(good), at)),
      )
    }
  })

  it.each(['jpeg', 'progressive jpeg', 'png'] as const)(
    'refuses a %s that was damaged at any of 200 places',
    { timeout: 60_000 },
    async format => {
      const small = encode(taken(320, 256))
      const progressive = format === 'progressive jpeg'
      const good = await (format === 'png' ? small.png() : small.jpeg({ quality: 90, progressive })).toBuffer()
      const damages = [
        (at: number) => Buffer.from(good).fill(0, at, at + 256),
        (at: number) => Buffer.concat([good.subarray(0, at), good.subarray(at + 256)]),
        (at: number) => Buffer.concat([good.subarray(0, at), ...(format === 'png' ? [] : [Buffer.from([0xff, 0xd9])])]),
      ]
      const accepted: number[] = []
      for (let i = 0; i < 200; i++) {
        const at = 700 + Math.floor(((good.length - 1200) * i) / 200)
        if ((await codeOf(damages[i % 3]!(at))) === 'decoded') accepted.push(at)
      }
      expect(accepted).toEqual([])
    },
  )

  it('refuses a JPEG in which a flipped bit changed more than a few blocks', { timeout: 60_000 }, async () => {
    const plain = encode(taken(320, 256))
    for (const bytes of [
      await plain.clone().jpeg({ quality: 92 }).toBuffer(),
      await plain.clone().jpeg({ quality: 75 }).toBuffer(),
    ]) {
      const good = (await decodePicture(bytes)).data
      for (let i = 0; i < 100; i++) {
        const flipped = Buffer.from(bytes)
        flipped[700 + Math.floor(((bytes.length - 1200) * i) / 100)]! ^= 1 << (i % 8)
        const seen = await decodePicture(flipped).catch(() => null)
        const changed = seen?.data.filter((level, k) => Math.abs(level - good[k]!) > 24).length ?? 0
        expect(changed / good.length, `at ${i}`).toBeLessThan(0.02)
      }
    }
  })

  it('refuses a WebP with a hole, which its decoder would paint over', async () => {
    for (const options of [{ quality: 85 }, { lossless: true }]) {
      const good = await encode(picture).webp(options).toBuffer()
      expect(await codeOf(Buffer.from(good).fill(0, good.length >> 1, (good.length >> 1) + 512))).toBe(
        'picture-damaged',
      )
    }
  })

  it.each([
    [
      'a band that was sent twice',
      (data: Uint8Array, stride: number) => data.copyWithin(240 * stride, 200 * stride, 240 * stride),
    ],
    [
      'half of a row overwritten',
      (data: Uint8Array, stride: number) => data.fill(0, 200 * stride + 600, 200 * stride + 1112),
    ],
    [
      'the lower part shifted',
      (data: Uint8Array, stride: number) => {
        for (let y = 220; y < 480; y++) {
          const row = data.slice(y * stride, (y + 1) * stride)
          data.set(row.subarray(90), y * stride)
          data.set(row.subarray(0, 90), (y + 1) * stride - 90)
        }
      },
    ],
  ])('refuses a picture with %s, that decodes cleanly, however the camera was held', async (_, change) => {
    const torn = changed(change)
    expect(await codeOf(await torn.clone().png().toBuffer())).toBe('picture-damaged')
    expect(await codeOf(await torn.clone().withMetadata({ orientation: 6 }).png().toBuffer())).toBe('picture-damaged')
  })

  it('takes what decoders warn of for nothing: parameters of a scan and versions that no pixel depends on', async () => {
    const bytes = await encode(picture).jpeg().toBuffer()
    const scan = bytes.indexOf(Buffer.from([0xff, 0xda]))
    const length = bytes.readUInt16BE(scan + 2)
    bytes.fill(0, scan + 2 + length - 3, scan + 2 + length)
    const version = bytes.indexOf('JFIF') + 5
    if (version > 5) bytes[version] = 9
    expect(await codeOf(bytes)).toBe('decoded')
  })

  it('refuses camera raw by name: its first picture is a preview', async () => {
    const tiff = await encode(picture).tiff({ compression: 'none' }).toBuffer()
    const directory = tiff.readUInt32LE(4)
    // Any entry becomes the DNG version.
    tiff.writeUInt16LE(50706, directory + 2 + 12 * (tiff.readUInt16LE(directory) - 1))
    await expect(decodePicture(tiff)).rejects.toThrow(/camera raw/)
  })
})
