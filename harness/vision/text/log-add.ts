/** Beyond so many nats the smaller one is less than the rounding of the larger one's exponential. */
const FURTHEST = 30
/** Cells a nat. With three terms a cell the error stays below 1e-7, far below what float32 posteriors carry. */
const CELLS_A_NAT = 32

/** Taylor terms of log(1 + exp(−gap)) about the middle of each cell: value, slope, half the curvature. */
const TERMS = termsOfCells()

/**
 * log(exp a + exp b), from a table: decoding a line adds a million of these, and `Math.log1p(Math.exp())` was a fifth
 * of all the time that a photograph took.
 */
export function logAdd(a: number, b: number): number {
  const high = a > b ? a : b
  // Of two −∞ it is NaN, and no number is less.
  const gap = a > b ? a - b : b - a
  if (!(gap < FURTHEST)) return high
  const cell = (gap * CELLS_A_NAT) | 0
  const from = gap - (cell + 0.5) / CELLS_A_NAT
  const i = cell * 3
  return high + TERMS[i]! + from * (TERMS[i + 1]! + from * TERMS[i + 2]!)
}

function termsOfCells(): Float64Array {
  const terms = new Float64Array(FURTHEST * CELLS_A_NAT * 3)
  for (let cell = 0; cell < terms.length / 3; cell++) {
    const share = Math.exp(-(cell + 0.5) / CELLS_A_NAT)
    terms[cell * 3] = Math.log1p(share)
    terms[cell * 3 + 1] = -share / (1 + share)
    terms[cell * 3 + 2] = share / (1 + share) ** 2 / 2
  }
  return terms
}
