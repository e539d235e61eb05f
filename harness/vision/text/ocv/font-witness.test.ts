import { afterAll, expect, test } from 'vitest'
import { openFont } from '../../../products/font.node.ts'
import { shippedFonts } from '../../../products/font.ts'
import { drawLine } from '../synthetic-line.testing.ts'
import { DIGITS, LETTERS, templateField } from '../text-field.ts'
import { openTextReader } from '../text-reader.node.ts'

const reader = await openTextReader()
afterAll(() => reader[Symbol.asyncDispose]())

/** As on Ballet's cards: all letters and digits may occur, 0 and O, 1 and I among them. */
const field = templateField('****-****-****', LETTERS + DIGITS, 'etched')
const inFace = (file: string) => ({ ...field, font: { outlines: openFont(file), letterSpacingInCaps: 0 } })

test.for([shippedFonts.etching, shippedFonts.print])(
  '%s: 0 is told from O and 1 from I where the font is known',
  async font => {
    for (const [seed, text] of ['0O1I-O00O-I1I1', 'K0VO-1TI7-Q0OD', 'II11-00OO-X1IX'].entries()) {
      const reading = await reader.readLine(await drawLine({ text, font, seed }), inFace(font))
      expect(reading.text, reading.because).toBe(text)
      expect(reading.readers).toContain('ocv')
      expect(reading.because).toMatch(/^3 readers/)
    }
  },
)

test('without the font they are a guess, and no guess is accepted', async () => {
  for (const font of [shippedFonts.etching, shippedFonts.print])
    for (const text of ['0O1I-O00O-I1I1', 'II11-00OO-X1IX']) {
      const reading = await reader.readLine(await drawLine({ text, font }), field)
      if (reading.outcome === 'read') expect(reading.text).toBe(text)
      expect(reading.readers).not.toContain('ocv')
    }
})

test('a card that is etched in another font than the product names is not read, and the reason says so', async () => {
  const crop = await drawLine({ text: 'Q7GM-W4RK-X36Y', font: shippedFonts.print })
  const reading = await reader.readLine(crop, inFace(shippedFonts.etching))
  expect(reading.outcome).toBe('unread')
  expect(reading.because).toMatch(/font/)
  expect(reading.because).not.toMatch(/Q7GM|W4RK|X36Y/)
})
