import type { Homography } from '../imaging/homography.ts'
import { quantile } from '../imaging/quantile.ts'
import type { Raster } from '../imaging/raster.ts'
import { rectify } from '../imaging/rectify.ts'
import type { RectMm } from '../products/profile.ts'

/** Where a sheet ends around what stands on it, side by side; null where no edge stands out. Mm of the frame of the box. */
export interface OutlineSeen {
  readonly left: number | null
  readonly top: number | null
  readonly right: number | null
  readonly bottom: number | null
}

const PIXELS_PER_MM = 10
/** Nearer than this to what stands there its own edge would win. */
const CLEAR_MM = 0.35
const REACH_MM = 6.5
/** Levels on both sides of an edge are means over so much. */
const SIDE_MM = 0.4
/** Steps in log light below this are brushing and shadow. */
const LEAST_STEP = 0.05

/**
 * Looks outward from a box for the edges of the sheet (or foil) that lies around it: the strongest step in the light along each side.
 * @param within how far the frame's surface reaches: an edge beyond is another thing's
 * @param channel `blue` parts paper, white or yellow, from steel; `grey` foil from steel
 */
export function outlineAround(
  raster: Raster,
  mmToPixels: Homography,
  box: RectMm,
  within: RectMm,
  channel: 'blue' | 'grey',
): OutlineSeen {
  const side = (horizontal: boolean, outward: 1 | -1): number | null => {
    const start = horizontal ? (outward > 0 ? box.x + box.width : box.x) : outward > 0 ? box.y + box.height : box.y
    const end = horizontal
      ? outward > 0
        ? within.x + within.width
        : within.x
      : outward > 0
        ? within.y + within.height
        : within.y
    const reach = Math.min(REACH_MM + SIDE_MM, Math.abs(end - start) - 0.3)
    if (reach < CLEAR_MM + 2 * SIDE_MM) return null
    const along = horizontal ? [box.y, box.height] : [box.x, box.width]
    const [from, length] = [along[0]! + 0.1 * along[1]!, 0.8 * along[1]!]
    const near = start + outward * CLEAR_MM
    const low = outward > 0 ? near : start - reach
    const depth = reach - CLEAR_MM
    const rect = horizontal
      ? { x: low, y: from, width: depth, height: length }
      : { x: from, y: low, width: length, height: depth }
    const profile = profileOf(rectify(raster, mmToPixels, rect, PIXELS_PER_MM), horizontal, channel)
    const steps = outward > 0 ? profile : profile.toReversed()
    const at = strongestStep(steps)
    return at === null ? null : near + (outward * at) / PIXELS_PER_MM
  }
  return { left: side(true, -1), top: side(false, -1), right: side(true, 1), bottom: side(false, 1) }
}

/** Median log light of each column (or row). */
function profileOf(cut: Raster, horizontal: boolean, channel: 'blue' | 'grey'): number[] {
  const { width, height, channels, data } = cut
  const level = (x: number, y: number) => {
    const at = (y * width + x) * channels
    if (channels === 1) return data[at]!
    return channel === 'blue' ? data[at + 2]! : (data[at]! + data[at + 1]! + data[at + 2]!) / 3
  }
  const [long, short] = horizontal ? [width, height] : [height, width]
  return Array.from({ length: long }, (_, i) => {
    const values = Array.from({ length: short }, (_, k) => Math.log(6 + (horizontal ? level(i, k) : level(k, i))))
    return quantile(values, 0.5)
  })
}

/** Between which samples the mean changes most, sub-sample; null where nothing does. */
function strongestStep(profile: readonly number[]): number | null {
  const side = Math.round(SIDE_MM * PIXELS_PER_MM)
  const mean = (from: number, to: number) => {
    let sum = 0
    for (let i = from; i < to; i++) sum += profile[i]!
    return sum / (to - from)
  }
  let best: number | null = null
  let most = LEAST_STEP
  const steps = profile.map((_, i) =>
    i < side || i + side > profile.length ? 0 : Math.abs(mean(i, i + side) - mean(i - side, i)),
  )
  for (const [i, step] of steps.entries())
    if (step > most) {
      most = step
      best = i
    }
  if (best === null) return null
  const [before, here, after] = [steps[best - 1] ?? 0, steps[best]!, steps[best + 1] ?? 0]
  const bend = before - 2 * here + after
  return best + (bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0)
}
