import type { SurfaceView } from './surface-view.ts'

/** Smooth cards have 0.98 to 1.02 here, brushed ones 1.26 and more, but for noise and blur. */
const LEAST_BRUSHED = 1.1

/** Does a surface change more from row to row than along them? */
export function isBrushed({ raster: { width, height, channels, data }, valid }: SurfaceView): boolean {
  let [along, across] = [0, 0]
  // Green stands for all, and a part of the samples too.
  const green = channels > 1 ? 1 : 0
  for (let y = 0; y < height - 2; y += 2)
    for (let x = 0, i = y * width; x < width - 2; x++, i++) {
      if (valid[i] === 0 || valid[i + 2] === 0 || valid[i + 2 * width] === 0) continue
      const level = data[i * channels + green]!
      along += Math.abs(data[(i + 2) * channels + green]! - level)
      across += Math.abs(data[(i + 2 * width) * channels + green]! - level)
    }
  return across >= LEAST_BRUSHED * along
}
