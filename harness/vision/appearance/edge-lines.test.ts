import { expect, test } from 'vitest'
import { seededRandom } from '../../../devices/virtual/seeded-random.ts'
import type { RectMm } from '../../products/profile.ts'
import { edgeLines } from './edge-lines.ts'

const PIXELS_PER_MM = 16
const ROOM_MM = 3
const sheet = { x: 0, y: 0, width: 24, height: 20 } as const
const pose = [PIXELS_PER_MM, 0, ROOM_MM * PIXELS_PER_MM, 0, PIXELS_PER_MM, ROOM_MM * PIXELS_PER_MM, 0, 0, 1] as const
const ground = { x: -ROOM_MM, y: -ROOM_MM, width: sheet.width + 2 * ROOM_MM, height: sheet.height + 2 * ROOM_MM }

interface Strip extends RectMm {
  /** What it does to red, green and blue. */
  readonly passes: readonly [number, number, number]
}

/** Paper that lies a little off its place on brushed steel, whose edge throws a thin shadow, under light that falls off. */
function picture(strips: readonly Strip[] = [], offMm = 0.2) {
  const random = seededRandom(5, 1)
  const [width, height] = [sheet.width, sheet.height].map(mm => (mm + 2 * ROOM_MM) * PIXELS_PER_MM) as [number, number]
  const data = new Uint8Array(3 * width * height)
  for (let row = 0, i = 0; row < height; row++) {
    const brush = 0.02 * random.normal()
    const y = (row + 0.5) / PIXELS_PER_MM - ROOM_MM
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5) / PIXELS_PER_MM - ROOM_MM
      const deepMm = Math.min(x - offMm, sheet.width + offMm - x, y, sheet.height - y)
      const share = Math.max(0, Math.min(1, 0.5 + deepMm / 0.15))
      const edge = 1 - 0.06 * Math.exp(-((deepMm / 0.1) ** 2))
      const light = (share * 215 + (1 - share) * 175 * (1 + brush)) * edge * (1 - 0.004 * x)
      const strip = strips.find(one => x > one.x && y > one.y && x < one.x + one.width && y < one.y + one.height)
      for (let c = 0; c < 3; c++) data[i++] = Math.round(light * (strip?.passes[c] ?? 1) + random.normal())
    }
  }
  return { width, height, channels: 3 as const, data }
}

const grey = (share: number) => [share, share, share] as const
const strongest = (raster: ReturnType<typeof picture>) =>
  edgeLines(raster, pose, { outline: sheet, cornerMm: 2, ground, explained: [] }).reduce((best, one) =>
    one.strength > best.strength ? one : best,
  )

test('a sheet whose edge blurs and throws a thin shadow has nothing along it, wherever it lies', () => {
  for (const off of [-0.3, 0, 0.3]) expect(strongest(picture([], off)).strength).toBeLessThan(0.8)
})

test.each<[string, Strip, string]>([
  ['a cut beside it', { x: 24.55, y: 3, width: 0.1, height: 14, passes: grey(0.5) }, 'a dark line'],
  ['a cut close beside it', { x: 24.25, y: 3, width: 0.1, height: 14, passes: grey(0.5) }, 'a dark line'],
  ['the outline of an older sheet', { x: 2, y: 20.7, width: 20, height: 0.15, passes: grey(0.7) }, 'a dark line'],
  ['glue below it', { x: 3, y: 20.1, width: 16, height: 0.9, passes: grey(0.78) }, 'a dark band'],
  ['a scratched band', { x: -0.9, y: 3, width: 0.8, height: 15, passes: grey(1.2) }, 'a bright band'],
  ['a slit within it', { x: 0.9, y: 2, width: 0.1, height: 15, passes: grey(0.65) }, 'a dark line'],
  ['the layer below', { x: 0.1, y: 2, width: 0.2, height: 16, passes: [0.96, 0.77, 0.2] }, 'a yellow line'],
])('%s is found', (_, strip, what) => {
  const found = strongest(picture([strip]))
  expect(found).toMatchObject({ what })
  expect(found.strength).toBeGreaterThan(1)
  const middleOf = ({ x, y, width, height }: RectMm) => [x + width / 2, y + height / 2] as const
  const [at, of] = [middleOf(found.rect), middleOf(strip)]
  expect(Math.min(Math.abs(at[0] - of[0]), Math.abs(at[1] - of[1]))).toBeLessThan(0.7)
})

test('a corner of 2 mm that is cut off is found, and a blunt one is none', () => {
  const cut = (legMm: number) => {
    const whole = picture()
    const data = Uint8Array.from(whole.data)
    for (let row = 0, i = 0; row < whole.height; row++)
      for (let column = 0; column < whole.width; column++, i += 3) {
        const [x, y] = [column, row].map(px => (px + 0.5) / PIXELS_PER_MM - ROOM_MM) as [number, number]
        const isCut = x > 0 && x - 0.2 + sheet.height - y < legMm && y < sheet.height
        if (isCut) data.fill(175 + Math.round(3 * Math.sin(5 * y)), i, i + 3)
      }
    return strongest({ ...whole, data })
  }
  expect(cut(2).what).toBe('a corner that is not there')
  expect(cut(2).strength).toBeGreaterThan(1)
  expect(cut(1).strength).toBeLessThan(1)
})

test('what stands there by right is no line', () => {
  const text = { x: 3, y: 20.5, width: 18, height: 1.2 }
  const raster = picture([{ ...text, passes: grey(0.4) }])
  const lines = edgeLines(raster, pose, { outline: sheet, cornerMm: 2, ground, explained: [text] })
  expect(Math.max(...lines.map(({ strength }) => strength))).toBeLessThan(0.8)
})
