import type { Point, Quad } from '../../../harness/imaging/quad.ts'

/**
 * A printed target that lies in the plane of the card's face: dots in a square grid, three larger ones that tell which
 * dot is which and which way is up, and a square that leans by a few degrees for the measurement of sharpness.
 * Everything between the dots is white, for the measurement of light.
 *
 * Places are in mm from the target's origin, which is its first key dot: x right, y down.
 */
export interface TargetDesign {
  readonly name: 'calibration' | 'verification'
  /** Of the whole sheet. */
  readonly widthMm: number
  readonly heightMm: number
  /** The origin from the sheet's upper left corner. */
  readonly originMm: Point
  readonly pitchMm: number
  readonly dotMm: number
  readonly keyMm: number
  /** Grid steps, each dot once. */
  readonly dots: readonly GridStep[]
  /** Dark square for the measurement of sharpness. */
  readonly square: { readonly atMm: Point; readonly sideMm: number; readonly leanDeg: number }
}

export type GridStep = readonly [column: number, row: number]

/** Key dots: the origin, two steps along x, one step along y. No turn or mirroring maps them onto themselves. */
const keySteps: readonly GridStep[] = [
  [0, 0],
  [2, 0],
  [0, 1],
]

/** A square covers the dots within this many steps of its middle. */
const squareSteps = 1

function design(
  name: TargetDesign['name'],
  columns: GridStep,
  rows: GridStep,
  pitchMm: number,
  squareStep: GridStep,
): TargetDesign {
  const marginMm = pitchMm
  const dots: GridStep[] = []
  for (let row = rows[0]; row <= rows[1]; row++) {
    for (let column = columns[0]; column <= columns[1]; column++) {
      const away = Math.max(Math.abs(column - squareStep[0]), Math.abs(row - squareStep[1]))
      if (away > squareSteps) dots.push([column, row])
    }
  }
  return {
    name,
    widthMm: (columns[1] - columns[0]) * pitchMm + 2 * marginMm,
    heightMm: (rows[1] - rows[0]) * pitchMm + 2 * marginMm,
    originMm: [-columns[0] * pitchMm + marginMm, -rows[0] * pitchMm + marginMm],
    pitchMm,
    dotMm: 0.4 * pitchMm,
    keyMm: 0.66 * pitchMm,
    dots,
    square: { atMm: [squareStep[0] * pitchMm, squareStep[1] * pitchMm], sideMm: 2.3 * pitchMm, leanDeg: 5 },
  }
}

/** The one that is calibrated on: 126 × 84 mm, as large as the view of a rig for cards. */
export const calibrationTarget: TargetDesign = design('calibration', [-10, 9], [-6, 6], 6, [-4, 0])
/** The one that the calibration is proved on: other places, other distances. */
export const verificationTarget: TargetDesign = design('verification', [-10, 8], [-6, 6], 5, [4, -3])

/** Where a dot stands, from the origin. */
export function dotPlaceMm({ pitchMm }: TargetDesign, [column, row]: GridStep): Point {
  return [column * pitchMm, row * pitchMm]
}

export const isKey = ([column, row]: GridStep): boolean => keySteps.some(([x, y]) => x === column && y === row)

/** Corners of the leaning square, from the origin, clockwise from its upper left. */
export function squareCornersMm({ square }: TargetDesign): Quad {
  const halfMm = square.sideMm / 2
  const c = Math.cos((square.leanDeg * Math.PI) / 180)
  const s = Math.sin((square.leanDeg * Math.PI) / 180)
  const corner = (x: number, y: number): Point => [
    square.atMm[0] + halfMm * (c * x - s * y),
    square.atMm[1] + halfMm * (s * x + c * y),
  ]
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)]
}
