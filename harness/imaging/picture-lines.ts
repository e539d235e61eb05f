/** The rows or the columns of a picture with one sample a pixel. */
export interface Lines {
  readonly count: number
  readonly length: number
  /** Mean of a line and the one behind it: half the noise. */
  pairAt(line: number): Float32Array
}

export function rowsOf(width: number, height: number, data: Uint8Array): Lines {
  return linesOf(data, { count: height, length: width, across: width, along: 1 })
}

export function columnsOf(width: number, height: number, data: Uint8Array): Lines {
  return linesOf(data, { count: width, length: height, across: 1, along: width })
}

/** @param across steps of the index from a line to the next one; `along` from a sample to the next one of its line */
function linesOf(
  data: Uint8Array,
  { count, length, across, along }: { count: number; length: number; across: number; along: number },
): Lines {
  return {
    count,
    length,
    pairAt(line) {
      const pair = new Float32Array(length)
      for (let i = 0, at = line * across; i < length; i++, at += along) pair[i] = (data[at]! + data[at + across]!) / 2
      return pair
    },
  }
}
