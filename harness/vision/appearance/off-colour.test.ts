import { expect, test } from 'vitest'
import { seededRandom } from '../../../devices/virtual/seeded-random.ts'
import { offColourPlaces } from './off-colour.ts'
import type { SurfaceView } from './surface-view.ts'

const PIXELS_PER_MM = 8
const rect = { x: 0, y: 0, width: 30, height: 38 }

type Tint = (x: number, y: number) => readonly [red: number, green: number, blue: number]

/** White paper with a symbol of modules of 0.7 mm and a black square on it, in light that falls off and is warm. */
function paper(tint: Tint, channels: 1 | 3 = 3): SurfaceView {
  const random = seededRandom(4, 2)
  const [width, height] = [rect.width * PIXELS_PER_MM, rect.height * PIXELS_PER_MM]
  const data = new Uint8Array(width * height * channels)
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [(i % width) / PIXELS_PER_MM, Math.floor(i / width) / PIXELS_PER_MM]
    const isModule =
      x > 4 && x < 26 && y > 3 && y < 25 && Math.sin(7 * Math.floor(x / 0.7) + 13 * Math.floor(y / 0.7)) > 0
    const isBlack = x > 6 && x < 9 && y > 5 && y < 8
    const level = (isModule || isBlack ? 30 : 200) * (0.7 + 0.01 * x)
    const light = [1, 0.95, 0.85]
    for (let c = 0; c < channels; c++) {
      const value = level * light[c]! * tint(x, y)[c as 0] + 3 * random.normal()
      data[channels * i + c] = Math.max(0, Math.min(255, value))
    }
  }
  return {
    on: 'top-layer',
    raster: { width, height, channels, data },
    pixelsPerMm: PIXELS_PER_MM,
    valid: new Uint8Array(width * height),
    rect,
    mmToPixels: [PIXELS_PER_MM, 0, 0, 0, PIXELS_PER_MM, 0, 0, 0, 1],
    origin: [5, 8],
  }
}

test('paper in any light has one colour, with whatever print on it', () => {
  expect(
    offColourPlaces(
      paper(() => [1, 1, 1]),
      1,
    ),
  ).toEqual([])
  expect(
    offColourPlaces(
      paper(() => [1, 0.9, 0.6]),
      1,
    ),
  ).toEqual([])
})

test.each([
  [
    'a red disc over the symbol',
    (x: number, y: number) => Math.hypot(x - 15, y - 14) < 7,
    [1, 0.8, 0.8],
    'red-green',
    true,
  ],
  ['a pale yellow strip', (_: number, y: number) => y > 27 && y < 32, [1, 1, 0.82], 'blue-green', false],
  ['a green corner', (x: number, y: number) => x > 22 && y > 30, [0.8, 1, 0.9], 'red-green', false],
] as const)('tells %s, and where it is', (_, isFilm, passes, map, isBright) => {
  const [found] = offColourPlaces(
    paper((x, y) => (isFilm(x, y) ? passes : [1, 1, 1])),
    1,
  )
  expect(found).toMatchObject({ map, isBright })
  expect(found!.strength).toBeGreaterThan(1.2)
  const { x, y, width, height } = found!.rect
  expect(isFilm(x + width / 2, y + height / 2)).toBe(true)
})

test('of a grey picture nothing is said', () => {
  expect(
    offColourPlaces(
      paper(x => [x > 15 ? 0.6 : 1, 1, 1], 1),
      1,
    ),
  ).toEqual([])
})
