import type { GreyRaster } from '../../imaging/grey.ts'
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
    const dx = sample(grey, x + 1, y) - sample(grey, x - 1, y)
    const dy = sample(grey, x, y + 1) - sample(grey, x, y - 1)
    const slope = Math.hypot(dx, dy)
    if (slope < 12) continue
    let [least, most, steepest] = [255, 0, 0]
    let before: number | null = null
    for (let k = -REACH_PX; k <= REACH_PX; k++) {
      const value = sample(grey, x + (dx / slope) * k, y + (dy / slope) * k)
      least = Math.min(least, value)
      most = Math.max(most, value)
      if (before !== null) steepest = Math.max(steepest, Math.abs(value - before))
      before = value
    }
    if (steepest > 0) widths.push((most - least) / steepest)
  }
  if (widths.length < 20) return null
  widths.sort((a, b) => a - b)
  return widths[widths.length >> 1]!
}

function sample({ width, height, data }: GreyRaster, x: number, y: number): number {
  const px = Math.min(width - 1.001, Math.max(0, x - 0.5))
  const py = Math.min(height - 1.001, Math.max(0, y - 0.5))
  const [ix, iy] = [px | 0, py | 0]
  const [fx, fy] = [px - ix, py - iy]
  const p = iy * width + ix
  return (
    (data[p]! * (1 - fx) + data[p + 1]! * fx) * (1 - fy) +
    (data[p + width]! * (1 - fx) + data[p + width + 1]! * fx) * fy
  )
}
