import type { Sharp } from 'sharp'
import { normal, type Random } from '../core/random.ts'
import { sharp } from '../imaging/sharp.node.ts'

/** A photograph as another camera, bench or program would have left it: nothing on the card is other than it was. */
type Change = (encoded: Uint8Array, random: Random) => Promise<Uint8Array>

const jpeg = async (picture: Sharp, quality: number) => await picture.jpeg({ quality }).toBuffer()

/** Each pixel by itself; `x` and `y` are 0..1 over the picture. */
async function byPixel(picture: Sharp, of: (value: number, x: number, y: number) => number): Promise<Sharp> {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels)
    const value = of(data[i]!, (pixel % width) / width, Math.floor(pixel / width) / height)
    data[i] = Math.max(0, Math.min(255, Math.round(value)))
  }
  return sharp(data, { raw: { width, height, channels } })
}

/** What must fail no good unit: turned, smaller, larger in a warmer light, noisier, upside down and paler, unevenly lit. */
export const harmlessChanges: Readonly<Record<string, Change>> = {
  turned: encoded => jpeg(sharp(encoded).rotate(7, { background: '#6a6a6a' }), 88),
  smaller: async encoded =>
    jpeg(
      sharp(encoded)
        .resize(await widthOf(encoded, 0.8))
        .linear(1.12, 0),
      82,
    ),
  larger: async encoded => {
    const picture = sharp(encoded).resize(await widthOf(encoded, 1.25))
    const { channels } = await sharp(encoded).metadata()
    return await jpeg(channels === 1 ? picture.linear(1.03, 0) : picture.linear([1.06, 1, 0.95], [0, 0, 0]), 90)
  },
  noisier: async (encoded, random) => {
    const soft = sharp(await sharp(encoded).blur(0.9).toBuffer())
    return await jpeg(await byPixel(soft, value => value + 4 * normal(random)), 85)
  },
  'upside down': async encoded =>
    jpeg(
      sharp(await sharp(encoded).rotate(183, { background: '#808080' }).toBuffer())
        .gamma(1.15)
        .linear(0.95, 6),
      86,
    ),
  'unevenly lit': async encoded =>
    jpeg(await byPixel(sharp(encoded), (value, x, y) => value * (0.78 + 0.32 * x - 0.1 * y)), 87),
}

async function widthOf(encoded: Uint8Array, times: number): Promise<number> {
  return Math.round((await sharp(encoded).metadata()).width * times)
}
