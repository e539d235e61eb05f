/**
 * Solves the n×n system `matrix · x = right` (row-major; both are overwritten) by Gaussian elimination with partial
 * pivoting. Null when it is singular to working precision.
 */
export function solve(matrix: Float64Array, right: Float64Array): Float64Array | null {
  const n = right.length
  let largest = 0
  for (const value of matrix) largest = Math.max(largest, Math.abs(value))
  for (let column = 0; column < n; column++) {
    let pivot = column
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(matrix[row * n + column]!) > Math.abs(matrix[pivot * n + column]!)) pivot = row
    }
    if (!(Math.abs(matrix[pivot * n + column]!) > largest * 1e-13)) return null
    if (pivot !== column) {
      for (let k = 0; k < n; k++) {
        const kept = matrix[column * n + k]!
        matrix[column * n + k] = matrix[pivot * n + k]!
        matrix[pivot * n + k] = kept
      }
      const kept = right[column]!
      right[column] = right[pivot]!
      right[pivot] = kept
    }
    for (let row = column + 1; row < n; row++) {
      const factor = matrix[row * n + column]! / matrix[column * n + column]!
      if (factor === 0) continue
      for (let k = column; k < n; k++) matrix[row * n + k]! -= factor * matrix[column * n + k]!
      right[row]! -= factor * right[column]!
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    let sum = right[row]!
    for (let k = row + 1; k < n; k++) sum -= matrix[row * n + k]! * right[k]!
    right[row] = sum / matrix[row * n + row]!
  }
  return right
}
