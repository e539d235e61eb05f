import { expect, test } from 'vitest'
import type { ProductProfile } from '../../products/profile.ts'
import { inTheWay } from './in-the-way.ts'

const PIXELS_PER_MM = 8
const ROOM_MM = 6
const card = { width: 60, height: 40, thickness: 1, cornerRadius: 3, finish: 'brushed-steel' } as const
const profile = { card } as Pick<ProductProfile, 'card'>
const pose = [PIXELS_PER_MM, 0, ROOM_MM * PIXELS_PER_MM, 0, PIXELS_PER_MM, ROOM_MM * PIXELS_PER_MM, 0, 0, 1] as const

type Rgb = readonly [number, number, number]
const steel: Rgb = [150, 152, 155]
const grounds: readonly Rgb[] = [
  [20, 20, 22],
  [120, 86, 52],
  [225, 226, 228],
]
const skins: readonly Rgb[] = [
  [205, 150, 125],
  [120, 75, 50],
  [60, 120, 190],
]

/** A card on a ground; `over` is painted on both, where it gives a colour, and the light is multiplied by `light`. */
function picture(
  ground: Rgb,
  over: (x: number, y: number) => Rgb | null = () => null,
  light: (x: number, y: number) => number = () => 1,
  channels: 1 | 3 = 3,
) {
  const [width, height] = [card.width, card.height].map(mm => (mm + 2 * ROOM_MM) * PIXELS_PER_MM) as [number, number]
  const data = new Uint8Array(width * height * channels)
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [x, y] = [column, row].map(px => (px + 0.5) / PIXELS_PER_MM - ROOM_MM) as [number, number]
      const isCard = x > 0 && y > 0 && x < card.width && y < card.height
      const grain = (row * 37 + column * 11) % 7
      const rgb = over(x, y) ?? (isCard ? steel : ground)
      for (let channel = 0; channel < channels; channel++)
        data[(row * width + column) * channels + channel] = Math.min(255, rgb[channel]! * light(x, y) + grain)
    }
  return { width, height, channels, data }
}

const look = (...shown: Parameters<typeof picture>) => inTheWay(picture(...shown), profile, pose)
const finger = (skin: Rgb, widthMm: number) => (x: number, y: number) =>
  x > 20 && x < 20 + widthMm && y > card.height - 9 ? skin : null
/** Dark from `atX` on, within `softMm`. */
const shadow = (atX: number, softMm: number, dark: number) => (x: number) =>
  dark + (1 - dark) * Math.min(1, Math.max(0, (atX - x) / softMm + 0.5))

test.each(grounds)('a card that lies alone has nothing over its edges, on a ground of %i, %i, %i', (...ground) => {
  for (const channels of [1, 3] as const) expect(look(ground, undefined, undefined, channels)).toEqual([])
})

test('a finger, or a glove, that reaches over the edge is told with its place', () => {
  for (const ground of grounds)
    for (const skin of skins) {
      const [found] = look(ground, finger(skin, 12))
      expect(found?.what).toBe('a hand, or something else that reaches over the edge')
      expect(found?.strength).toBeGreaterThan(2)
      const { x, y, width } = found!.rect
      for (const [seen, is] of [
        [x, 20],
        [x + width, 32],
        [y, card.height],
      ] as const)
        expect(Math.abs(seen - is)).toBeLessThanOrEqual(1.5)
    }
})

test('what lies on the card alone, or beside it alone, reaches over nothing', () => {
  const label = (x: number, y: number) => (x > 20 && x < 40 && y > 30 && y < card.height ? skins[0]! : null)
  const beside = (x: number, y: number) => (x > 20 && x < 40 && y > card.height ? skins[0]! : null)
  for (const ground of grounds) for (const over of [label, beside]) expect(look(ground, over)).toEqual([])
})

test('a strip of 2 mm is no hand', () => {
  expect(look(grounds[0]!, finger(skins[0]!, 2))).toEqual([])
})

test('the edge of a shadow over card and ground is told, soft or sharp', () => {
  for (const ground of grounds.slice(1))
    for (const softMm of [0.5, 4]) {
      const [found] = look(ground, undefined, shadow(35, softMm, 0.4))
      expect(found?.what).toBe('the edge of a shadow')
      expect(found!.rect.x + found!.rect.width / 2).toBeCloseTo(35, -1)
    }
})

test('light that falls off slowly, or on the card alone, is no shadow', () => {
  expect(look(grounds[1]!, undefined, x => 1 - (0.6 * x) / card.width)).toEqual([])
  const glare = (x: number, y: number) => (x > 0 && x < 30 && y > 0 && y < card.height ? 1.6 : 1)
  expect(look(grounds[1]!, undefined, glare)).toEqual([])
})

test('a card at the end of the picture is looked at as far as it is seen', () => {
  const { width, height, channels, data } = picture(grounds[0]!, finger(skins[0]!, 12))
  const cut = { width, height: height - 5 * PIXELS_PER_MM, channels, data }
  expect(inTheWay(cut, profile, pose)).toEqual([])
})
