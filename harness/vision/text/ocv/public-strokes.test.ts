import { afterAll, describe, expect, test } from 'vitest'
import { shippedFonts } from '../../../products/font.ts'
import { textMarks } from '../../../products/geometry.ts'
import { loadProfile } from '../../../products/load-profile.ts'
import type { LineReading } from '../line-reading.ts'
import { drawLine, type SyntheticLine } from '../synthetic-line.testing.ts'
import { fieldsOf } from '../text-field.ts'
import { textMeasurements } from '../text-measurements.ts'
import { openTextReader } from '../text-reader.node.ts'

const profile = loadProfile('assay-reference')
const reader = await openTextReader()
afterAll(() => reader[Symbol.asyncDispose]())

const markOf = (name: string) => textMarks(profile).find(mark => mark.name === name)!
const read = async (name: string, line: SyntheticLine) =>
  await reader.readLine(await drawLine(line), fieldsOf(markOf(name), profile, reader.openFont)[0]!)
const measured = (readings: readonly LineReading[], name: string, what: string) =>
  textMeasurements(readings, markOf(name), 'dome').find(one => one.name === what)
/** A damaged text that is read as it was says so; any other reading is found by who compares it. */
const scoreOf = (reading: LineReading, text: string, name: string, what: string) =>
  reading.characters.map(({ symbol }) => symbol).join('') === text && reading.outcome === 'read'
    ? measured([reading], name, what)!.value
    : Number.POSITIVE_INFINITY

describe('a line of an address, which its checksum proves and says nothing of its print', () => {
  const text = '1HREFhkEqFqe'
  const font = shippedFonts.print
  const clean = { ground: 235, ink: 60, font }

  test.each([{}, { noise: 6 }, { angleDeg: 0.3 }, { blurPx: 1.4 }])('whole: %o', async line => {
    const reading = await read('address-text', { ...clean, text, ...line })
    expect(reading.text).toBe(text)
    expect(measured([reading], 'address-text', 'checked-missing-stroke')!.value).toBeLessThan(0.68)
    expect(measured([reading], 'address-text', 'checked-added-stroke')!.value).toBeLessThan(0.68)
  })

  test.each([
    ['foot of the E', { at: 3, from: -0.1, to: 0.18 }],
    ['leg of the R', { at: 2, from: -0.1, to: 0.4 }],
    ['bar of the H', { at: 1, from: 0.42, to: 0.6 }],
    ['tail of the q', { at: 8, from: -0.4, to: -0.02 }],
  ])('without the %s', async (_, erase) => {
    const reading = await read('address-text', { ...clean, text, erase })
    expect(scoreOf(reading, text, 'address-text', 'checked-missing-stroke')).toBeGreaterThan(0.85)
  })

  test('without the dot of the j', async () => {
    const dotted = 'jYEdo5hczC'
    const reading = await read('address-text', { ...clean, text: dotted, erase: { at: 0, from: 0.8, to: 1.2 } })
    expect(scoreOf(reading, dotted, 'address-text', 'checked-missing-stroke')).toBeGreaterThan(0.85)
  })

  test('with a bar through the F', async () => {
    const add = { at: 9, left: 0.62, right: 0.78, from: 0, to: 0.4 }
    const reading = await read('address-text', { ...clean, text, add })
    expect(scoreOf(reading, text, 'address-text', 'checked-added-stroke')).toBeGreaterThan(0.85)
  })

  test('a text that was upheld by its checksum is measured too, and one that was not read is not', async () => {
    const reading = await read('address-text', { ...clean, text })
    const weak: LineReading = { ...reading, outcome: 'unread', text: null, doubt: 'weak' }
    expect(measured([weak], 'address-text', 'checked-missing-stroke')).toBeUndefined()
    expect(measured([{ ...weak, outcome: 'read', text }], 'address-text', 'checked-missing-stroke')).toBeDefined()
  })

  test('where no face could be tried nobody has seen it to be whole', async () => {
    const reading = await read('address-text', { ...clean, text })
    for (const what of ['checked-missing-stroke', 'checked-added-stroke'])
      expect(measured([{ ...reading, strokes: null }], 'address-text', what)).toMatchObject({
        value: Number.POSITIVE_INFINITY,
        fit: false,
      })
  })
})

describe.each(Object.values(shippedFonts))('fixed words in %s', font => {
  const [text, said] = ['ASSAY REFERENCE', 'ASSAYREFERENCE']
  const etched = { ground: 150, ink: 90, noise: 3, font }

  test.each([{}, { brushed: 2 }, { angleDeg: 0.35 }, { angleDeg: -0.35 }])('whole: %o', async line => {
    const reading = await read('words', { ...etched, text, ...line })
    expect(reading.characters.map(({ symbol }) => symbol).join('')).toBe(said)
    expect(reading.strokes!.faceFit).toBeGreaterThan(0.88)
    expect(measured([reading], 'words', 'words-missing-stroke')!.value).toBeLessThan(0.75)
    expect(measured([reading], 'words', 'words-added-stroke')!.value).toBeLessThan(0.665)
  })

  test.each([
    ['bar of an A', { at: 3, from: 0.12, to: 0.42 }],
    ['middle bar of the first E', { at: 7, from: 0.42, to: 0.62, leftShare: 1 }],
  ])('without the %s', async (_, erase) => {
    const reading = await read('words', { ...etched, text, erase })
    expect(scoreOf(reading, said, 'words', 'words-missing-stroke')).toBeGreaterThan(1)
  })

  test('with a bar through the C', async () => {
    const add = { at: 13, left: 0.42, right: 0.58, from: 0.1, to: 0.9 }
    const reading = await read('words', { ...etched, text, add })
    expect(scoreOf(reading, said, 'words', 'words-added-stroke')).toBeGreaterThan(0.95)
  })
})

test('words that the readers are not sure of are measured all the same: a best guess is enough for who knows them', async () => {
  const reading = await read('words', { text: 'ASSAY REFERENCE', ground: 150, ink: 90 })
  const unsure: LineReading = { ...reading, outcome: 'unread', text: null, doubt: 'weak' }
  expect(measured([unsure], 'words', 'words-missing-stroke')).toBeDefined()
})

test('the blanks of fixed words stand where the profile has them, on each of their lines', () => {
  const mark = markOf('words')
  if (mark.content !== 'words') throw new Error('not words')
  const blanksOf = (words: string, lines = mark.lines) =>
    fieldsOf({ ...mark, words, lines }, profile, reader.openFont).map(field => field.blanksOfWords)
  expect(blanksOf('ASSAY REFERENCE')).toEqual([[5]])
  expect(blanksOf('ONE')).toEqual([[]])
  expect(blanksOf('A BC  DEF')).toEqual([[1, 3]])
  expect(blanksOf('AB CD EF', [mark.lines[0]!, mark.lines[0]!])).toEqual([[2], [1]])
})
