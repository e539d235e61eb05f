import type { Point } from '../../../harness/imaging/quad.ts'
import type { LightPicture } from './picture.ts'
import { type PlaneCamera, pictureOfPlane } from './plane-camera.ts'
import { squareCornersMm, type TargetDesign } from './target.ts'

/** Half-width of the strip along an edge. */
const reachPx = 16
/** Bins of a pixel: the edge leans, so that its pixels sample it this much finer than they lie. */
const oversampling = 4

/**
 * Frequency at which an edge's contrast has fallen to one half (MTF50), cycles a pixel: the mean of the four edges of the
 * target's leaning square, after ISO 12233's slanted edge. 0.5 is the finest that pixels can hold; 0 is no edge at all.
 */
export function edgeSharpness(picture: LightPicture, camera: PlaneCamera, target: TargetDesign): number {
  const corners = squareCornersMm(target).map(cornerMm => pictureOfPlane(camera, cornerMm))
  const figures = corners.map((corner, i) => edgeMtf50(picture, corner, corners[(i + 1) % 4]!))
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length
}

function edgeMtf50({ width, height, grey }: LightPicture, from: Point, to: Point): number {
  const lengthPx = Math.hypot(to[0] - from[0], to[1] - from[1])
  const along: Point = [(to[0] - from[0]) / lengthPx, (to[1] - from[1]) / lengthPx]
  const bins = 2 * reachPx * oversampling
  const sums = new Float64Array(bins)
  const counts = new Float64Array(bins)
  const padPx = reachPx + 2
  const left = Math.max(0, Math.floor(Math.min(from[0], to[0]) - padPx))
  const right = Math.min(width - 1, Math.ceil(Math.max(from[0], to[0]) + padPx))
  const top = Math.max(0, Math.floor(Math.min(from[1], to[1]) - padPx))
  const bottom = Math.min(height - 1, Math.ceil(Math.max(from[1], to[1]) + padPx))
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const dx = x + 0.5 - from[0]
      const dy = y + 0.5 - from[1]
      const share = (dx * along[0] + dy * along[1]) / lengthPx
      // Away from the corners, where another edge begins.
      if (share < 0.25 || share > 0.75) continue
      const beyondPx = dx * -along[1] + dy * along[0]
      const bin = Math.floor((beyondPx + reachPx) * oversampling)
      if (bin < 0 || bin >= bins) continue
      sums[bin]! += grey[y * width + x]!
      counts[bin]!++
    }
  }
  const profile = filled(sums, counts)
  return profile === null ? 0 : mtf50(profile)
}

/** Bins without a pixel take after their neighbours. @returns null when there is hardly a pixel */
function filled(sums: Float64Array, counts: Float64Array): Float64Array | null {
  if (counts.filter(count => count > 0).length < counts.length / 2) return null
  const profile = sums.map((sum, i) => sum / counts[i]!)
  for (let i = 0; i < profile.length; i++) {
    if (counts[i] !== 0) continue
    let before = i
    let after = i
    while (before >= 0 && counts[before] === 0) before--
    while (after < counts.length && counts[after] === 0) after++
    profile[i] =
      before < 0
        ? profile[after]!
        : after >= counts.length
          ? profile[before]!
          : (profile[before]! + profile[after]!) / 2
  }
  return profile
}

function mtf50(profile: Float64Array): number {
  const n = profile.length
  const spread = Float64Array.from({ length: n - 2 }, (_, i) => {
    const window = 0.54 - 0.46 * Math.cos((2 * Math.PI * (i + 1)) / (n - 1))
    return window * (profile[i + 2]! - profile[i]!)
  })
  const contrastAt = (cyclesPerPx: number): number => {
    let real = 0
    let imaginary = 0
    const turn = (2 * Math.PI * cyclesPerPx) / oversampling
    for (let i = 0; i < spread.length; i++) {
      real += spread[i]! * Math.cos(turn * i)
      imaginary -= spread[i]! * Math.sin(turn * i)
    }
    // The difference over two bins is a filter of its own, which is taken out again.
    const own = turn === 0 ? 1 : Math.sin(turn) / turn
    return Math.hypot(real, imaginary) / own
  }
  const full = contrastAt(0)
  if (!(full > 1e-6)) return 0
  const step = 0.005
  let before = 1
  for (let f = step; f <= 1; f += step) {
    const now = contrastAt(f) / full
    if (now < 0.5) return f - step + (step * (before - 0.5)) / (before - now)
    before = now
  }
  return 1
}
