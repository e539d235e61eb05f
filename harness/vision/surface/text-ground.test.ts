import { expect, test } from 'vitest'
import { type Homography, scaling } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { lineBoxes } from '../../products/geometry.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { RectMm, TextMark } from '../../products/profile.ts'
import type { TextSeen } from '../read/text-marks.ts'
import { textGround } from './text-ground.ts'

const profile = loadProfile('assay-reference')
const PIXELS_PER_MM = 12
type Colour = readonly [red: number, green: number, blue: number]
const yellow: Colour = [230, 200, 60]

const markOf = (name: string) => profile.marks.find(mark => mark.name === name) as TextMark

/** A text of nine characters in the middle of its line. */
function seenAt(mark: TextMark): { readonly seen: TextSeen; readonly text: RectMm } {
  const [{ rect, capHeightMm }] = lineBoxes(mark) as [ReturnType<typeof lineBoxes>[0]]
  const text = { x: rect.x + rect.width / 2 - 6, y: rect.y, width: 12, height: capHeightMm }
  const box = { left: 0, top: 0, right: text.width * 10, bottom: text.height * 10 }
  const line = { crop: { rect: text, pixelsPerMm: 10 }, reading: { characters: [{ box }] } }
  return { seen: { lines: [line], text: 'AB1234567' } as unknown as TextSeen, text }
}

/** A surface of one colour, brushed or not, lit from one side, with a label. */
function surface(
  colour: Colour,
  { grain = 0, falls = 0, label }: { grain?: number; falls?: number; label?: RectMm & { colour: Colour } },
): Raster {
  const [width, height] = [90 * PIXELS_PER_MM, 56 * PIXELS_PER_MM]
  const data = new Uint8Array(3 * width * height)
  let seed = 1
  const noise = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
    return (seed >>> 16) / 65536 - 0.5
  }
  for (let y = 0; y < height; y++) {
    let streak = 0
    for (let x = 0; x < width; x++) {
      if (x % 40 === 0) streak = grain * noise()
      const [xMm, yMm] = [x / PIXELS_PER_MM, y / PIXELS_PER_MM]
      const isLabel =
        label !== undefined &&
        xMm > label.x &&
        yMm > label.y &&
        xMm < label.x + label.width &&
        yMm < label.y + label.height
      const light = 1 - (falls * x) / width
      for (const c of [0, 1, 2] as const)
        data[3 * (y * width + x) + c] = (isLabel ? label.colour[c] : colour[c] + streak) * light + 3 * noise()
    }
  }
  return { width, height, channels: 3, data }
}

const pose: Homography = scaling(PIXELS_PER_MM)
const valuesOf = (raster: Raster, mark: TextMark) =>
  Object.fromEntries(
    textGround(raster, profile, mark, seenAt(mark).seen, pose).map(({ name, value }) => [name, value]),
  ) as Record<string, number>
const around = ({ x, y, width, height }: RectMm, by: number) => ({
  x: x - by,
  y: y - by,
  width: width + 2 * by,
  height: height + 2 * by,
})

test('a text on its own layer has the ground of the layer, evenly lit or not', () => {
  const mark = markOf('serial-bottom')
  for (const falls of [0, 0.4]) {
    const values = valuesOf(surface(yellow, { falls }), mark)
    expect(values['ground-tone']).toBeLessThan(0.1)
    expect(values['ground-colour']).toBeLessThan(0.03)
  }
})

test.each([0.6, 1.2, 2])('a label that reaches %d mm beyond a text is another ground', by => {
  const mark = markOf('serial-bottom')
  const { text } = seenAt(mark)
  const white = valuesOf(surface(yellow, { label: { ...around(text, by), colour: [230, 230, 235] } }), mark)
  expect(white['ground-colour']).toBeGreaterThan(0.115)
  const dark = valuesOf(surface(yellow, { label: { ...around(text, by), colour: [115, 100, 30] } }), mark)
  expect(dark['ground-tone']).toBeGreaterThan(0.375)
})

test('a text that was not read says nothing of its ground, and a grey picture nothing of colours', () => {
  const mark = markOf('serial-bottom')
  const { seen } = seenAt(mark)
  const raster = surface(yellow, {})
  expect(textGround(raster, profile, mark, { ...seen, text: null }, pose)).toEqual([])
  const grey: Raster = { ...raster, channels: 1, data: raster.data.filter((_, i) => i % 3 === 0) }
  expect(textGround(grey, profile, mark, seen, pose).map(({ name }) => name)).toEqual(['ground-tone'])
})
