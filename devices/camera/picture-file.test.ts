import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { decodePicture } from '../../harness/imaging/decode.node.ts'
import { examinePicture } from './picture-file.ts'

const size = { width: 80, height: 70 }
const image = sharp({ create: { ...size, channels: 3, background: '#678' } })

test('a whole picture is told by its media type, size and length', async () => {
  const png = await image.clone().png().toBuffer()
  expect(examinePicture(png)).toEqual({ mime: 'image/png', size, length: png.length })
  const webp = await image.clone().webp().toBuffer()
  expect(examinePicture(webp)).toEqual({ mime: 'image/webp', size, length: webp.length })
})

test('what a camera may not deliver is what cannot be read, and the other way round', async () => {
  const png = await image.clone().png().toBuffer()
  const text = Buffer.from('tEXtComment\0a', 'latin1')
  const chunk = Buffer.alloc(text.length + 8)
  chunk.writeUInt32BE(text.length - 4)
  chunk.set(text, 4)
  chunk.writeUInt32BE(crc32(text), text.length + 4)
  const noted = Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)])
  // One bit of a comment that no pixel needs: libpng decodes it without a word.
  const flipped = Buffer.from(noted)
  flipped[33 + 14]! ^= 1
  const bigTiff = await image.clone().tiff({ bigtiff: true }).toBuffer()
  const bare = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xd9])
  for (const [bytes, why, code] of [
    [noted, null, null],
    [flipped, 'is a PNG with a damaged tEXt', 'picture-damaged'],
    [bigTiff, 'is BigTIFF, which is not read', 'picture-unsupported-format'],
    [bare, 'is a JPEG without pixels', 'picture-damaged'],
  ] as const) {
    const found = examinePicture(bytes)
    expect(typeof found === 'string' ? found : null).toBe(why)
    expect(
      await decodePicture(bytes).then(
        () => null,
        error => error.code,
      ),
    ).toBe(code)
  }
})
