/**
 * Levenberg–Marquardt with differences for derivatives: the parameters that make the residuals least.
 *
 * @param residuals fills `into` for the parameters given; the same number each time
 */
export function leastSquares(
  start: readonly number[],
  count: number,
  residuals: (parameters: readonly number[], into: Float64Array) => void,
  steps: readonly number[],
): { readonly parameters: number[]; readonly rms: number } {
  let parameters = [...start]
  let now = new Float64Array(count)
  let next = new Float64Array(count)
  residuals(parameters, now)
  let cost = sumOfSquares(now)
  let damping = 1e-3
  const columns = parameters.map(() => new Float64Array(count))
  for (let round = 0; round < 60; round++) {
    for (const [p, column] of columns.entries()) {
      const moved = [...parameters]
      moved[p]! += steps[p]!
      residuals(moved, column)
      for (let i = 0; i < count; i++) column[i] = (column[i]! - now[i]!) / steps[p]!
    }
    const normal = columns.map(a => columns.map(b => dot(a, b)))
    const gradient = columns.map(column => dot(column, now))
    let better = false
    for (let attempt = 0; attempt < 8 && !better; attempt++) {
      const damped = normal.map((row, p) => row.map((value, q) => (p === q ? value * (1 + damping) + 1e-18 : value)))
      const change = solve(damped, gradient)
      const tried = parameters.map((value, p) => value - change[p]!)
      residuals(tried, next)
      const triedCost = sumOfSquares(next)
      if (triedCost < cost) {
        better = true
        const gain = cost - triedCost
        parameters = tried
        ;[now, next] = [next, now]
        cost = triedCost
        damping = Math.max(1e-12, damping / 10)
        if (gain < 1e-12 * cost) return { parameters, rms: Math.sqrt(cost / count) }
      } else damping *= 10
    }
    if (!better) break
  }
  return { parameters, rms: Math.sqrt(cost / count) }
}

function sumOfSquares(values: Float64Array): number {
  return dot(values, values)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** Gauss with pivots. Scaled by the diagonal first: parameters differ by many powers of ten. */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length
  const scale = matrix.map((row, i) => 1 / Math.sqrt(Math.abs(row[i]!) || 1))
  const rows = matrix.map((row, i) => [...row.map((value, j) => value * scale[i]! * scale[j]!), right[i]! * scale[i]!])
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row
    }
    ;[rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!]
    const lead = rows[column]![column]! || 1e-300
    for (let row = column + 1; row < size; row++) {
      const share = rows[row]![column]! / lead
      for (let k = column; k <= size; k++) rows[row]![k]! -= share * rows[column]![k]!
    }
  }
  const result = new Array<number>(size).fill(0)
  for (let row = size - 1; row >= 0; row--) {
    let value = rows[row]![size]!
    for (let k = row + 1; k < size; k++) value -= rows[row]![k]! * result[k]!
    result[row] = value / (rows[row]![row]! || 1e-300)
  }
  return result.map((value, i) => value * scale[i]!)
}
