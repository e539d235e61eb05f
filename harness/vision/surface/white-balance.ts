import type { Homography } from '../../imaging/homography.ts'
import { median, quantile } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import { levelOf, lightOf } from '../../imaging/srgb.ts'
import type { ProductProfile } from '../../products/profile.ts'

/** How much brighter red and blue would have to be for bare steel to be grey, in linear light. */
export interface Cast {
  readonly red: number
  readonly blue: number
  /** So strong that too little blue is left in the picture to tell a colour by. */
  readonly isStrong: boolean
}

export const NO_CAST: Cast = { red: 1, blue: 1, isStrong: false }

const PIXELS_PER_MM = 2
/** The sticker may sit off, and the card's rim shows what is below. */
const CLEAR_MM = 1
/** Steel without glare and without etching: between these shares of its brightnesses. */
const [DARKEST_SHARE, BRIGHTEST_SHARE] = [0.4, 0.8]
const CLIPPED = 250
/** Blue over green of steel is 0.75 to 1.07 in white light. Below this 20 of 20 good stickers looked yellow. */
const LEAST_BLUE = 0.45
const FEWEST = 200

/** The colour of the light, by the bare steel of the card. @param face what the card's blank looks like, from {@link blankColour} */
export function castBySteel({ card }: ProductProfile, face: LinearColour | null): Cast {
  if (card.finish !== 'brushed-steel' || face === null) return NO_CAST
  const [red, green, blue] = face
  if (!(red > 0 && green > 0 && blue > 0)) return { ...NO_CAST, isStrong: true }
  return { red: green / red, blue: green / blue, isStrong: blue < LEAST_BLUE * green }
}

/** Red, green and blue in linear light, 0..1. */
export type LinearColour = readonly [red: number, green: number, blue: number]

/** The colour that the card's own surface has in a photograph; null in a monochrome one, and where too little of it can be seen. */
export function blankColour(raster: Raster, profile: ProductProfile, cardToPixels: Homography): LinearColour | null {
  const { card, sticker } = profile
  if (raster.channels === 1) return null
  const face = { x: 0, y: 0, width: card.width, height: card.height }
  const { width, data } = rectify(raster, cardToPixels, face, PIXELS_PER_MM)
  const steel: (readonly [number, number, number])[] = []
  for (let i = 0, at = 0; i < data.length; i += 3, at++) {
    const [x, y] = [((at % width) + 0.5) / PIXELS_PER_MM, (Math.floor(at / width) + 0.5) / PIXELS_PER_MM]
    if (Math.min(x, y, card.width - x, card.height - y) < CLEAR_MM) continue
    const across = sticker !== null && Math.max(sticker.rect.x - x, x - sticker.rect.x - sticker.rect.width)
    const down = sticker !== null && Math.max(sticker.rect.y - y, y - sticker.rect.y - sticker.rect.height)
    if (across !== false && down !== false && Math.max(across, down) < CLEAR_MM) continue
    const rgb = [data[i]!, data[i + 1]!, data[i + 2]!] as const
    if (Math.max(...rgb) < CLIPPED) steel.push(rgb)
  }
  if (steel.length < FEWEST) return null
  const brightness = steel.map(([r, g, b]) => r + g + b)
  const [low, high] = [quantile(brightness, DARKEST_SHARE), quantile(brightness, BRIGHTEST_SHARE)]
  const plain = steel.filter((_, i) => brightness[i]! >= low && brightness[i]! <= high)
  return [0, 1, 2].map(channel => median(plain.map(rgb => lightOf(rgb[channel]!)))) as unknown as LinearColour
}

/** A colour as white light would show it. */
export function balanced(
  [r, g, b]: readonly [number, number, number],
  { red, blue }: Cast,
): readonly [number, number, number] {
  return [scaledLevel(r, red), g, scaledLevel(b, blue)]
}

const scaledLevel = (level: number, gain: number) => levelOf(Math.min(1, lightOf(level) * gain))
