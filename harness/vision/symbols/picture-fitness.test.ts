import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { GreyRaster } from '../../imaging/grey.ts'
import { pictureFitness, speaksOfPrint } from './picture-fitness.ts'
import { encode, payload, renderPlain } from './synthetic-symbol.testing.ts'

const symbol = encode(payload(5, 0).text, 'M')
const patch = () => renderPlain(symbol, 8)

async function blurred(grey: GreyRaster, sigmaPx: number): Promise<GreyRaster> {
  const { width, height } = grey
  const data = await sharp(grey.data, { raw: { width, height, channels: 1 } })
    .blur(sigmaPx)
    .toColourspace('b-w')
    .raw()
    .toBuffer()
  return { ...grey, data: new Uint8Array(data) }
}

describe('a picture of a symbol', () => {
  it('speaks of the print when it is sharp and within the camera’s range', () => {
    const fitness = pictureFitness(patch(), symbol)
    expect(fitness).toEqual({ clipped: 0, sharpness: 1, glare: 1, evenness: 1 })
    expect(speaksOfPrint(fitness)).toBe(true)
  })

  it('does not when it is blurred, and the less so the more', async () => {
    const sharpness: number[] = []
    for (const modules of [0.2, 0.5, 0.6]) {
      const fitness = pictureFitness(await blurred(patch(), 8 * modules), symbol)
      sharpness.push(fitness.sharpness)
      expect(speaksOfPrint(fitness)).toBe(modules === 0.2)
    }
    expect(sharpness).toEqual(sharpness.toSorted((a, b) => b - a))
  })

  it('does not under glare, while a void of ink alone is a matter of the print', () => {
    const painted = (level: number) => {
      const grey = patch()
      for (let y = 100; y < 180; y++) grey.data.fill(level, y * grey.width + 100, y * grey.width + 180)
      return pictureFitness(grey, symbol)
    }
    expect(speaksOfPrint(painted(255))).toBe(false)
    expect(speaksOfPrint(painted(235))).toBe(true)
  })

  it('does not when one side lies in shadow', () => {
    const grey = patch()
    for (const [i, level] of grey.data.entries()) {
      const x = (i % grey.width) / grey.width
      grey.data[i] = level * (x < 0.4 ? 1 : x > 0.6 ? 0.5 : 1 - 2.5 * (x - 0.4))
    }
    const fitness = pictureFitness(grey, symbol)
    expect(fitness.evenness).toBeCloseTo(0.5 ** 2.2, 2)
    expect(speaksOfPrint(fitness)).toBe(false)
  })

  it('does not when a lamp shines in the quiet zone, from where it moves the threshold of all modules', () => {
    const grey = patch()
    for (const [i, level] of grey.data.entries()) grey.data[i] = level * 0.5
    expect(speaksOfPrint(pictureFitness(grey, symbol))).toBe(true)
    for (let y = 140; y < 156; y++) grey.data.fill(240, y * grey.width + 22, y * grey.width + 32)
    expect(speaksOfPrint(pictureFitness(grey, symbol))).toBe(false)
  })
})
