/** The means along all straight lines of one direction. */
export interface LineMeans {
  /** From one sample of a line to the next, to the right and down; one of them is 1. */
  readonly step: readonly [x: number, y: number]
  /** By the sample at which a line ends, row by row; 0 where there is none. Filled again for the next direction. */
  readonly means: Float32Array
}

interface Samples {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/**
 * Means along straight lines, direction by direction: what is straight stands out there, though it be fainter than the noise about it.
 * Their time does not grow with the length.
 * @param length samples of a line along the nearer axis
 * @param slopes directions between an axis and a diagonal
 */
export function* lineMeans({ width, height, data }: Samples, length: number, slopes: number): Generator<LineMeans> {
  const means = new Float32Array(data.length)
  for (const isSteep of [false, true]) {
    const [ahead, aside] = isSteep ? [height, width] : [width, height]
    const [along, across] = isSteep ? [width, 1] : [1, width]
    const places = new Int32Array(ahead)
    const rises = new Int32Array(ahead)
    for (let slope = -slopes; slope <= slopes; slope++) {
      // Both halves have the diagonals.
      if (isSteep && Math.abs(slope) === slopes) continue
      means.fill(0)
      for (let i = 0; i < ahead; i++) {
        rises[i] = Math.round((i * slope) / slopes)
        places[i] = i * along + rises[i]! * across
      }
      const end = rises[ahead - 1]!
      for (let start = -Math.max(0, end); start < aside - Math.min(0, end); start++) {
        const [first, last] = stretch(rises, start, aside)
        const offset = start * across
        let sum = 0
        for (let i = first, stop = Math.min(last + 1, first + length); i < stop; i++) sum += data[places[i]! + offset]!
        if (last + 1 - first >= length) means[places[first + length - 1]! + offset] = sum / length
        for (let i = first + length; i <= last; i++) {
          const at = places[i]! + offset
          sum += data[at]! - data[places[i - length]! + offset]!
          means[at] = sum / length
        }
      }
      yield { step: isSteep ? [slope / slopes, 1] : [1, slope / slopes], means }
    }
  }
}

/** The part of a line that lies within `aside` samples. */
function stretch(rises: Int32Array, start: number, aside: number): [first: number, last: number] {
  const isInside = (i: number) => start + rises[i]! >= 0 && start + rises[i]! < aside
  let first = 0
  let last = rises.length - 1
  while (first <= last && !isInside(first)) first++
  while (last > first && !isInside(last)) last--
  return [first, last]
}
