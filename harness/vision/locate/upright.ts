import { markRectOnCard, symbolMarks } from '../../products/geometry.ts'
import type { ProductProfile, RectMm } from '../../products/profile.ts'
import type { GreyRaster } from '../picture/grey.ts'
import type { Homography } from '../plane/homography.ts'
import { rectify } from '../rectify/rectify.ts'

/**
 * How clearly a card lies this way round and not turned by 180°, by where its QR symbols are: the natural logarithm of
 * the contrast in their place over that in the opposite place. Above 0.5 is clear, below −0.5 the card lies the other
 * way round. 0 for a product whose symbols lie the same way both ways round, or that has none.
 */
export function uprightness(grey: GreyRaster, profile: ProductProfile, mmToPixels: Homography): number {
  const { width, height } = profile.card
  let here = 0
  let there = 0
  for (const mark of symbolMarks(profile)) {
    const rect = markRectOnCard(profile, mark)
    const opposite = { ...rect, x: width - rect.x - rect.width, y: height - rect.y - rect.height }
    if (overlap(rect, opposite) > 0.5) continue
    here = Math.max(here, contrast(grey, mmToPixels, rect))
    there = Math.max(there, contrast(grey, mmToPixels, opposite))
  }
  return Math.log((here + 0.01) / (there + 0.01))
}

/** RMS step between places a module apart, both ways, as part of the brightness: high in a symbol, low on brushed steel. */
function contrast(grey: GreyRaster, mmToPixels: Homography, rect: RectMm): number {
  const patch = rectify(grey, mmToPixels, rect, 3)
  const { width, height, data } = patch
  let across = 0
  let down = 0
  let mean = 0
  for (let y = 2; y < height; y++) {
    for (let x = 2; x < width; x++) {
      const value = data[y * width + x]!
      across += (value - data[y * width + x - 2]!) ** 2
      down += (value - data[(y - 2) * width + x]!) ** 2
      mean += value
    }
  }
  const count = Math.max(1, (width - 2) * (height - 2))
  // Brushing gives steps in one direction only.
  return Math.sqrt(Math.min(across, down) / count) / (mean / count + 5)
}

function overlap(a: RectMm, b: RectMm): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return width > 0 && height > 0 ? (width * height) / (a.width * a.height) : 0
}
