import { expect, test } from 'vitest'
import { drawLine, type SyntheticLine } from '../text/synthetic-line.testing.ts'
import type { CutLine } from '../text/text-line.ts'
import { lineThrough } from './line-through.ts'

const text = 'BX2409708'
/** The limit of 3 has a margin of a quarter. */
const [PASSES, FAILS] = [2.25, 3.75]
/** A bar over the whole line: the character at `at` is in its middle. */
const bar = (from: number, to: number): NonNullable<SyntheticLine['add']> => ({ at: 4, left: -3, right: 4, from, to })
const through = async (line: Omit<SyntheticLine, 'text'>, drawn = text) =>
  lineThrough([(await drawLine({ text: drawn, ...line })) as CutLine])

test.each([
  ['letters and digits', {}, text],
  ['letters with level strokes', {}, 'EFTZ-LEFT'],
  ['brushed ground', { brushed: 6, noise: 8 }, text],
  ['a blurred line', { blurPx: 2.5 }, text],
  ['bright strokes', { ground: 90, ink: 200 }, text],
])('no character of %s is so long', async (_, line, drawn) => {
  expect(await through(line, drawn)).toBeLessThan(PASSES)
})

test.each([
  ['through its middle', bar(0.45, 0.57)],
  ['under it', bar(-0.32, -0.22)],
  ['over it', bar(1.2, 1.3)],
])('a line %s is, read or not', async (_, add) => {
  for (const angleDeg of [0, 1]) expect(await through({ add, angleDeg }), `${angleDeg}`).toBeGreaterThan(FAILS)
})

test('a shadow over half of the line is no stroke', async () => {
  const line = (await drawLine({ text })) as CutLine
  const { width, data } = line.raster
  const from = Math.round(line.baselineY - line.capHeightPx / 2) * width
  const shaded = data.map((level, i) => (i < from ? level : Math.round(0.6 * level)))
  expect(lineThrough([{ ...line, raster: { ...line.raster, data: shaded } }])).toBeLessThan(PASSES)
})

test('where nothing stands nothing goes through', async () => {
  const line = (await drawLine({ text, ink: 190, noise: 1 })) as CutLine
  expect(lineThrough([line])).toBe(0)
})
