import { afterAll, describe, expect, test } from 'vitest'
import { scaling } from '../imaging/homography.ts'
import { shippedFonts } from '../products/font.ts'
import { drawLine } from '../vision/text/synthetic-line.testing.ts'
import { type Doubt, measureLine } from './measure-line.ts'
import { openTeachTools } from './open-tools.ts'

const tools = await openTeachTools()
afterAll(() => tools[Symbol.asyncDispose]())

/** What readers hold against `told`, where `etched` stands. */
async function doubts(etched: string, told: string, font: string): Promise<readonly Doubt[]> {
  const { raster, pixelsPerMm, capHeightPx, baselineY } = await drawLine({ text: etched, font, seed: 3 })
  const [x, cap] = [1.2, capHeightPx / pixelsPerMm]
  const rect = { x, y: baselineY / pixelsPerMm - cap, width: raster.width / pixelsPerMm - 2 * x, height: cap }
  const measured = await measureLine(raster, scaling(pixelsPerMm), rect, told, tools.readers)
  return measured!.doubts.filter(({ nats }) => nats > 0)
}

describe.each(Object.values(shippedFonts))('in %s', font => {
  test('nothing is held against what was told rightly: no O for a 0 that readers only guess', async () => {
    for (const text of ['8CD6-H6OP', 'S4KD-0MO6', 'IFNG-D2SO', '1I7T-B0OD'])
      expect(await doubts(text, text, font)).toEqual([])
  })

  test('another symbol than was told is seen', async () => {
    for (const [etched, told] of [
      ['AB7D-EFGH', 'ABTD-EFGH'],
      ['K4PX-99SU', 'K4RX-99SU'],
    ] as const) {
      const at = [...told].findIndex((symbol, i) => symbol !== etched[i])
      expect(await doubts(etched, told, font)).toEqual([{ place: at, rival: etched[at], nats: expect.any(Number) }])
    }
  })
})
