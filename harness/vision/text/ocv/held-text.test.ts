import { afterAll, describe, expect, test } from 'vitest'
import { shippedFonts } from '../../../products/font.ts'
import { textMarks } from '../../../products/geometry.ts'
import { loadProfile } from '../../../products/load-profile.ts'
import type { LineReading } from '../line-reading.ts'
import { drawLine } from '../synthetic-line.testing.ts'
import { DIGITS, fieldsOf, LETTERS, templateField } from '../text-field.ts'
import { textMeasurements } from '../text-measurements.ts'
import { openTextReader } from '../text-reader.node.ts'

const serial = templateField('AA9999999', LETTERS + DIGITS, 'etched')
const passphrase = templateField('****-****', 'ABCDEFGHJKMNPQRSTUVWXYZ23456789', 'etched')
const reader = await openTextReader()
afterAll(() => reader[Symbol.asyncDispose]())

describe.each(Object.values(shippedFonts))('in %s, which no profile names', font => {
  test.each(['BX2409708', 'HK5820101', 'OI1080716'])('%s is read as it stands', async text => {
    expect((await reader.readLine(await drawLine({ text, font }), serial)).text).toBe(text)
  })

  test.each([
    ['O for 0', 'BX24O9708'],
    ['Q for 0', 'BX24Q9708'],
    ['D for 0', 'BX24D9708'],
    ['I for 1', 'BX240970I'],
    ['0 for O', '0X2409708'],
    ['1 for I', '1X2409708'],
  ])('%s is not read as what the pattern wants', async (_, text) => {
    expect(await reader.readLine(await drawLine({ text, font }), serial)).toMatchObject({
      outcome: 'unread',
      text: null,
    })
  })
})

test('a Q without its tail is no Q, although the alphabet has no O', async () => {
  const reading = await reader.readLine(await drawLine({ text: 'S2OV-8BZ7' }), passphrase)
  expect(reading).toMatchObject({ outcome: 'unread', text: null })
})

test('a maker may accept a pair of look-alikes by name', async () => {
  const crop = await drawLine({ text: 'BX24O9708' })
  expect((await reader.readLine(crop, { ...serial, acceptAlike: ['1I'] })).outcome).toBe('unread')
  expect((await reader.readLine(crop, { ...serial, acceptAlike: ['0O'] })).text).toBe('BX2409708')
  const profile = loadProfile('assay-reference')
  const accepting = { ...profile, fonts: { ...profile.fonts, acceptAlike: ['0O'] } } as typeof profile
  for (const mark of textMarks(profile)) {
    expect(fieldsOf(mark, profile, reader.openFont)[0]!.acceptAlike).toBeUndefined()
    expect(fieldsOf(mark, accepting, reader.openFont)[0]!.acceptAlike).toEqual(['0O'])
  }
})

const mark = textMarks(loadProfile('assay-reference')).find(({ name }) => name === 'serial-card')!
const measured = (reading: LineReading, name: string, light = 'dome') =>
  textMeasurements([reading], mark, light).find(one => one.name === name)!

describe.each(Object.values(shippedFonts))('strokes in %s', font => {
  const text = 'BX2489706'

  test('a whole line lacks nothing and has nothing too much', async () => {
    for (const line of [{}, { noise: 8 }, { ground: 60, ink: 170 }, { blurPx: 1.6 }, { brushed: 4 }]) {
      const reading = await reader.readLine(await drawLine({ text, font, ...line }), serial)
      expect(reading.text).toBe(text)
      expect(measured(reading, 'text-missing-stroke').value).toBeLessThan(0.8)
      expect(measured(reading, 'text-added-stroke').value).toBeLessThan(0.7)
      expect(measured(reading, 'text-faintest-character').value).toBeGreaterThan(0.8)
      expect(measured(reading, 'text-second-print').value).toBeLessThan(0.03)
    }
  })

  test.each([0, 3, 8])('character %i with a third of the ink of the others', async at => {
    const reading = await reader.readLine(await drawLine({ text, font, faint: { at, share: 0.33 } }), serial)
    const faintest = reading.text === text ? measured(reading, 'text-faintest-character').value : 0
    expect(faintest).toBeLessThan(0.45)
  })

  test.each([
    ['right and below', { x: 0.3, y: 0.2, share: 0.22 }],
    ['above', { x: 0, y: -0.4, share: 0.25 }],
    ['left', { x: -0.35, y: 0, share: 0.3 }],
  ])('printed a second time, %s of the first', async (_, second) => {
    const reading = await reader.readLine(await drawLine({ text, font, second }), serial)
    const again = reading.text === text ? measured(reading, 'text-second-print').value : 1
    expect(again).toBeGreaterThan(0.069)
  })

  test.each([
    ['middle of the B', { at: 0, from: 0.4, to: 0.62 }],
    ['left of the B', { at: 0, from: 0.12, to: 0.88, leftShare: 0.35 }],
    ['waist of the 8', { at: 4, from: 0.4, to: 0.62 }],
    ['foot of the 2', { at: 2, from: -0.1, to: 0.18 }],
  ])('without the %s', async (_, erase) => {
    const reading = await reader.readLine(await drawLine({ text, font, erase }), serial)
    // What is left may be another character, or none; read as it was, it is measured.
    const lacks = reading.text === text ? measured(reading, 'text-missing-stroke').value : Number.POSITIVE_INFINITY
    expect(lacks).toBeGreaterThan(1.16)
  })

  test.each([
    ['the 6 closed to an 8', { at: 8, left: 0.66, right: 0.82, from: 0.5, to: 0.85 }],
    ['a bar through the 7', { at: 6, left: 0.1, right: 0.9, from: 0.42, to: 0.56 }],
    ['a blot in the 0', { at: 7, left: 0.36, right: 0.64, from: 0.62, to: 0.82 }],
  ])('with %s', async (_, add) => {
    const reading = await reader.readLine(await drawLine({ text, font, add }), serial)
    const excess = reading.text === text ? measured(reading, 'text-added-stroke').value : Number.POSITIVE_INFINITY
    expect(excess).toBeGreaterThan(0.9)
  })
})

test('light from one side is no evidence against an etching, and a glare spot none against its character', async () => {
  const crop = await drawLine({ text: 'BX2489706' })
  const reading = await reader.readLine(crop, serial)
  expect(measured(reading, 'text-missing-stroke').fit).toBeUndefined()
  expect(measured(reading, 'text-missing-stroke', 'left').fit).toBe(false)
  const { left, right, top, bottom } = reading.characters[4]!.box
  const { width, height, data } = crop.raster
  const [cx, cy] = [(left + right) / 2, (top + bottom) / 2]
  const lit = data.map((level, i) => {
    const distance = Math.hypot((i % width) - cx, Math.floor(i / width) - cy) / crop.capHeightPx
    return Math.min(255, level + 200 * Math.exp(-((distance / 0.3) ** 2)))
  })
  const glaring = await reader.readLine({ ...crop, raster: { width, height, channels: 1, data: lit } }, serial)
  for (const name of ['text-missing-stroke', 'text-weakest-stroke'])
    expect([name, glaring.outcome === 'read' ? measured(glaring, name).fit : false]).toEqual([name, false])
})
