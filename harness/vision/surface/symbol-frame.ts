import type { GreyRaster } from '../../imaging/grey.ts'
import type { Homography } from '../../imaging/homography.ts'
import { rectify } from '../../imaging/rectify.ts'

const PIXELS_PER_MM = 8
const SHIFT_MM = 0.8
/** Shorter than a finder pattern of seven modules in any symbol of a card (0.5 mm a module). */
const FINDER_MM = 3.5
const BAND_MM = 0.4
const CLEAR_MM = 0.1

/**
 * How well the frame of a symbol fits a square of `size` mm at (x, y): Michelson contrast between the quiet zone and the
 * outer bars of the three finder patterns, the weakest of six places, best over small shifts. Tells symbols of different
 * size apart when neither can be decoded. About 0 where there is none, 0.3 and more where there is one.
 *
 * @param hidden how many of the six places may be hidden (glare, a void): that many of the weakest are left out
 */
export function symbolFrameContrast(
  grey: GreyRaster,
  mmToPixels: Homography,
  [x, y]: readonly [number, number],
  size: number,
  hidden = 0,
): number {
  const around = SHIFT_MM + CLEAR_MM + BAND_MM + 0.2
  const rect = { x: x - around, y: y - around, width: size + 2 * around, height: size + 2 * around }
  const patch = rectify(grey, mmToPixels, rect, PIXELS_PER_MM)
  const sums = integral(patch.data, patch.width, patch.height)
  const mean = (left: number, top: number, width: number, height: number) => {
    const at = (px: number, py: number) => sums[py * (patch.width + 1) + px]!
    const from = [Math.round(left * PIXELS_PER_MM), Math.round(top * PIXELS_PER_MM)] as const
    const to = [Math.round((left + width) * PIXELS_PER_MM), Math.round((top + height) * PIXELS_PER_MM)] as const
    const area = Math.max(1, (to[0] - from[0]) * (to[1] - from[1]))
    return (at(to[0], to[1]) - at(from[0], to[1]) - at(to[0], from[1]) + at(from[0], from[1])) / area
  }
  let best = -1
  for (let dx = -SHIFT_MM; dx <= SHIFT_MM + 1e-9; dx += 0.2) {
    for (let dy = -SHIFT_MM; dy <= SHIFT_MM + 1e-9; dy += 0.2) {
      const left = around + dx
      const top = around + dy
      const places: number[] = []
      // Along the top and bottom edges, then the left and right ones: each finder's two outer bars.
      for (const [offset, isEnd] of [
        [0, false],
        [size - FINDER_MM, false],
        [0, true],
      ] as const) {
        const edge = isEnd ? top + size : top
        const outside = mean(left + offset, isEnd ? edge + CLEAR_MM : edge - CLEAR_MM - BAND_MM, FINDER_MM, BAND_MM)
        const inside = mean(left + offset, isEnd ? edge - CLEAR_MM - BAND_MM : edge + CLEAR_MM, FINDER_MM, BAND_MM)
        places.push((outside - inside) / (outside + inside + 1))
        const side = isEnd ? left + size : left
        const beside = mean(isEnd ? side + CLEAR_MM : side - CLEAR_MM - BAND_MM, top + offset, BAND_MM, FINDER_MM)
        const within = mean(isEnd ? side - CLEAR_MM - BAND_MM : side + CLEAR_MM, top + offset, BAND_MM, FINDER_MM)
        places.push((beside - within) / (beside + within + 1))
      }
      best = Math.max(best, places.sort((a, b) => a - b)[hidden]!)
    }
  }
  return best
}

function integral(data: Uint8Array, width: number, height: number): Float64Array {
  const sums = new Float64Array((width + 1) * (height + 1))
  for (let y = 0; y < height; y++) {
    let row = 0
    for (let x = 0; x < width; x++) {
      row += data[y * width + x]!
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row
    }
  }
  return sums
}
