import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scaling } from '../imaging/homography.ts'
import { shippedFonts } from '../products/font.ts'
import { parseGlyphs } from '../products/learned-glyphs.ts'
import { capitalFaces } from '../vision/text/ocv/common-faces.node.ts'
import { drawLine } from '../vision/text/synthetic-line.testing.ts'
import { DIGITS, LETTERS, templateField } from '../vision/text/text-field.ts'
import { openTextReader } from '../vision/text/text-reader.node.ts'
import { type Faces, learnFaces } from './learn-faces.ts'
import type { PhotographSeen } from './learned-marks.ts'
import { measureLine } from './measure-line.ts'
import { openTeachTools } from './open-tools.ts'

const reader = await openTextReader()
const tools = await openTeachTools()
afterAll(async () => {
  await reader[Symbol.asyncDispose]()
  await tools[Symbol.asyncDispose]()
})

/** Lines of units in a face that nobody names, as the teacher measures them. */
async function taught(texts: readonly string[]): Promise<Faces> {
  const seen: PhotographSeen[] = []
  for (const [i, text] of texts.entries()) {
    const crop = await drawLine({ text, font: shippedFonts.print, seed: i + 1 })
    const { raster, pixelsPerMm, capHeightPx, baselineY } = crop
    const [x, cap] = [1.2, capHeightPx / pixelsPerMm]
    const rect = { x, y: baselineY / pixelsPerMm - cap, width: raster.width / pixelsPerMm - 2 * x, height: cap }
    const measured = await measureLine(raster, scaling(pixelsPerMm), rect, text, tools.readers)
    if (measured === null) throw new Error(`line ${i} was not measured`)
    seen.push({
      name: `${i}`,
      unit: `U${i}`,
      state: 'opened',
      light: 'dome',
      symbols: [],
      lines: [{ content: 'passphrase', words: null, on: 'card', from: 0, to: text.length, measured }],
      stickerEdges: null,
    })
  }
  return learnFaces(seen, capitalFaces())
}

const field = (faces: Faces) => ({
  ...templateField('****-****', LETTERS + DIGITS, 'etched'),
  font: {
    outlines: parseGlyphs(new TextEncoder().encode(JSON.stringify(faces.etching)), 'taught.glyphs.json'),
    letterSpacingInCaps: 0,
  },
})

describe('glyphs of ten lines that show no O and no I', () => {
  let faces: Faces
  beforeAll(async () => {
    faces = await taught([
      'AB0C-D1EF',
      '2GH3-J4K5',
      'L6M7-N8P9',
      'QR0S-T1UV',
      'WX2Y-Z3AB',
      'CD4E-F5GH',
      'JK6L-M7NP',
      '8Q9R-STUV',
      '0W1X-YZ23',
      '4567-89AC',
    ])
  })

  test('stand as they were drawn', async () => {
    const { outlines } = field(faces).font
    const [zero] = outlines.setLine('0', { x: 0, y: 0 }, 'left', 1)
    expect(zero!.advance).toBeCloseTo(0.9, 0)
    expect(zero!.ink!.top).toBeCloseTo(-1, 1)
    expect(zero!.ink!.bottom).toBeCloseTo(0, 1)
    // A ring has an outer and an inner line, whatever else stands in it.
    expect(zero!.outline.filter(({ type }) => type === 'M').length).toBeGreaterThanOrEqual(2)
  })

  test('say what was never seen, and fill it in', () => {
    expect(faces.unknown.join(' ')).toMatch(/Etched: No .*I.*O.* in 10 units/)
    const filled = faces.etching!.glyphs.filter(({ prints }) => prints === 0).map(({ symbol }) => symbol)
    expect(filled).toEqual(['I', 'O'])
    expect(faces.etching!.filledFrom).not.toBeNull()
    expect(faces.etching!.undecided).toContainEqual(['O', '0'])
    expect(faces.etching!.confusable).toContainEqual(['O', '0'])
  })

  test.each(['ABCD-EFGH', '2345-6789'])('read %s, in which nothing could be another', async text => {
    expect(
      await reader.readLine(await drawLine({ text, font: shippedFonts.print, seed: 90 }), field(faces)),
    ).toMatchObject({ text })
  })

  test.each(['AB0C-23EF', 'ABOC-23EF', 'AB1C-23EF', 'ABIC-23EF'])('never decide %s', async text => {
    const reading = await reader.readLine(await drawLine({ text, font: shippedFonts.print, seed: 91 }), field(faces))
    expect(reading).toMatchObject({ outcome: 'unread', text: null })
  })
})

test('a symbol seen once decides no look-alike, one seen three times does', async () => {
  const lines = [
    'AB0C-D1EF',
    '2GH3-J4K5',
    'L6M7-N8P9',
    'QR0S-T1UV',
    'WX2Y-Z3AB',
    'CD4E-F5GH',
    'JK6L-M7NP',
    '8Q9R-STUV',
    '0W1X-YZ23',
  ]
  const once = await taught([...lines, 'OABC-DEFG'])
  const often = await taught([...lines, 'OABC-DOEF', 'GOHJ-DQQK', 'DOQD-0O0Q'])
  const line = await drawLine({ text: 'AB0C-23EF', font: shippedFonts.print, seed: 92 })
  expect(await reader.readLine(line, field(once))).toMatchObject({ outcome: 'unread' })
  expect(await reader.readLine(line, field(often))).toMatchObject({ text: 'AB0C-23EF' })
})
