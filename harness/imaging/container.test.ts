import { crc32 as crc32OfZlib } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Container, type ContainerFault, examineContainer } from './container.ts'
import { crc32 } from './crc32.ts'

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
  files['tiled TIFF'] = await image.clone().tiff({ compression: 'lzw', tile: true }).toBuffer()
})

const names = [
  'baseline JPEG',
  'progressive JPEG',
  'JPEG with a thumbnail',
  'PNG',
  'WebP',
  'TIFF',
  'tiled TIFF',
] as const
const faultOf = (found: Container | ContainerFault) => ('fault' in found ? found.fault : null)

describe.each(names)('%s', name => {
  test('is known with its size, padding or not', () => {
    const file = files[name]!
    const isTiff = name.includes('TIFF')
    expect(examineContainer(file)).toMatchObject({
      lengthBytes: file.length,
      size,
    })
    const padded = Buffer.concat([file, Buffer.alloc(9)])
    expect(examineContainer(padded)).toMatchObject({ lengthBytes: isTiff ? padded.length : file.length })
  })

  test('is no whole picture at any shorter length, and is said to be cut short wherever its kind can be told', () => {
    const file = files[name]!
    for (let length = 0; length < file.length; length++) {
      const fault = faultOf(examineContainer(file.subarray(0, length)))
      expect(fault).toBe(length === 0 ? 'empty' : length < 12 ? fault : 'cut-short')
      expect(fault).not.toBeNull()
    }
  })
})

describe('what two parsers once saw differently', () => {
  test('a BigTIFF is not read: nobody here walks its directory', () => {
    for (const mark of ['II+\0\x08\0\0\0', 'MM\0+\0\x08\0\0']) {
      const bytes = Buffer.concat([Buffer.from(mark, 'latin1'), Buffer.alloc(200)])
      expect(examineContainer(bytes)).toEqual({ fault: 'foreign', because: 'is BigTIFF, which is not read' })
    }
  })

  test('a PNG with one bit changed is damaged, wherever it is', () => {
    const png = files['PNG']!
    fc.assert(
      fc.property(fc.integer({ min: 8, max: png.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const changed = Buffer.from(png)
        changed[at]! ^= 1 << bit
        expect(faultOf(examineContainer(changed))).toMatch(/^(damaged|cut-short)$/)
      }),
    )
  })

  test('a JPEG without pixels is none, whatever segments it has', () => {
    const jpeg = files['baseline JPEG']!
    const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]))
    const end = Buffer.from([0xff, 0xd9])
    for (const length of [2, scan]) {
      const bare = Buffer.concat([jpeg.subarray(0, length), end])
      expect(examineContainer(bare)).toEqual({ fault: 'damaged', because: 'is a JPEG without pixels' })
    }
  })
})

test('several frames are told by the container, where it says so', async () => {
  const frame = { create: { width: 40, height: 40, channels: 3 as const, background: 'red' } }
  const frames = sharp(
    [frame, { create: { ...frame.create, background: 'blue' } }] as never,
    { join: { animated: true } } as never,
  )
  for (const bytes of [
    await frames
      .clone()
      .webp({ delay: [100, 100] })
      .toBuffer(),
    await frames.clone().tiff().toBuffer(),
  ]) {
    expect(faultOf(examineContainer(bytes))).toBe('several-frames')
  }
})

test('markers where none may stand, and TIFFs that hide their pixels, are damaged', () => {
  const jpeg = files['baseline JPEG']!
  const second = 4 + jpeg.readUInt16BE(4)
  const spoilt = (...bytes: number[]) =>
    Buffer.concat([jpeg.subarray(0, second), Buffer.from(bytes), jpeg.subarray(second)])
  // ITU-T T.81, B.1.1.2: any number of fill bytes may precede a marker.
  expect(faultOf(examineContainer(spoilt(0xff, 0xff)))).toBeNull()
  expect(faultOf(examineContainer(spoilt(0x00)))).toBe('damaged')
  expect(faultOf(examineContainer(spoilt(0xff, 0xd8)))).toBe('damaged')
  expect(faultOf(examineContainer(spoilt(0xff, 0xe0, 0, 1)))).toBe('damaged')
  const tiff = Buffer.from(files['TIFF']!)
  const directory = tiff.readUInt32LE(4)
  for (let at = directory + 2; at < directory + 2 + 12 * tiff.readUInt16LE(directory); at += 12) {
    // StripByteCounts under another name.
    if (tiff.readUInt16LE(at) === 279) tiff.writeUInt16LE(65000, at)
  }
  expect(faultOf(examineContainer(tiff))).toBe('damaged')
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
      const found = examineContainer(bytes)
      if ('fault' in found) expect(found.because).toMatch(/^(is|holds) [^\p{Cc}]{4,80}$/u)
      else expect(found.lengthBytes).toBeLessThanOrEqual(bytes.length)
    }),
    { numRuns: 2000 },
  )
  expect(faultOf(examineContainer(Buffer.from('<html>')))).toBe('unknown')
})

test('the check sum is the one that zlib has', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(70), fc.nat(70), (bytes, a, b) => {
      const [from, to] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)]
      expect(crc32(bytes, from, to)).toBe(crc32OfZlib(bytes.subarray(from, to)))
    }),
  )
})
