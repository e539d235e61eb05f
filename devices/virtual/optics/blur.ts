import type { Scene } from './scene.ts'
import type { SceneView } from './scene-view.ts'

/** Blur is taken as the same over squares of this many pixels. */
const blockPx = 32
const finest = 1 / 16

/** Standard deviation of the blur, px, at a point of the picture. */
export function blurAt(scene: Scene, view: SceneView, topMm: number): (x: number, y: number) => number {
  const { lens, sensor } = scene.truth
  const pxPerMm = scene.size.width / sensor.widthMm
  const spotPx = (lens.spotUm / 1000) * pxPerMm
  const { eye, toCard: m, focalPx, axisPx } = view
  // Circle of confusion of a thin lens: c = f² / (N (s − f)) · |d − s| / d
  const perShare = (lens.focalMm ** 2 / (lens.fNumber * (lens.focusMm - lens.focalMm))) * pxPerMm
  return (x, y) => {
    const xn = (x - axisPx[0]) / focalPx
    const yn = (y - axisPx[1]) / focalPx
    const depth = -(eye[2] - topMm) / (m[6] * xn + m[7] * yn - m[8])
    const focus = scene.blurred ? 0.6 * lens.focusMm : lens.focusMm
    const circle = (perShare * Math.abs(depth - focus)) / depth
    return Math.hypot(spotPx, circle / 4)
  }
}

/**
 * Blurs a linear R, G, B picture and keeps, of each pixel, the one colour that the Bayer filter (RGGB) lets through.
 * What the filter throws away is not worked out.
 */
export function blurToMosaic(
  image: Float32Array,
  width: number,
  height: number,
  sigmaAt: (x: number, y: number) => number,
  mosaic: Float32Array,
): void {
  const kernels = new Map<number, Float32Array>()
  const kernel = (x: number, y: number): Float32Array => {
    const key = Math.round(sigmaAt(x, y) / finest)
    let known = kernels.get(key)
    if (!known) {
      known = gaussian(key * finest)
      kernels.set(key, known)
    }
    return known
  }
  const columns = Math.ceil(width / blockPx)
  const rows = Math.ceil(height / blockPx)
  const grid: Float32Array[] = []
  let reach = 0
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const weights = kernel((column + 0.5) * blockPx, (row + 0.5) * blockPx)
      grid.push(weights)
      reach = Math.max(reach, (weights.length - 1) / 2)
    }
  }
  // Rows blurred sideways, as a ring of as many as the blur reaches up and down; even columns keep R and G, odd G and B.
  const ring = 2 * reach + 1
  const lines = new Float32Array(ring * 2 * width)
  const blurRow = (y: number): void => {
    const from = 3 * y * width
    const to = (y % ring) * 2 * width
    const gridRow = ((y / blockPx) | 0) * columns
    for (let column = 0; column < columns; column++) {
      const weights = grid[gridRow + column]!
      const radius = (weights.length - 1) >> 1
      const end = Math.min(width, (column + 1) * blockPx)
      for (let x = column * blockPx; x < end; x++) {
        const c = x & 1
        let a = 0
        let b = 0
        if (x >= radius && x < width - radius) {
          let i = from + 3 * (x - radius) + c
          for (let k = 0; k < weights.length; k++, i += 3) {
            const w = weights[k]!
            a += w * image[i]!
            b += w * image[i + 1]!
          }
        } else {
          for (let k = -radius; k <= radius; k++) {
            const w = weights[k + radius]!
            const i = from + 3 * Math.min(width - 1, Math.max(0, x + k)) + c
            a += w * image[i]!
            b += w * image[i + 1]!
          }
        }
        lines[to + 2 * x] = a
        lines[to + 2 * x + 1] = b
      }
    }
  }
  for (let y = 0; y < Math.min(reach, height); y++) blurRow(y)
  for (let y = 0; y < height; y++) {
    if (y + reach < height) blurRow(y + reach)
    const gridRow = ((y / blockPx) | 0) * columns
    const odd = y & 1
    for (let column = 0; column < columns; column++) {
      const weights = grid[gridRow + column]!
      const radius = (weights.length - 1) >> 1
      const end = Math.min(width, (column + 1) * blockPx)
      for (let k = -radius; k <= radius; k++) {
        const w = weights[k + radius]!
        const row = Math.min(height - 1, Math.max(0, y + k))
        const at = (row % ring) * 2 * width + odd
        if (k === -radius) for (let x = column * blockPx; x < end; x++) mosaic[y * width + x] = w * lines[at + 2 * x]!
        else for (let x = column * blockPx; x < end; x++) mosaic[y * width + x]! += w * lines[at + 2 * x]!
      }
    }
  }
}

function gaussian(sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(2.6 * sigma))
  const weights = Float32Array.from({ length: 2 * radius + 1 }, (_, k) =>
    Math.exp(-0.5 * ((k - radius) / Math.max(sigma, 0.05)) ** 2),
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map(weight => weight / sum)
}
