import { expect, test } from 'vitest'
import { scaling } from '../../imaging/homography.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { lostCorners } from './lost-corners.ts'

const PIXELS_PER_MM = 8
const ROOM_MM = 4
const card = { width: 40, height: 30, thickness: 1, cornerRadius: 3.2, finish: 'brushed-steel' } as const
const profile = { card } as ProductProfile
const pose = [PIXELS_PER_MM, 0, ROOM_MM * PIXELS_PER_MM, 0, PIXELS_PER_MM, ROOM_MM * PIXELS_PER_MM, 0, 0, 1] as const

interface Shown {
  readonly channels?: 1 | 3
  readonly cornerRadius?: number
  /** Of the bottom right corner, along both sides. */
  readonly cutMm?: number
  readonly card?: number
  readonly ground?: number
}

/** A card with brushing of a few levels and a darker bevel of 0.3 mm on a plain ground. */
function picture({ channels = 3, cornerRadius = card.cornerRadius, cutMm = 0, ground = 60, ...shown }: Shown) {
  const [width, height] = [card.width, card.height].map(mm => (mm + 2 * ROOM_MM) * PIXELS_PER_MM) as [number, number]
  const data = new Uint8Array(width * height * channels)
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [x, y] = [column, row].map(px => (px + 0.5) / PIXELS_PER_MM - ROOM_MM) as [number, number]
      const [u, v] = [Math.abs(x - card.width / 2) - card.width / 2, Math.abs(y - card.height / 2) - card.height / 2]
      const [p, q] = [u + cornerRadius, v + cornerRadius]
      const outside = p > 0 && q > 0 ? Math.hypot(p, q) - cornerRadius : Math.max(u, v)
      const isCut = card.width - x + (card.height - y) < cutMm
      const own = (shown.card ?? 150) + ((row * 37) % 9) - (outside > -0.3 ? 20 : 0)
      data.fill(
        outside < 0 && !isCut ? own : ground,
        (row * width + column) * channels,
        (row * width + column + 1) * channels,
      )
    }
  return { width, height, channels, data }
}

const strengths = (shown: Shown) =>
  lostCorners(
    picture(shown),
    { ...profile, card: { ...card, cornerRadius: shown.cornerRadius ?? card.cornerRadius } },
    pose,
  )

test.each([3.2, 0])('corners that are whole, of a radius of %f mm, look like the card', cornerRadius => {
  for (const channels of [1, 3] as const) {
    const found = strengths({ channels, cornerRadius })
    expect(found).toHaveLength(4)
    for (const { strength } of found) expect(strength).toBeLessThan(0.5)
  }
})

test.each([3, 4, 4.8])('a corner of which %f mm of both sides are cut off is found, and it alone', cutMm => {
  for (const channels of [1, 3] as const) {
    const lost = strengths({ channels, cutMm }).filter(({ strength }) => strength >= 1)
    expect(lost.map(({ rect: { x, y } }) => [x, y])).toEqual([[card.width - 3, card.height - 3]])
  }
})

test('a card that cannot be told from what it lies on, or is too bright, says nothing of its corners', () => {
  expect(strengths({ cutMm: 4, ground: 140 })).toEqual([])
  expect(strengths({ cutMm: 4, card: 246 })).toEqual([])
})

test('a corner beyond the picture says nothing', () => {
  expect(lostCorners(picture({}), profile, scaling(PIXELS_PER_MM)).length).toBeLessThan(4)
})
