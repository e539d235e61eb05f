/** A vector in mm: x right and y down in the picture, z from the bench towards the camera. */
export type Vector3 = readonly [number, number, number]
/** A rotation, row by row. */
export type Rotation = readonly [number, number, number, number, number, number, number, number, number]

const radians = (deg: number): number => (deg * Math.PI) / 180

/** Turn in the picture plane, clockwise as seen by the camera. */
export function turnBy(deg: number): Rotation {
  const c = Math.cos(radians(deg))
  const s = Math.sin(radians(deg))
  return [c, -s, 0, s, c, 0, 0, 0, 1]
}

/** Lean that lifts the side towards `towardsDeg` (clockwise from x). */
export function lean(deg: number, towardsDeg: number): Rotation {
  const c = Math.cos(radians(deg))
  const s = Math.sin(radians(deg))
  const dx = Math.cos(radians(towardsDeg))
  const dy = Math.sin(radians(towardsDeg))
  const k = c - 1
  return [1 + k * dx * dx, k * dx * dy, -s * dx, k * dx * dy, 1 + k * dy * dy, -s * dy, s * dx, s * dy, c]
}

export function multiply(a: Rotation, b: Rotation): Rotation {
  const at = (row: number, column: number): number =>
    a[3 * row]! * b[column]! + a[3 * row + 1]! * b[3 + column]! + a[3 * row + 2]! * b[6 + column]!
  return [at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1), at(1, 2), at(2, 0), at(2, 1), at(2, 2)]
}

export function inverseRotation(a: Rotation): Rotation {
  return [a[0], a[3], a[6], a[1], a[4], a[7], a[2], a[5], a[8]]
}

export function rotate(a: Rotation, v: Vector3): Vector3 {
  return [
    a[0] * v[0] + a[1] * v[1] + a[2] * v[2],
    a[3] * v[0] + a[4] * v[1] + a[5] * v[2],
    a[6] * v[0] + a[7] * v[1] + a[8] * v[2],
  ]
}

export function minus(a: Vector3, b: Vector3): Vector3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}
