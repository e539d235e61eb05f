import { median } from '../../imaging/quantile.ts'
import type { RectMm } from '../../products/profile.ts'
import type { Patch } from './patch.ts'

const NEAR_MM = 0.15
const FAR_MM = 0.75
/** Light falls off more slowly than this, mm. */
const SLOW_MM = 2

/**
 * The strongest step right across a cover beyond its noise, in log luminance: where a second strip ends, or another one begins. One
 * cover has none.
 *
 * @param inner what the cover's edges leave, mm
 */
export function coverSeam(patch: Patch, inner: RectMm): number {
  const { luminance } = patch
  const samples = patch.within(luminance, inner)
  const width = patch.column(inner.x + inner.width) - patch.column(inner.x)
  const height = width === 0 ? 0 : samples.length / width
  const columns = new Float64Array(width)
  const rows = new Float64Array(height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = samples[y * width + x]!
      columns[x]! += value / height
      rows[y]! += value / width
    }
  return Math.max(strongestStep(columns, patch.pixelsPerMm), strongestStep(rows, patch.pixelsPerMm))
}

function strongestStep(profile: Float64Array, pixelsPerMm: number): number {
  const [near, far, slow] = [NEAR_MM, FAR_MM, SLOW_MM].map(mm => Math.round(mm * pixelsPerMm)) as [
    number,
    number,
    number,
  ]
  const steps: number[] = []
  for (let at = far; at <= profile.length - far; at++) {
    let sum = 0
    for (let i = near; i < far; i++) sum += profile[at + i]! - profile[at - 1 - i]!
    steps.push(sum / (far - near))
  }
  const rest = steps.map((step, i) => Math.abs(step - median(steps.slice(Math.max(0, i - slow), i + slow + 1))))
  // What noise makes everywhere is no seam.
  return Math.max(0, Math.max(0, ...rest) - 3 * 1.4826 * median(rest, 0))
}
