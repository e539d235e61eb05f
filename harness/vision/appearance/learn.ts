import {
  type AppearanceMap,
  appearanceMaps,
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
/** Of these the place itself says something, since they change slowly; the others scatter about nothing. */
const HAVE_MEAN: readonly AppearanceMap[] = ['tone', 'red-green', 'blue-green']

/**
 * What a surface looks like on good units: mean and spread, and how far the one that is furthest from the others is from them
 * (each unit judged by all the others). Null with fewer than five units.
 */
export function learnSurface(units: readonly UnitCells[]): LearnedSurface | null {
  const first = units[0]?.[0]
  if (units.length < LEAST_UNITS || first === undefined) return null
  const { cellMm, columns, rows } = first
  const maps: Partial<Record<AppearanceMap, LearnedMap>> = {}
  for (const map of appearanceMaps) {
    if (!units.every(unit => unit.every(cells => cells.maps.has(map)))) continue
    const whole = learnMap(units, map, LEAST_UNITS)
    // A floor, so that a surface without any noise still has a limit.
    let most = 1
    for (const [left, unit] of units.entries()) {
      const others = learnMap(
        units.filter((_, i) => i !== left),
        map,
        LEAST_UNITS - 1,
      )
      for (const cells of unit) for (const score of mapScores(cells, map, others)) most = Math.max(most, score)
    }
    maps[map] = { ...whole, most }
  }
  return { units: units.length, cellMm, columns, rows, maps }
}

type Spread = Omit<LearnedMap, 'most'>

/** @param least units that have to have shown a place */
function learnMap(units: readonly UnitCells[], map: AppearanceMap, least: number): Spread {
  const { columns, rows, cellMm, count } = units[0]![0]!
  const cells = count.length
  const reach = Math.round(POOLED_MM / cellMm)
  const mean = HAVE_MEAN.includes(map) ? meanOf(units, map, cells) : null
  const squares = new Float32Array(cells)
  const samples = new Float32Array(cells)
  for (const unit of units)
    for (const { maps, count } of unit) {
      const seen = maps.get(map)!
      for (let i = 0; i < cells; i++) {
        if (count[i] === 0) continue
        samples[i]! += count[i]!
        squares[i]! += Math.max(0, aboutMean(seen, count[i]!, i, mean?.[i] ?? 0))
      }
    }
  const isKnown = Array.from(
    samples,
    (_, i) => units.filter(unit => unit.some(({ count }) => count[i]! > 0)).length >= least,
  )
  for (const line of [squares, samples]) boxSum(line, columns, rows, reach, reach)
  const floor = LEAST_SPREAD[map]
  const rms = Float32Array.from(squares, (sum, i) =>
    isKnown[i] ? Math.max(floor, Math.sqrt(Math.max(0, sum) / samples[i]!)) : 0,
  )
  return { mean, rms }
}

/** Sum of (value − mean)² over a cell. */
function aboutMean({ sum, squares }: MapCells, count: number, i: number, mean: number): number {
  return squares[i]! - 2 * mean * sum[i]! + count * mean * mean
}

/** Mean over the units, each as heavy as every other. */
function meanOf(units: readonly UnitCells[], map: AppearanceMap, cells: number): Float32Array {
  const mean = new Float32Array(cells)
  for (let i = 0; i < cells; i++) {
    let total = 0
    let seen = 0
    for (const unit of units) {
      let sum = 0
      let count = 0
      for (const photograph of unit) {
        sum += photograph.maps.get(map)!.sum[i]!
        count += photograph.count[i]!
      }
      if (count === 0) continue
      total += sum / count
      seen++
    }
    mean[i] = seen === 0 ? 0 : total / seen
  }
  return mean
}
