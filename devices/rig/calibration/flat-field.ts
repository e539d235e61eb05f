import { linearLeastSquares } from '../../../harness/imaging/least-squares.ts'
import type { Point } from '../../../harness/imaging/quad.ts'
import type { SizePx } from '../../../harness/imaging/raster.ts'
import type { Colour } from './picture.ts'

/** White at one place of the picture. */
export interface WhitePlace {
  readonly atPx: Point
  readonly mean: Colour
}

/** How white is lit all over the picture, as far as smooth light and a smooth lens can differ from place to place. */
export interface FlatField {
  readonly columns: number
  readonly rows: number
  /** Linear R, G, B of white at each node, row by row; the outermost nodes lie at the picture's edges. */
  readonly white: number[]
  /** What the measured places differ from it by, as a share of white: root of the mean square. */
  readonly residual: number
}

const columns = 13
const rows = 9
/** Light that is smoother than the target is wide; a lens darkens with the square and the fourth power. */
const degree = 4
/** Of places that determine none. */
const noSurface: readonly number[] = terms(0, 0).map(() => 0)

/**
 * Lays a smooth surface through the white of a target. Beyond the target nothing was measured: there the field goes on as
 * it is at the nearest place that was.
 */
export function fitFlatField(places: readonly WhitePlace[], { width, height }: SizePx): FlatField {
  const basis = ([x, y]: Point): number[] => terms((2 * x) / width - 1, (2 * y) / height - 1)
  const measured = places.map(({ atPx }) => basis(atPx))
  const surfaces = ([0, 1, 2] as const).map(
    c =>
      linearLeastSquares(terms(0, 0).length, observe => {
        for (const [k, { mean }] of places.entries()) observe(measured[k]!, mean[c])
      }) ?? noSurface,
  )
  const levelAt = (surface: ArrayLike<number>, b: readonly number[]) =>
    b.reduce((sum, t, i) => sum + t * surface[i]!, 0)
  const off = places.flatMap(({ mean }, k) =>
    surfaces.map((surface, c) => levelAt(surface, measured[k]!) / Math.max(1e-6, mean[c]!) - 1),
  )
  const [left, right] = extent(places.map(({ atPx }) => atPx[0]))
  const [top, bottom] = extent(places.map(({ atPx }) => atPx[1]))
  const white: number[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const x = Math.min(right, Math.max(left, (column / (columns - 1)) * width))
      const y = Math.min(bottom, Math.max(top, (row / (rows - 1)) * height))
      for (const surface of surfaces) white.push(rounded(Math.max(1e-4, levelAt(surface, basis([x, y])))))
    }
  }
  return { columns, rows, white, residual: Math.sqrt(off.reduce((sum, d) => sum + d * d, 0) / Math.max(1, off.length)) }
}

/** Products of powers of u and v, up to the degree. */
function terms(u: number, v: number): number[] {
  const all: number[] = []
  for (let sum = 0; sum <= degree; sum++) for (let i = 0; i <= sum; i++) all.push(u ** i * v ** (sum - i))
  return all
}

const extent = (values: readonly number[]): readonly [number, number] => [Math.min(...values), Math.max(...values)]
/** The file need not tell more than the camera does. */
const rounded = (value: number): number => Number(value.toPrecision(4))
