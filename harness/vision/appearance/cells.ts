import type { AppearanceMap } from '../../products/appearance.ts'
import type { Field } from './local-means.ts'
import { type SurfaceMaps, surfaceMaps } from './surface-maps.ts'
import type { SurfaceView } from './surface-view.ts'

/** A surface cut into cells, row by row. */
export interface CellGrid {
  readonly cellMm: number
  readonly columns: number
  readonly rows: number
}

/** What the samples of each cell of a map come to. Cells without a sample have a count of 0. */
export interface MapCells {
  /** Samples that nothing explains. */
  readonly count: Uint16Array
  readonly sum: Float32Array
  readonly squares: Float32Array
  readonly least: Float32Array
  readonly most: Float32Array
}

/** One photograph of a surface, map by map and cell by cell: all that learning and judging need of it. */
export interface SurfaceCells extends CellGrid {
  readonly on: string
  readonly maps: ReadonlyMap<AppearanceMap, MapCells>
}

/** What differs over less than this is a mark and not light; a file of all maps stays small. */
const CELL_MM = 1

/** The cells of a surface as it is seen. @param seen the surface's maps, where they are known already */
export function surfaceCells({ on, raster, valid, pixelsPerMm }: SurfaceView, seen?: SurfaceMaps): SurfaceCells {
  const cellPx = Math.round(CELL_MM * pixelsPerMm)
  const columns = Math.ceil(raster.width / cellPx)
  const rows = Math.ceil(raster.height / cellPx)
  const maps = new Map<AppearanceMap, MapCells>()
  for (const [map, field] of seen ?? surfaceMaps(raster, valid, pixelsPerMm)) {
    // A map of what is large has fewer samples.
    const scale = Math.round(raster.width / field.width)
    maps.set(map, mapCells(field, cellPx / scale, columns, rows))
  }
  return { on, cellMm: CELL_MM, columns, rows, maps }
}

function mapCells({ width, height, data, valid }: Field, cellPx: number, columns: number, rows: number): MapCells {
  const cells = columns * rows
  const count = new Uint16Array(cells)
  const sum = new Float32Array(cells)
  const squares = new Float32Array(cells)
  const least = new Float32Array(cells).fill(Number.POSITIVE_INFINITY)
  const most = new Float32Array(cells).fill(Number.NEGATIVE_INFINITY)
  const columnOf = Uint16Array.from({ length: width }, (_, x) => Math.floor(x / cellPx))
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / cellPx) * columns
    for (let x = 0; x < width; x++, i++) {
      if (valid[i] === 0) continue
      const cell = row + columnOf[x]!
      const value = data[i]!
      count[cell]!++
      sum[cell]! += value
      squares[cell]! += value * value
      if (value < least[cell]!) least[cell] = value
      if (value > most[cell]!) most[cell] = value
    }
  }
  return { count, sum, squares, least, most }
}
