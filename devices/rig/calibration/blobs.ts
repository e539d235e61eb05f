import type { LightPicture } from './picture.ts'

/** A dark spot on white. */
export interface Blob {
  /** Centre of its darkness, px, middle of the upper left pixel is (0.5, 0.5). */
  readonly x: number
  readonly y: number
  /** px² */
  readonly area: number
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Smallest spot that is looked at, px across. */
const smallestPx = 6
/** Dark is below this share of the white around it. */
const darkShare = 0.55

/**
 * Dark spots that stand alone on brighter ground, with their centres to a few hundredths of a pixel.
 */
export function findBlobs(picture: LightPicture): Blob[] {
  const { width, height, grey } = picture
  const white = localWhite(picture)
  const dark = new Uint8Array(width * height)
  for (let i = 0; i < dark.length; i++) dark[i] = grey[i]! < darkShare * white[i]! ? 1 : 0
  const blobs: Blob[] = []
  const stack = new Int32Array(width * height)
  for (let start = 0; start < dark.length; start++) {
    if (dark[start] !== 1) continue
    let count = 0
    let area = 0
    let left = width
    let right = 0
    let top = height
    let bottom = 0
    stack[count++] = start
    dark[start] = 2
    while (count > 0) {
      const i = stack[--count]!
      const x = i % width
      const y = (i / width) | 0
      area++
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      if (y > bottom) bottom = y
      for (const [inside, next] of [
        [x > 0, i - 1],
        [x < width - 1, i + 1],
        [y > 0, i - width],
        [y < height - 1, i + width],
      ] as const) {
        if (!inside || dark[next] !== 1) continue
        dark[next] = 2
        stack[count++] = next
      }
    }
    const isCut = left === 0 || top === 0 || right === width - 1 || bottom === height - 1
    if (isCut || right - left < smallestPx - 1 || bottom - top < smallestPx - 1) continue
    blobs.push(centred(picture, white, { left, top, right, bottom, area }))
  }
  return blobs
}

/** Discs, not lines or letters: as wide as high, and filling their box as a disc does. */
export function isRound({ left, top, right, bottom, area }: Blob): boolean {
  const across = right - left + 1
  const down = bottom - top + 1
  const fill = area / (across * down)
  return across / down > 0.75 && across / down < 1.33 && fill > 0.68 && fill < 0.88
}

type Box = Omit<Blob, 'x' | 'y'>

/** The centre of what is missing from white, edges included: far finer than the pixels. */
function centred({ width, height, grey }: LightPicture, white: Float32Array, box: Box): Blob {
  const pad = Math.max(3, Math.round((box.right - box.left + 1) / 5))
  let sum = 0
  let sumX = 0
  let sumY = 0
  for (let y = Math.max(0, box.top - pad); y <= Math.min(height - 1, box.bottom + pad); y++) {
    for (let x = Math.max(0, box.left - pad); x <= Math.min(width - 1, box.right + pad); x++) {
      const i = y * width + x
      // Grain and slow changes of white must not pull.
      const missing = 1 - grey[i]! / white[i]! - 0.12
      if (missing <= 0) continue
      sum += missing
      sumX += missing * (x + 0.5)
      sumY += missing * (y + 0.5)
    }
  }
  return { ...box, x: sumX / sum, y: sumY / sum }
}

/** The white around each pixel: the brightest of the coarse cells near it, smoothed between their middles. */
function localWhite({ width, height, grey }: LightPicture): Float32Array {
  const cell = Math.max(8, Math.round(width / 60))
  const columns = Math.ceil(width / cell)
  const rows = Math.ceil(height / cell)
  const bright = new Float32Array(columns * rows)
  const counts = new Int32Array(columns * rows)
  const means = new Float32Array(columns * rows)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const c = ((y / cell) | 0) * columns + ((x / cell) | 0)
      means[c]! += grey[y * width + x]!
      counts[c]!++
    }
  }
  for (let c = 0; c < means.length; c++) means[c]! /= counts[c]!
  // Twice: the mean of a cell holds ink, the mean of its brighter pixels does not.
  const sums = new Float32Array(columns * rows)
  counts.fill(0)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const c = ((y / cell) | 0) * columns + ((x / cell) | 0)
      const value = grey[y * width + x]!
      if (value < means[c]!) continue
      sums[c]! += value
      counts[c]!++
    }
  }
  for (let c = 0; c < bright.length; c++) bright[c] = counts[c] ? sums[c]! / counts[c]! : 0
  const widened = maximum(bright, columns, rows, 1)
  const white = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const cy = Math.min(rows - 1, Math.max(0, (y + 0.5) / cell - 0.5))
    const y0 = Math.floor(cy)
    const y1 = Math.min(rows - 1, y0 + 1)
    for (let x = 0; x < width; x++) {
      const cx = Math.min(columns - 1, Math.max(0, (x + 0.5) / cell - 0.5))
      const x0 = Math.floor(cx)
      const x1 = Math.min(columns - 1, x0 + 1)
      const fx = cx - x0
      const fy = cy - y0
      white[y * width + x] =
        (1 - fy) * ((1 - fx) * widened[y0 * columns + x0]! + fx * widened[y0 * columns + x1]!) +
        fy * ((1 - fx) * widened[y1 * columns + x0]! + fx * widened[y1 * columns + x1]!) +
        1e-6
    }
  }
  return white
}

function maximum(values: Float32Array, columns: number, rows: number, reach: number): Float32Array {
  const widest = new Float32Array(values.length)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      let most = 0
      for (let v = Math.max(0, y - reach); v <= Math.min(rows - 1, y + reach); v++) {
        for (let u = Math.max(0, x - reach); u <= Math.min(columns - 1, x + reach); u++) {
          most = Math.max(most, values[v * columns + u]!)
        }
      }
      widest[y * columns + x] = most
    }
  }
  return widest
}
