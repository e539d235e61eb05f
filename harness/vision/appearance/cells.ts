import { type AppearanceMap, appearanceMaps } from '../../products/appearance.ts'
import { surfaceMaps } from './surface-maps.ts'
import type { SurfaceView } from './surface-view.ts'

/** A surface cut into cells, row by row. */
export interface CellGrid {
  readonly cellMm: number
  readonly columns: number
  readonly rows: number
}

/** What the samples of each cell of a map come to. Cells without a sample have a count of 0. */
export interface MapCells {
  readonly sum: Float32Array
  readonly squares: Float32Array
  readonly least: Float32Array
  readonly most: Float32Array
}

/** One photograph of a surface, map by map and cell by cell: all that learning and judging need of it. */
export interface SurfaceCells extends CellGrid {
  readonly on: string
  /** Samples of each cell that nothing explains. */
  readonly count: Uint16Array
  readonly maps: ReadonlyMap<AppearanceMap, MapCells>
}

/** What differs over less than this is a mark and not light; a file of all maps stays small. */
const CELL_MM = 1

/** The cells of a surface as it is seen. */
export function surfaceCells(view: SurfaceView): SurfaceCells {
  const { raster, valid, pixelsPerMm } = view
  const { width, height } = raster
  const cellPx = Math.round(CELL_MM * pixelsPerMm)
  const columns = Math.ceil(width / cellPx)
  const rows = Math.ceil(height / cellPx)
  const cells = columns * rows
  const count = new Uint16Array(cells)
  const at = new Int32Array(width * height)
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / cellPx) * columns
    for (let x = 0; x < width; x++, i++) {
      at[i] = valid[i] === 1 ? row + Math.floor(x / cellPx) : -1
      if (valid[i] === 1) count[at[i]!]!++
    }
  }
  const seen = surfaceMaps(raster, valid, pixelsPerMm)
  const maps = new Map<AppearanceMap, MapCells>()
  for (const map of appearanceMaps) {
    const field = seen.get(map)
    if (field === undefined) continue
    const { data } = field
    const sum = new Float32Array(cells)
    const squares = new Float32Array(cells)
    const least = new Float32Array(cells).fill(Number.POSITIVE_INFINITY)
    const most = new Float32Array(cells).fill(Number.NEGATIVE_INFINITY)
    for (let i = 0; i < data.length; i++) {
      const cell = at[i]!
      if (cell < 0) continue
      const value = data[i]!
      sum[cell]! += value
      squares[cell]! += value * value
      if (value < least[cell]!) least[cell] = value
      if (value > most[cell]!) most[cell] = value
    }
    maps.set(map, { sum, squares, least, most })
  }
  return { on: view.on, cellMm: CELL_MM, columns, rows, count, maps }
}
