import {
  type AppearanceMap,
  appearanceMaps,
  HAVE_MEAN,
  LEAST_UNITS,
  type LearnedMap,
  type LearnedSurface,
} from '../../products/appearance.ts'
import type { MapCells, SurfaceCells } from './cells.ts'
import { boxSum } from './local-means.ts'
import { mapScores } from './score.ts'

/** The photographs of one good unit's surface: one a state or a pose that it was seen in. */
export type UnitCells = readonly SurfaceCells[]

/** The spread is taken over so many mm to each side: a few units tell it of no single place. */
const POOLED_MM = 3
/** What a camera's noise and rounding make by themselves. */
const LEAST_SPREAD: Readonly<Record<AppearanceMap, number>> = {
  upright: 0.003,
  level: 0.003,
  rising: 0.003,
  falling: 0.003,
  dot: 0.005,
  spot: 0.004,
  patch: 0.004,
  tone: 0.02,
  'red-green': 0.008,
  'blue-green': 0.008,
}

/**
 * A good unit that was not learned may be so much further out than any that was: of 450 photographs of 30 such units by ten
 * taught ones 2 were, with 1.25 instead 13.
 */
const BEYOND_TAUGHT = 1.5

/**
 * What a surface looks like on good units: mean and spread, and how far out a good unit may be: by the one that is furthest from
 * the others when each is judged by all the others. Null with fewer than five units.
 */
export function learnSurface(units: readonly UnitCells[]): LearnedSurface | null {
  const first = units[0]?.[0]
  if (units.length < LEAST_UNITS || first === undefined) return null
  const { cellMm, columns, rows } = first
  const maps: Partial<Record<AppearanceMap, LearnedMap>> = {}
  for (const map of appearanceMaps) {
    if (!units.every(unit => unit.every(cells => cells.maps.has(map)))) continue
    const whole = learnMap(units, map, LEAST_UNITS)
    let most = 1
    for (const [left, unit] of units.entries()) {
      const others = learnMap(
        units.filter((_, i) => i !== left),
        map,
        LEAST_UNITS - 1,
      )
      for (const cells of unit) for (const score of mapScores(cells, map, others)) most = Math.max(most, score)
    }
    maps[map] = { ...whole, most: BEYOND_TAUGHT * most }
  }
  return { units: units.length, cellMm, columns, rows, maps }
}

type Spread = Omit<LearnedMap, 'most'>

/** @param least units that have to have shown a place */
function learnMap(units: readonly UnitCells[], map: AppearanceMap, least: number): Spread {
  const { columns, rows, cellMm } = units[0]![0]!
  const cells = columns * rows
  const reach = Math.round(POOLED_MM / cellMm)
  const seen = units.map(unit => unit.map(({ maps }) => maps.get(map)!))
  const shown = new Uint16Array(cells)
  const mean = new Float32Array(cells)
  for (const photographs of seen)
    for (let i = 0; i < cells; i++) {
      const own = meanOf(photographs, i)
      if (own === null) continue
      shown[i]!++
      mean[i]! += own
    }
  const hasMean = HAVE_MEAN.includes(map)
  for (let i = 0; i < cells; i++) mean[i] = hasMean && shown[i]! > 0 ? mean[i]! / shown[i]! : 0
  const squares = new Float32Array(cells)
  const samples = new Float32Array(cells)
  for (const photograph of seen.flat())
    for (let i = 0; i < cells; i++) {
      samples[i]! += photograph.count[i]!
      squares[i]! += aboutMean(photograph, i, mean[i]!)
    }
  const pooled = boxSum(squares, columns, rows, reach, reach)
  const counts = boxSum(samples, columns, rows, reach, reach)
  const rms = new Float32Array(cells)
  for (let i = 0; i < cells; i++)
    if (shown[i]! >= least) rms[i] = Math.max(LEAST_SPREAD[map], Math.sqrt(Math.max(0, pooled[i]!) / counts[i]!))
  return { mean: hasMean ? mean : null, rms }
}

/** Of one unit, all its photographs together; null where none shows the place. */
function meanOf(photographs: readonly MapCells[], i: number): number | null {
  let sum = 0
  let count = 0
  for (const photograph of photographs) {
    sum += photograph.sum[i]!
    count += photograph.count[i]!
  }
  return count === 0 ? null : sum / count
}

/** Sum of (value − mean)² over a cell. */
function aboutMean({ count, sum, squares }: MapCells, i: number, mean: number): number {
  return Math.max(0, squares[i]! - 2 * mean * sum[i]! + count[i]! * mean * mean)
}
