import { expect, test } from 'vitest'
import { textMarks } from '../../products/geometry.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { type LineReading, noLine } from '../text/line-reading.ts'
import type { TextReader } from '../text/text-reader.ts'
import { readTextMark } from './text-marks.ts'

const profile = loadProfile('assay-reference')
const mark = textMarks(profile).find(({ name }) => name === 'address-text')!
/** Of BIP173. */
const ADDRESS = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'
const FONT = 'a 0 or O, 1 or I, that only a known font could tell (fonts in the product profile; assay text --font)'

/** A line as it was decoded, and why it is not believed. */
const line = (text: string, because: string | null): LineReading => ({
  ...noLine(because ?? 'all views agree'),
  text: because === null ? text : null,
  outcome: because === null ? 'read' : 'unread',
  doubt: because === null ? null : 'weak',
  confidence: 0.95,
  characters: [...text].map(symbol => ({
    symbol,
    probability: 0.95,
    alternatives: [],
    box: { left: 0, top: 0, right: 1, bottom: 1 },
    literal: false,
  })),
  symbolsSeen: text.length,
  inkPresent: true,
})

const decoded = (address: string, doubts: readonly (string | null)[]) => {
  const part = Math.ceil(address.length / doubts.length)
  return doubts.map((because, i) => line(address.slice(i * part, (i + 1) * part), because))
}

/** What becomes of an address whose lines were decoded so. */
async function read(lines: readonly LineReading[]) {
  const [width, height] = [profile.card.width * 10, profile.card.height * 10].map(Math.round) as [number, number]
  const raster = { width, height, channels: 1 as const, data: new Uint8Array(width * height).fill(200) }
  let next = 0
  const reader = { openFont: () => null, readLine: async () => lines[next++]! } as unknown as TextReader
  return await readTextMark(raster, profile, mark, [10, 0, 0, 0, 10, 0, 0, 0, 1], reader, undefined)
}

const wrong = ADDRESS.replace('xtdg', 'ntdg')

test('an address that is none whichever of its look-alikes stand there is no question of fonts', async () => {
  expect(await read(decoded(wrong, [FONT, null, null]))).toMatchObject({
    text: null,
    because: 'its own checksum does not fit: misread, or misprinted',
  })
})

test('what else left a line in doubt is said beside it', async () => {
  const { text, because } = await read(decoded(wrong, [null, 'the line is soft: closer, steadier or more light', null]))
  expect(text).toBeNull()
  expect(because).toBe(
    'its own checksum does not fit: misread, or misprinted (line 2 of 3: the line is soft: closer, steadier or more light)',
  )
})

test('a sound one is upheld', async () => {
  expect((await read(decoded(ADDRESS, [FONT, null, null]))).text).toBe(ADDRESS)
})

test('of one that was not decoded as a whole nothing is said but that', async () => {
  const [first, , last] = decoded(wrong, [FONT, null, null])
  const { because } = await read([first!, noLine('no text of the expected shape'), last!])
  expect(because).toBe(`line 1 of 3: ${FONT}`)
})
