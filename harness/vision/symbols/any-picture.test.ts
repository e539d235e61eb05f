import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodePicture } from '../../imaging/decode.node.ts'
import { findSymbols } from './find-symbols.ts'
import { encode, payload, placed, renderSymbol } from './synthetic-symbol.testing.ts'

describe('any picture of a symbol', () => {
  const { text } = payload(17, 1)
  const modules = encode(text, 'M')
  const drawn = renderSymbol(modules, {
    width: 300,
    height: 240,
    toPixels: placed(modules.size, 5, 20, 150, 120),
    noise: 4,
  })
  const { width, height, data } = drawn
  const grey = () => sharp(data, { raw: { width, height, channels: 1 } }).toColourspace('b-w')
  const colour = () => {
    const rgb = new Uint8Array(3 * data.length)
    // Black on yellow, as on a lower layer: the blue channel alone would show nothing.
    data.forEach((level, i) => {
      rgb.set([level, level * 0.85, 25], 3 * i)
    })
    return sharp(rgb, { raw: { width, height, channels: 3 } })
  }

  const variants: readonly (readonly [string, () => Sharp])[] = [
    ['grey PNG', () => grey().png()],
    ['16-bit grey PNG', () => grey().toColourspace('grey16').png()],
    ['16-bit colour TIFF', () => colour().toColourspace('rgb16').tiff()],
    ['CMYK JPEG', () => colour().toColourspace('cmyk').jpeg()],
    ['progressive JPEG', () => colour().jpeg({ progressive: true, quality: 70 })],
    ['palette PNG', () => colour().png({ palette: true, colours: 16 })],
    ['lossy WebP', () => colour().webp({ quality: 60 })],
    ['PNG with alpha', () => colour().ensureAlpha(1).png()],
    ...([1, 2, 3, 4, 5, 6, 7, 8] as const).map(
      orientation => [`EXIF ${orientation}`, () => colour().withMetadata({ orientation }).jpeg()] as const,
    ),
  ]
  it.each(variants)('%s gives the same bytes', async (name, image) => {
    const picture = await decodePicture(await image().toBuffer())
    const [symbol, ...others] = await findSymbols(picture)
    expect(others).toEqual([])
    expect(Buffer.from(symbol?.bytes ?? []).toString('latin1') === text).toBe(true)
    expect(symbol?.readers).toEqual(['zxing-js', 'zxing-wasm'])
    // The orientations with an even number, and 5 and 7 in place of 6 and 8, show it from behind.
    expect(symbol?.mirrored).toBe(/EXIF [2457]/.test(name))
  })

  it('of any shape and content at all is searched without a crash', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom<1 | 3>(1, 3),
        fc.infiniteStream(fc.nat(255)),
        async (wide, high, channels, levels) => {
          const noise = Uint8Array.from({ length: wide * high * channels }, () => levels.next().value)
          const symbols = await findSymbols({ width: wide, height: high, channels, data: noise })
          expect(symbols.filter(symbol => symbol.bytes !== null)).toEqual([])
        },
      ),
      { numRuns: 40 },
    )
    for (const [wide, high] of [
      [1, 1],
      [1, 3000],
      [3000, 2],
      [39, 41],
      [1501, 5],
    ] as const) {
      expect(await findSymbols({ width: wide, height: high, channels: 1, data: new Uint8Array(wide * high) })).toEqual(
        [],
      )
    }
  })
})
