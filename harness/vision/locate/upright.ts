import type { GreyRaster } from '../../imaging/grey.ts'
import type { Homography } from '../../imaging/homography.ts'
import { quantile } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import { symbolMarks } from '../../products/geometry.ts'
import type { ProductProfile, RectMm } from '../../products/profile.ts'

/**
 * How clearly a card lies this way round and not turned by 180°, by where its QR symbols are: the natural logarithm of
 * the contrast in their place over that in the opposite place. Above 0.5 is clear, below −0.5 the card lies the other
 * way round. 0 for a product whose symbols lie the same way both ways round, or that has none.
 */
export function uprightness(grey: GreyRaster, profile: ProductProfile, mmToPixels: Homography): number {
  const { width, height } = profile.card
  let here = 0
  let there = 0
  for (const { rectOnCard: rect } of symbolMarks(profile)) {
    const opposite = { ...rect, x: width - rect.x - rect.width, y: height - rect.y - rect.height }
    if (overlap(rect, opposite) > 0.5) continue
    here = Math.max(here, contrast(grey, mmToPixels, rect))
    there = Math.max(there, contrast(grey, mmToPixels, opposite))
  }
  return Math.log((here + 0.01) / (there + 0.01))
}

const PIXELS_PER_MM = 3
const TILE_PX = 9
/** Which tile speaks for all, by rank: a symbol fills most of its place, text and worn edges only a part of theirs. */
const TILE_RANK = 0.65

/**
 * RMS step between places a module apart, both ways, as part of the brightness: high in a symbol, low on brushed steel.
 * Taken in tiles, so that glare over a part of the symbol leaves the rest to speak.
 */
function contrast(grey: GreyRaster, mmToPixels: Homography, rect: RectMm): number {
  const patch = rectify(grey, mmToPixels, rect, PIXELS_PER_MM)
  const tiles: number[] = []
  for (let y = 2; y + TILE_PX <= patch.height; y += TILE_PX) {
    for (let x = 2; x + TILE_PX <= patch.width; x += TILE_PX) tiles.push(tileContrast(patch, x, y))
  }
  return quantile(tiles, TILE_RANK, 0)
}

function tileContrast({ width, data }: Raster, left: number, top: number): number {
  let across = 0
  let down = 0
  let mean = 0
  for (let y = top; y < top + TILE_PX; y++) {
    for (let x = left; x < left + TILE_PX; x++) {
      const value = data[y * width + x]!
      across += (value - data[y * width + x - 2]!) ** 2
      down += (value - data[(y - 2) * width + x]!) ** 2
      mean += value
    }
  }
  // Brushing gives steps in one direction only.
  return Math.sqrt(Math.min(across, down) / TILE_PX ** 2) / (mean / TILE_PX ** 2 + 5)
}

function overlap(a: RectMm, b: RectMm): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return width > 0 && height > 0 ? (width * height) / (a.width * a.height) : 0
}
