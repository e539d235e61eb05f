import { quantile } from '../../imaging/quantile.ts'
import { type AppearanceMap, HAVE_MEAN, type LearnedMap, type LearnedSurface } from '../../products/appearance.ts'
import type { MapCells, SurfaceCells } from './cells.ts'

/** How a map of a surface is told from the surface itself. */
interface OwnMap {
  /** What cameras, noise and grain make by themselves: no spread is less. */
  readonly floor: number
  /** The largest |value − mean| / spread that good surfaces show, of any product and under any light. */
  readonly most: number
  /** So many times more where remains of a cover or of a layer lie. */
  readonly worn: number
}

/**
 * Of 20 photographs of good sealed cards under nine lights the largest are 0.75 of `most`, of 11 of opened ones, which bear crumbs of
 * the scratch-off and of paper, as much of `worn`.
 */
const own: Readonly<Record<AppearanceMap, OwnMap>> = {
  upright: { floor: 0.01, most: 7, worn: 6 },
  level: { floor: 0.01, most: 7.5, worn: 6 },
  rising: { floor: 0.01, most: 8, worn: 6 },
  falling: { floor: 0.01, most: 8, worn: 6 },
  dot: { floor: 0.015, most: 7.5, worn: 5 },
  spot: { floor: 0.015, most: 7, worn: 2.5 },
  patch: { floor: 0.015, most: 8, worn: 1.4 },
  tone: { floor: 0.03, most: 4, worn: 1.2 },
  'red-green': { floor: 0.012, most: 9, worn: 1.5 },
  'blue-green': { floor: 0.012, most: 9, worn: 3.5 },
}

/** The spread is taken over so many mm to each side, and worked out so far apart: light changes slowly. */
const AROUND_MM = 7
const EVERY_MM = 3
/** A cell tells of the surface with so much of it in view, and so many cells tell of a place. */
const LEAST_SHARE = 0.3
const LEAST_CELLS = 20
/** From the median distance to the standard deviation of a normal distribution. */
const MAD = 1.4826

/**
 * What a surface looks like around each of its places: the reference where nobody knows how good units look under a photograph's light.
 * The median of the cells around is the surface, whatever stands on less than half of them.
 * @param isWorn by cell: may remains of a cover or of the layer above lie there?
 */
export function ownSurroundings(cells: SurfaceCells, isWorn: (column: number, row: number) => boolean): LearnedSurface {
  const { cellMm, columns, rows } = cells
  const maps: Partial<Record<AppearanceMap, LearnedMap>> = {}
  for (const [map, seen] of cells.maps) maps[map] = mapAround(cells, map, seen, isWorn)
  return { units: 0, cellMm, columns, rows, maps }
}

function mapAround(
  { cellMm, columns, rows }: SurfaceCells,
  map: AppearanceMap,
  seen: MapCells,
  isWorn: (column: number, row: number) => boolean,
): LearnedMap {
  const { floor, most, worn } = own[map]
  const hasMean = HAVE_MEAN.includes(map)
  const mean = hasMean ? new Float32Array(columns * rows) : null
  const rms = new Float32Array(columns * rows)
  const least = LEAST_SHARE * seen.count.reduce((a, b) => Math.max(a, b), 0)
  const values = rms.map((_, i) =>
    seen.count[i]! < Math.max(1, least) ? Number.NaN : hasMean ? meanOf(seen, i) : rmsOf(seen, i),
  )
  const every = Math.max(1, Math.round(EVERY_MM / cellMm))
  const reach = Math.round(AROUND_MM / cellMm)
  for (let row = 0; row < rows; row += every)
    for (let column = 0; column < columns; column += every) {
      const around = valuesAround(values, columns, rows, column + (every >> 1), row + (every >> 1), reach)
      if (around.length < LEAST_CELLS) continue
      const middle = quantile(around, 0.5)
      const spread = hasMean
        ? MAD *
          quantile(
            around.map(value => Math.abs(value - middle)),
            0.5,
          )
        : middle
      for (let y = row; y < Math.min(rows, row + every); y++)
        for (let x = column; x < Math.min(columns, column + every); x++) {
          const i = y * columns + x
          rms[i] = Math.max(floor, spread) * (isWorn(x, y) ? worn : 1)
          if (mean !== null) mean[i] = middle
        }
    }
  return { mean, rms, most }
}

function valuesAround(
  values: Float32Array,
  columns: number,
  rows: number,
  column: number,
  row: number,
  reach: number,
): number[] {
  const around: number[] = []
  for (let y = Math.max(0, row - reach); y <= Math.min(rows - 1, row + reach); y++)
    for (let x = Math.max(0, column - reach); x <= Math.min(columns - 1, column + reach); x++) {
      const value = values[y * columns + x]!
      if (!Number.isNaN(value)) around.push(value)
    }
  return around
}

const meanOf = ({ sum, count }: MapCells, i: number) => sum[i]! / count[i]!
const rmsOf = ({ squares, count }: MapCells, i: number) => Math.sqrt(squares[i]! / count[i]!)
