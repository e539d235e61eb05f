import { expect, test } from 'vitest'
import { seeded } from '../../core/seeded.testing.ts'
import type { Raster } from '../../imaging/raster.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { cardSides } from './card-outline.ts'
import { findSideLines } from './side-lines.ts'

const { card } = loadProfile('assay-reference')
const [, right] = cardSides(card)
const pixelsPerMm = 8

/** The card's right side on ground that is hardly darker, and a bright sticker 3 mm inside. */
function strip(): Raster {
  const random = seeded(1)
  const [width, height] = [(card.width + 10) * pixelsPerMm, card.height * pixelsPerMm]
  const data = new Uint8Array(width * height)
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [(i % width) / pixelsPerMm, Math.floor(i / width) / pixelsPerMm]
    const level = x > card.width ? 138 : isSticker(x, y) ? 235 : 150
    data[i] = level + 6 * (random() - 0.5)
  }
  return { width, height, channels: 1, data }
}

const sticker = { x: card.width - 33, y: 6, width: 30, height: card.height - 12 }
const isSticker = (x: number, y: number) =>
  x > sticker.x && x < sticker.x + sticker.width && y > sticker.y && y < sticker.y + sticker.height

test('the faint side of a card is found beside a sticker whose own edge is the stronger one', () => {
  const around = { x: sticker.x - 0.8, y: sticker.y - 0.8, width: sticker.width + 1.6, height: sticker.height + 1.6 }
  const best = (covered: typeof around | null) =>
    findSideLines(strip(), [pixelsPerMm, 0, 0, 0, pixelsPerMm, 0, 0, 0, 1], right!, card.cornerRadius, 4, 0.12, covered)
      .lines[0]!
  expect(Math.abs(best(around).startMm) + Math.abs(best(around).endMm)).toBeLessThan(0.4)
  expect(best(around).support).toBeGreaterThan(0.8)
  expect(best(null).startMm).toBeLessThan(-2.5)
})
