import { solve } from '../../../harness/imaging/least-squares.ts'
import type { Point } from './target.ts'

/** White at one place of the picture. */
export interface WhitePlace {
  /** px */
  readonly at: Point
  /** Linear R, G, B. */
  readonly mean: readonly [number, number, number]
}

/** How white is lit all over the picture, as far as smooth light and a smooth lens can differ from place to place. */
export interface FlatField {
  readonly columns: number
  readonly rows: number
  /** Linear R, G, B of white at each node, row by row; the outermost nodes lie at the picture's edges. */
  readonly white: readonly number[]
  /** What the measured places differ from it by, as a share of white: root of the mean square. */
  readonly residual: number
}

const columns = 13
const rows = 9
/** Light that is smoother than the target is wide; a lens darkens with the square and the fourth power. */
const degree = 4

/**
 * Lays a smooth surface through the white of a target. Beyond the target nothing was measured: there the field goes on as
 * it is at the nearest place that was.
 */
export function fitFlatField(
  places: readonly WhitePlace[],
  { width, height }: { readonly width: number; readonly height: number },
): FlatField {
  const basis = ([x, y]: Point): number[] => terms((2 * x) / width - 1, (2 * y) / height - 1)
  const measured = places.map(({ at }) => basis(at))
  const count = measured[0]?.length ?? 0
  const normal = indices(count).map(i => indices(count).map(j => measured.reduce((sum, b) => sum + b[i]! * b[j]!, 0)))
  const surfaces = ([0, 1, 2] as const).map(c =>
    solve(
      normal,
      indices(count).map(i => measured.reduce((sum, b, k) => sum + b[i]! * places[k]!.mean[c], 0)),
    ),
  )
  const levelAt = (surface: readonly number[], b: readonly number[]) =>
    b.reduce((sum, t, i) => sum + t * surface[i]!, 0)
  const off = places.flatMap(({ mean }, k) =>
    surfaces.map((surface, c) => levelAt(surface, measured[k]!) / Math.max(1e-6, mean[c]!) - 1),
  )
  const [left, right] = extent(places.map(({ at }) => at[0]))
  const [top, bottom] = extent(places.map(({ at }) => at[1]))
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

const indices = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const extent = (values: readonly number[]): readonly [number, number] => [Math.min(...values), Math.max(...values)]
/** The file need not tell more than the camera does. */
const rounded = (value: number): number => Number(value.toPrecision(4))
