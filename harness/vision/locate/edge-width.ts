import { levelClamped } from '../../imaging/bilinear.ts'
import type { GreyRaster } from '../../imaging/grey.ts'
import { median } from '../../imaging/quantile.ts'
import type { EdgePoint } from './edge-search.ts'

const REACH_PX = 6

/**
 * How wide the card's edge is spread, px: the step's height over its greatest slope, the median along the outline. About
 * 1.5 in a sharp picture; grows with blur of any kind. Null when too little of the edge was seen.
 */
export function edgeWidthPx(grey: GreyRaster, edges: readonly EdgePoint[]): number | null {
  const widths: number[] = []
  for (const { at, weight } of edges) {
    if (weight < 0.5) continue
    const [x, y] = at
    const dx = levelClamped(grey, x + 1, y) - levelClamped(grey, x - 1, y)
    const dy = levelClamped(grey, x, y + 1) - levelClamped(grey, x, y - 1)
    const slope = Math.hypot(dx, dy)
    if (slope < 12) continue
    let [least, most, steepest] = [255, 0, 0]
    let before: number | null = null
    for (let k = -REACH_PX; k <= REACH_PX; k++) {
      const value = levelClamped(grey, x + (dx / slope) * k, y + (dy / slope) * k)
      least = Math.min(least, value)
      most = Math.max(most, value)
      if (before !== null) steepest = Math.max(steepest, Math.abs(value - before))
      before = value
    }
    if (steepest > 0) widths.push((most - least) / steepest)
  }
  return widths.length < 20 ? null : median(widths)
}
