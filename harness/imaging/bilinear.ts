/** What is sampled between: rows of interleaved samples, as a `Raster` has them, or a grid of numbers. */
export interface Samples {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly data: Uint8Array | Float32Array | Float64Array
}

/**
 * Between four samples: the one at index `at`, its neighbours `right` and `below` indices on, and the one beyond both.
 * `fx` and `fy` say how far between, 0..1. The one place where this is written: whoever knows that a place lies inside, or
 * goes along rows, starts from here.
 */
export function between(
  data: Samples['data'],
  at: number,
  right: number,
  below: number,
  fx: number,
  fy: number,
): number {
  return (
    (data[at]! * (1 - fx) + data[at + right]! * fx) * (1 - fy) +
    (data[at + below]! * (1 - fx) + data[at + below + right]! * fx) * fy
  )
}

/** Level of a one-channel picture at (x, y) px, the first sample's middle being (0.5, 0.5); NaN beyond the outermost middles. */
export function levelInside({ width, height, data }: Samples, x: number, y: number): number {
  const px = x - 0.5
  const py = y - 0.5
  const x0 = Math.floor(px)
  const y0 = Math.floor(py)
  if (!(x0 >= 0 && y0 >= 0 && x0 + 1 < width && y0 + 1 < height)) return Number.NaN
  return between(data, y0 * width + x0, 1, width, px - x0, py - y0)
}

/** The same of one channel, where the edge goes on for ever. */
export function levelClamped({ width, height, channels, data }: Samples, x: number, y: number, channel = 0): number {
  const px = Math.min(width - 1, Math.max(0, x - 0.5))
  const py = Math.min(height - 1, Math.max(0, y - 0.5))
  const x0 = px | 0
  const y0 = py | 0
  const right = x0 < width - 1 ? channels : 0
  const below = y0 < height - 1 ? width * channels : 0
  return between(data, (y0 * width + x0) * channels + channel, right, below, px - x0, py - y0)
}
