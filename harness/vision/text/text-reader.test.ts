import { afterAll, expect, test } from 'vitest'
import { shippedFonts } from '../../products/font.ts'
import { lineOfPicture } from './line-of-picture.ts'
import { drawLine } from './synthetic-line.testing.ts'
import { DIGITS, freeField, LETTERS, templateField } from './text-field.ts'
import { openTextReader } from './text-reader.node.ts'

const serial = templateField('AA9999999', LETTERS + DIGITS, 'etched')
const passphrase = templateField('****-****', 'ABCDEFGHJKMNPQRSTUVWXYZ23456789', 'etched')
const reader = await openTextReader()
afterAll(() => reader[Symbol.asyncDispose]())

test.for([
  { text: 'BX2409708', font: shippedFonts.etching },
  { text: 'AO4505651', font: shippedFonts.print },
  { text: 'AT1990894', font: shippedFonts.etching, ink: 140, noise: 8 },
  { text: 'QZ0011877', font: shippedFonts.print, capHeightPx: 22, blurPx: 1.2 },
  { text: 'WM3164072', ground: 60, ink: 170 },
  { text: 'HK5820369', offsetPx: { x: 4, y: -5 } },
])('reads $text as it stands, surely', async line => {
  const reading = await reader.readLine(await drawLine(line), serial)
  expect(reading).toMatchObject({ text: line.text, outcome: 'read', inkPresent: true })
  expect(reading.confidence).toBeGreaterThan(0.9)
  expect(reading.readers).toEqual(['pp-ocr', 'etch-net'])
  expect(reading.characters).toHaveLength(9)
  const lefts = reading.characters.map(({ box }) => box.left)
  expect(lefts).toEqual([...lefts].sort((a, b) => a - b))
})

test('finds the line in a picture of which nothing is known', async () => {
  const { raster } = await drawLine({ text: 'KD7302915', capHeightPx: 46 })
  expect((await reader.readLine(lineOfPicture(raster), serial)).text).toBe('KD7302915')
})

test('a look-alike in place of the right character is read as it stands', async () => {
  for (const text of ['S2UV-8BZ7', 'S2VV-BBZ7', '52UV-882Z'])
    expect((await reader.readLine(await drawLine({ text }), passphrase)).text).toBe(text)
})

test('too few or too many characters, or characters of the wrong kind, are not forced into the shape', async () => {
  for (const text of ['BX240970', 'BX24097083', 'BX24B97K8', '247409708', 'BX2409'])
    expect(await reader.readLine(await drawLine({ text }), serial)).toMatchObject({ outcome: 'unread', text: null })
})

test('a blank, grained or striped surface has no text on it', async () => {
  for (const noise of [0, 4, 15]) {
    const reading = await reader.readLine(await drawLine({ text: ' ', noise }), serial)
    expect(reading).toMatchObject({ outcome: 'unread', text: null, symbolsSeen: 0, because: 'no text' })
  }
  const { raster, ...place } = await drawLine({ text: ' ' })
  const striped = raster.data.map((level, i) => level + 40 * Math.sin(Math.floor(i / raster.width) / 3))
  const reading = await reader.readLine({ ...place, raster: { ...raster, data: striped } }, serial)
  expect(reading).toMatchObject({ outcome: 'unread', symbolsSeen: 0 })
})

test('a few letters that look out from under a cover are seen, although they are no passphrase', async () => {
  const reading = await reader.readLine(await drawLine({ text: 'K7' }), passphrase)
  expect(reading).toMatchObject({ outcome: 'unread', text: null, inkPresent: true })
  expect(reading.symbolsSeen).toBeGreaterThanOrEqual(2)
})

test('a character whose lower half is missing is found, and a whole one is not suspected', async () => {
  const whole = await reader.readLine(await drawLine({ text: 'BX0057735' }), serial)
  expect(whole.legibility!.weakestStroke).toBeGreaterThan(0.5)
  expect(whole.because).not.toMatch(/missing/)
  const broken = await reader.readLine(
    await drawLine({ text: 'BX0057735', erase: { at: 4, from: 0, to: 0.5 } }),
    serial,
  )
  expect(broken.legibility).toMatchObject({ weakestAt: 4 })
  expect(broken.legibility!.weakestStroke).toBeLessThan(0.15)
  expect(broken.because).toMatch(/strokes of character 5 are partly missing/)
})

test('a reading is the same for the same crop, and says nothing of the text in its reason', async () => {
  const crop = await drawLine({ text: 'W7KD-P3QX', ink: 150, noise: 14 })
  const first = await reader.readLine(crop, passphrase)
  expect(await reader.readLine(crop, passphrase)).toEqual(first)
  expect(first.because).not.toMatch(/W7KD|P3QX/)
})

test('mixed look-alikes without a shape to tell them apart keep their doubt in the lattice', async () => {
  const field = freeField(`${LETTERS}${DIGITS}${LETTERS.toLowerCase()}`, 6, 6, 'printed')
  const reading = await reader.readLine(await drawLine({ text: 'O0oIl1', font: shippedFonts.print }), field)
  expect(reading.lattice!.positions).toHaveLength(6)
  for (const { candidates } of reading.lattice!.positions) {
    const total = candidates.reduce((sum, { logProbability }) => sum + Math.exp(logProbability), 0)
    expect(total).toBeLessThanOrEqual(1.0001)
    const order = candidates.map(({ logProbability }) => logProbability)
    expect(order).toEqual([...order].sort((a, b) => b - a))
  }
})

test('an aborted reading stops with the reason', async () => {
  const reason = new Error('the deadline has passed')
  const crop = await drawLine({ text: 'BX2409708' })
  await expect(reader.readLine(crop, serial, AbortSignal.abort(reason))).rejects.toBe(reason)
})

test('WebAssembly reads what the native engine reads', async () => {
  await using wasm = await openTextReader({ engine: 'wasm' })
  const crop = await drawLine({ text: 'BX2409708' })
  const [a, b] = [await wasm.readLine(crop, serial), await reader.readLine(crop, serial)]
  expect(a.text).toBe(b.text)
  expect(a.confidence).toBeCloseTo(b.confidence, 3)
})

test('the height of capitals is measured in mm', async () => {
  for (const capHeightPx of [24, 34, 46]) {
    const line = await drawLine({ text: 'HK5820369', capHeightPx })
    const { legibility } = await reader.readLine(line, serial)
    const truth = capHeightPx / line.pixelsPerMm
    expect(Math.abs(legibility!.heightMm - truth), `${capHeightPx} px`).toBeLessThan(0.05 * truth)
    for (const { heightMm } of legibility!.characters) expect(Math.abs(heightMm - truth)).toBeLessThan(0.12 * truth)
  }
})

test('a J that lost its left side is told from one that is narrow', async () => {
  const weakest = async (line: Parameters<typeof drawLine>[0]) =>
    (await reader.readLine(await drawLine(line), serial)).legibility!.weakestStroke
  for (const font of [shippedFonts.etching, shippedFonts.print]) {
    expect(await weakest({ text: 'JZ4112518', font })).toBeGreaterThan(0.3)
    expect(
      await weakest({ text: 'JZ4112518', font, erase: { at: 0, from: -0.1, to: 1.1, leftShare: 0.55 } }),
    ).toBeLessThan(0.16)
  }
})
