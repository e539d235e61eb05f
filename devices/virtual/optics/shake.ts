/**
 * Smears a linear R, G, B picture sideways over `lengthPx`, as a camera does that moves evenly during the exposure. In
 * place; the rows' ends are taken as going on.
 */
export function smear(image: Float32Array, width: number, height: number, lengthPx: number): void {
  const reach = Math.round((lengthPx - 1) / 2)
  if (reach < 1) return
  const row = new Float32Array(3 * width)
  const inside = (x: number): number => Math.min(width - 1, Math.max(0, x))
  for (let y = 0; y < height; y++) {
    const from = 3 * y * width
    row.set(image.subarray(from, from + 3 * width))
    for (let c = 0; c < 3; c++) {
      let sum = 0
      for (let x = -reach; x <= reach; x++) sum += row[3 * inside(x) + c]!
      for (let x = 0; x < width; x++) {
        image[from + 3 * x + c] = sum / (2 * reach + 1)
        sum += row[3 * inside(x + reach + 1) + c]! - row[3 * inside(x - reach) + c]!
      }
    }
  }
}
