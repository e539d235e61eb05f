import sharp from 'sharp'
import { expect, test } from 'vitest'
import { coarsePicture } from './live-picture.node.ts'

/** Squares of this size, black and white in turn, inside of a grey frame. @returns PNG, 1280 px wide: 20 px a shown column */
async function squares(sizePx: number): Promise<Uint8Array> {
  const [width, height] = [1280, 800]
  const data = new Uint8Array(width * height).fill(128)
  for (let y = 200; y < 600; y++) {
    for (let x = 240; x < 1040; x++)
      data[y * width + x] = (Math.floor(x / sizePx) + Math.floor(y / sizePx)) % 2 ? 255 : 0
  }
  return await sharp(data, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer()
}

/** Spread of grey in the middle of what is shown, 0…1. */
async function contrast(picture: Uint8Array): Promise<number> {
  const { info, data } = await sharp(await coarsePicture(picture))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const middle: number[] = []
  for (let y = Math.round(height * 0.35); y < height * 0.65; y++) {
    for (let x = Math.round(width * 0.35); x < width * 0.65; x++) middle.push(data[y * width + x]!)
  }
  return (Math.max(...middle) - Math.min(...middle)) / 255
}

// A card of 85.6 mm that fills the picture has 15 px a millimetre: modules from 0.4 mm on, strokes of 0.3 mm, characters of 2 to 4 mm.
test.each([5, 7, 9, 11])('nothing on a card can be read: squares of %s px are grey', async sizePx => {
  expect(await contrast(await squares(sizePx))).toBeLessThan(0.12)
})

test('where a card lies can be seen', async () => {
  expect(await contrast(await squares(200))).toBeGreaterThan(0.8)
})

test('a picture of any width is as coarse', async () => {
  const large = await sharp(await squares(7))
    .resize(3840, null, { kernel: 'nearest' })
    .png()
    .toBuffer()
  expect(await contrast(large)).toBeLessThan(0.12)
})
