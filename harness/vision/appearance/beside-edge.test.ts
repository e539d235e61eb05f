import { expect, test } from 'vitest'
import { seededRandom } from '../../../devices/virtual/seeded-random.ts'
import { besideEdge, type Edge, edgeLimits } from './beside-edge.ts'

const PIXELS_PER_MM = 8
const ROOM_MM = 4
const sheet = { x: 0, y: 0, width: 30, height: 20 } as const
const pose = [PIXELS_PER_MM, 0, ROOM_MM * PIXELS_PER_MM, 0, PIXELS_PER_MM, ROOM_MM * PIXELS_PER_MM, 0, 0, 1] as const
const edge: Edge = {
  outline: sheet,
  cornerMm: 1.6,
  fromMm: -1.3,
  toMm: 0.9,
  explained: [],
  most: edgeLimits.sticker,
}

interface Spot {
  readonly x: number
  readonly y: number
  readonly sizeMm: number
  /** What it does to the light. */
  readonly factor: number
}

/** Paper on brushed steel, with a shadow along its lower and right sides, under light that falls off from left to right. */
function picture(spots: readonly Spot[] = [], channels: 1 | 3 = 3) {
  const random = seededRandom(7, 3)
  const [width, height] = [sheet.width, sheet.height].map(mm => (mm + 2 * ROOM_MM) * PIXELS_PER_MM) as [number, number]
  const data = new Uint8Array(width * height * channels)
  for (let row = 0; row < height; row++) {
    let brush = 0
    for (let column = 0; column < width; column++) {
      brush = 0.97 * brush + 0.012 * random.normal()
      const [x, y] = [column, row].map(px => (px + 0.5) / PIXELS_PER_MM - ROOM_MM) as [number, number]
      const isPaper = x > 0 && y > 0 && x < sheet.width && y < sheet.height
      const isShadow = !isPaper && x > 0 && y > 0 && x < sheet.width + 0.5 && y < sheet.height + 0.5
      const own = isPaper ? 200 : 120 * (1 + brush) * (isShadow ? 0.6 : 1)
      const touched = spots.filter(one => Math.hypot(x - one.x, y - one.y) < one.sizeMm / 2)
      const level = touched.reduce((light, { factor }) => light * factor, own * (1 - 0.006 * x)) + 1.5 * random.normal()
      data.fill(level, (row * width + column) * channels, (row * width + column + 1) * channels)
    }
  }
  return { width, height, channels, data }
}

const found = (spots: readonly Spot[], of = edge, channels?: 1 | 3) =>
  besideEdge(picture(spots, channels), pose, of).filter(({ strength }) => strength >= 1)

test('an edge that light and shadow follow evenly shows nothing', () => {
  for (const channels of [1, 3] as const) expect(found([], edge, channels)).toEqual([])
})

test.each([
  ['above', 12, -0.7],
  ['below', 12, sheet.height + 0.8],
  ['to the left', -0.7, 9],
  ['to the right', sheet.width + 0.8, 9],
  ['just inside', 12, 0.5],
])('a dark dot %s is found at its place, and nothing else', (_, x, y) => {
  for (const channels of [1, 3] as const) {
    const [place, ...others] = found([{ x, y, sizeMm: 0.5, factor: 0.4 }], edge, channels)
    expect(others).toEqual([])
    expect(place!.isBright).toBe(false)
    expect(Math.hypot(place!.rect.x + 0.5 - x, place!.rect.y + 0.5 - y)).toBeLessThan(0.4)
  }
})

test('a nick shows what lies below', () => {
  const [place] = found([{ x: 20, y: 0, sizeMm: 1.6, factor: 0.55 }])
  expect(place!.rect.x + 0.5).toBeCloseTo(20, 0)
})

test('three faint spots of one side are more than dust', () => {
  const faint = (x: number) => ({ x, y: -0.7, sizeMm: 0.5, factor: 0.82 })
  const sensitive = { ...edge, most: { ...edge.most, third: 5 } }
  expect(found([faint(8)], sensitive)).toEqual([])
  expect(found([faint(8), faint(13), faint(18)], sensitive)).toHaveLength(1)
})

test('what stands there by right is left out', () => {
  const dot = { x: 12, y: 0.5, sizeMm: 0.5, factor: 0.4 }
  expect(found([dot], { ...edge, explained: [{ x: 11, y: -0.5, width: 2, height: 2 }] })).toEqual([])
})

test('a bright spot counts only where nothing else makes one', () => {
  const bright = [{ x: 12, y: -0.7, sizeMm: 0.6, factor: 1.9 }]
  expect(found(bright)).toHaveLength(1)
  expect(found(bright, { ...edge, most: { ...edge.most, bright: null } })).toEqual([])
})
