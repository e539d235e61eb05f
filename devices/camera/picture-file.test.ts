import fc from 'fast-check'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { examinePicture } from './picture-file.ts'

const size = { width: 37, height: 21 }
const files: Record<string, Buffer> = {}

beforeAll(async () => {
  const noise = { type: 'gaussian', mean: 120, sigma: 40 } as const
  const image = sharp({ create: { ...size, channels: 3, background: '#000', noise } })
  const thumbnail = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#777' } })
    .jpeg()
    .toBuffer()
  files['baseline JPEG'] = await image.clone().jpeg().toBuffer()
  files['progressive JPEG'] = await image.clone().jpeg({ progressive: true }).toBuffer()
  // As cameras do: a whole small JPEG in a segment at the front.
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 0]), thumbnail])
  segment.writeUInt16BE(segment.length - 2, 2)
  files['JPEG with a thumbnail'] = Buffer.concat([
    files['baseline JPEG'].subarray(0, 2),
    segment,
    files['baseline JPEG'].subarray(2),
  ])
  files['PNG'] = await image.clone().png().toBuffer()
  files['WebP'] = await image.clone().webp().toBuffer()
  files['TIFF'] = await image.clone().tiff({ compression: 'none' }).toBuffer()
})

const names = ['baseline JPEG', 'progressive JPEG', 'JPEG with a thumbnail', 'PNG', 'WebP', 'TIFF'] as const

describe.each(names)('%s', name => {
  test('is known with its size, padding or not', () => {
    const file = files[name]!
    const found = examinePicture(file)
    expect(found).toMatchObject({ length: file.length })
    if (name !== 'WebP') expect(found).toMatchObject({ size })
    if (name !== 'TIFF')
      expect(examinePicture(Buffer.concat([file, Buffer.alloc(9)]))).toMatchObject({ length: file.length })
  })

  test('is no whole picture at any shorter length', () => {
    const file = files[name]!
    // The last bytes of a TIFF may be of a tag that no picture needs.
    const longest = name === 'TIFF' ? size.width * size.height * 3 : file.length
    for (let length = 0; length < longest; length++)
      expect(examinePicture(file.subarray(0, length))).toBeTypeOf('string')
  })
})

test('a PNG with one bit changed is damaged, wherever it is', () => {
  const png = files['PNG']!
  fc.assert(
    fc.property(fc.integer({ min: 8, max: png.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      const changed = Buffer.from(png)
      changed[at]! ^= 1 << bit
      expect(examinePicture(changed)).toBeTypeOf('string')
    }),
  )
})

test('anything else is no picture, and nothing makes it throw', () => {
  const begins = names.map(name => fc.constant(name).map(each => files[each]!))
  const broken = fc
    .tuple(fc.oneof(...begins), fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: 6 }), fc.nat(4000))
    .map(([file, changes, length]) => {
      const bytes = Buffer.from(file.subarray(0, length))
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
      return bytes
    })
  fc.assert(
    fc.property(fc.oneof(broken, fc.uint8Array({ maxLength: 300 })), bytes => {
      const found = examinePicture(bytes)
      if (typeof found !== 'string') expect(found.length).toBeLessThanOrEqual(bytes.length)
    }),
    { numRuns: 2000 },
  )
  expect(examinePicture(Buffer.from('<html>'))).toMatch(/no JPEG/)
})
