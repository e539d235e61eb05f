import { solve } from './solve.ts'

/** Tells one observation: `row · x` was seen to be `value`, and counts `weight` times. Default: 1. */
export type Observe = (row: ArrayLike<number>, value: number, weight?: number) => void

/**
 * The x that comes nearest to all observations, by their normal equations; null when they do not determine it. Unknowns
 * should be of about one size.
 */
export function linearLeastSquares(unknowns: number, tell: (observe: Observe) => void): Float64Array | null {
  const normal = new Float64Array(unknowns * unknowns)
  const right = new Float64Array(unknowns)
  tell((row, value, weight = 1) => {
    for (let i = 0; i < unknowns; i++) {
      const weighed = row[i]! * weight
      if (weighed === 0) continue
      right[i]! += weighed * value
      for (let j = 0; j < unknowns; j++) normal[i * unknowns + j]! += weighed * row[j]!
    }
  })
  return solve(normal, right)
}

/**
 * Levenberg–Marquardt with differences for derivatives: the parameters that make the residuals least.
 *
 * @param residuals fills `into` for the parameters given; the same number each time
 * @param steps how far each parameter is moved for its derivative
 */
export function leastSquares(
  start: readonly number[],
  count: number,
  residuals: (parameters: readonly number[], into: Float64Array) => void,
  steps: readonly number[],
): number[] {
  let parameters = [...start]
  let now = new Float64Array(count)
  let next = new Float64Array(count)
  residuals(parameters, now)
  let cost = dot(now, now)
  let damping = 1e-3
  const columns = parameters.map(() => new Float64Array(count))
  for (let round = 0; round < 60; round++) {
    for (const [p, column] of columns.entries()) {
      const moved = [...parameters]
      moved[p]! += steps[p]!
      residuals(moved, column)
      for (let i = 0; i < count; i++) column[i] = (column[i]! - now[i]!) / steps[p]!
    }
    const step = dampedStep(columns, now)
    let better = false
    for (let attempt = 0; attempt < 8 && !better; attempt++) {
      const change = step(damping)
      const tried = change && parameters.map((value, p) => value - change[p]!)
      if (tried !== null) residuals(tried, next)
      const triedCost = tried === null ? Number.POSITIVE_INFINITY : dot(next, next)
      if (tried !== null && triedCost < cost) {
        better = true
        const gain = cost - triedCost
        parameters = tried
        ;[now, next] = [next, now]
        cost = triedCost
        damping = Math.max(1e-12, damping / 10)
        if (gain < 1e-12 * cost) return parameters
      } else damping *= 10
    }
    if (!better) break
  }
  return parameters
}

/** The change of parameters under a damping; scaled by the diagonal, as parameters differ by many powers of ten. */
function dampedStep(
  columns: readonly Float64Array[],
  residuals: Float64Array,
): (damping: number) => readonly number[] | null {
  const scale = columns.map(column => 1 / (Math.sqrt(dot(column, column)) || 1))
  const normal = columns.flatMap((a, p) => columns.map((b, q) => dot(a, b) * scale[p]! * scale[q]!))
  const gradient = columns.map((column, p) => dot(column, residuals) * scale[p]!)
  return damping => {
    const damped = Float64Array.from(normal, (value, i) =>
      i % (columns.length + 1) === 0 ? value * (1 + damping) + 1e-18 : value,
    )
    const change = solve(damped, Float64Array.from(gradient))
    return change && Array.from(change, (value, p) => value * scale[p]!)
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
