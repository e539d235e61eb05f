import { levelClamped, type Samples } from '../../../harness/imaging/bilinear.ts'
import { type Blob, findBlobs } from '../../../harness/imaging/blobs.ts'
import type { Point } from '../../../harness/imaging/quad.ts'
import type { LightPicture } from './picture.ts'

/** A dark spot on white. */
export interface DarkSpot extends Blob {
  /** Centre of its darkness. */
  readonly centrePx: Point
}

/** Smallest spot that is looked at, across. */
const smallestPx = 6
/** Dark is below this share of the white around it. */
const darkShare = 0.55

/** Dark spots that stand alone on brighter ground, with their centres to a few hundredths of a pixel. */
export function findDarkSpots(picture: LightPicture): DarkSpot[] {
  const { width, height, grey } = picture
  const white = localWhite(picture)
  const dark = new Uint8Array(width * height)
  for (let i = 0; i < dark.length; i++) dark[i] = Number(grey[i]! < darkShare * white[i]!)
  return findBlobs(dark, width)
    .filter(({ left, top, right, bottom }) => left > 0 && top > 0 && right < width && bottom < height)
    .filter(({ left, top, right, bottom }) => right - left >= smallestPx && bottom - top >= smallestPx)
    .map(blob => ({ ...blob, centrePx: centreOfDarkness(picture, white, blob) }))
}

/** Discs, not lines or letters: as wide as high, and filling their box as a disc does. */
export function isRound({ left, top, right, bottom, areaPx }: Blob): boolean {
  const aspect = (right - left) / (bottom - top)
  const fill = areaPx / ((right - left) * (bottom - top))
  return aspect > 0.75 && aspect < 1.33 && fill > 0.68 && fill < 0.88
}

/** The centre of what is missing from white, edges included: far finer than the pixels. */
function centreOfDarkness({ width, height, grey }: LightPicture, white: Float32Array, box: Blob): Point {
  const padPx = Math.max(3, Math.round((box.right - box.left) / 5))
  let sum = 0
  let sumX = 0
  let sumY = 0
  for (let y = Math.max(0, box.top - padPx); y < Math.min(height, box.bottom + padPx); y++) {
    for (let x = Math.max(0, box.left - padPx); x < Math.min(width, box.right + padPx); x++) {
      const i = y * width + x
      // Grain and slow changes of white must not pull.
      const missing = 1 - grey[i]! / white[i]! - 0.12
      if (missing <= 0) continue
      sum += missing
      sumX += missing * (x + 0.5)
      sumY += missing * (y + 0.5)
    }
  }
  return [sumX / sum, sumY / sum]
}

/** The white around each pixel: the brightest of the coarse cells near it, smoothed between their middles. */
function localWhite({ width, height, grey }: LightPicture): Float32Array {
  const cellPx = Math.max(8, Math.round(width / 60))
  const columns = Math.ceil(width / cellPx)
  const rows = Math.ceil(height / cellPx)
  const means = new Float32Array(columns * rows).fill(Number.NEGATIVE_INFINITY)
  // Twice: the mean of a cell holds ink, the mean of its brighter pixels does not.
  for (let pass = 0; pass < 2; pass++) {
    const sums = new Float32Array(columns * rows)
    const counts = new Int32Array(columns * rows)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const c = ((y / cellPx) | 0) * columns + ((x / cellPx) | 0)
        const light = grey[y * width + x]!
        if (light < means[c]!) continue
        sums[c]! += light
        counts[c]!++
      }
    }
    for (let c = 0; c < means.length; c++) means[c] = counts[c] ? sums[c]! / counts[c]! : 0
  }
  const data = brightestAround(means, columns, rows)
  const cells: Samples = { width: columns, height: rows, channels: 1, data }
  const white = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      white[y * width + x] = levelClamped(cells, (x + 0.5) / cellPx, (y + 0.5) / cellPx) + 1e-6
    }
  }
  return white
}

function brightestAround(cells: Float32Array, columns: number, rows: number): Float32Array {
  return cells.map((_, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)]
    let most = 0
    for (let v = Math.max(0, y - 1); v <= Math.min(rows - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(columns - 1, x + 1); u++) {
        most = Math.max(most, cells[v * columns + u]!)
      }
    }
    return most
  })
}
