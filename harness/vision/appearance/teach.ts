import { LEAST_UNITS, type LearnedCover, type LearnedLight, type LearnedSurface } from '../../products/appearance.ts'
import { type CoverFeatures, learnCover } from '../surface/cover-features.ts'
import type { UnitCells } from './learn.ts'
import { learnSurface } from './learn.ts'
import type { AppearanceSample } from './sample.ts'

/** One photograph of a good unit under the light that is learned. */
export interface TaughtPhotograph {
  /** Whatever tells units apart; photographs of one unit count as one. */
  readonly unit: string
  readonly sample: AppearanceSample
}

/**
 * What good units look like under one light: every surface that at least five units show. Null when there is none.
 */
export function learnLight(photographs: readonly TaughtPhotograph[]): LearnedLight | null {
  const units = new Map<string, AppearanceSample[]>()
  for (const { unit, sample } of photographs) units.set(unit, [...(units.get(unit) ?? []), sample])
  const surfaces: Record<string, LearnedSurface> = {}
  const names = new Set(photographs.flatMap(({ sample }) => sample.surfaces.map(({ on }) => on)))
  for (const name of [...names].sort()) {
    const shown: UnitCells[] = [...units.values()].flatMap(samples => {
      const cells = samples.flatMap(({ surfaces }) => surfaces.filter(({ on }) => on === name))
      return cells.length === 0 ? [] : [cells]
    })
    const learned = learnSurface(shown)
    if (learned !== null) surfaces[name] = learned
  }
  if (units.size < LEAST_UNITS || Object.keys(surfaces).length === 0) return null
  return { units: units.size, surfaces, covers: learnCovers([...units.values()]) }
}

/** The material of each cover that at least five units show; a unit counts once. */
function learnCovers(units: readonly (readonly AppearanceSample[])[]): Record<string, LearnedCover> {
  const covers: Record<string, LearnedCover> = {}
  const names = new Set(units.flat().flatMap(sample => Object.keys(sample.covers)))
  for (const name of [...names].sort()) {
    const shown = units.flatMap(samples => {
      const seen = samples.map(sample => sample.covers[name]).filter(one => one !== undefined)
      return seen.length === 0 ? [] : [meanOf(seen)]
    })
    if (shown.length >= LEAST_UNITS) covers[name] = learnCover(shown)
  }
  return covers
}

/** Of the features that all have. */
function meanOf(seen: readonly CoverFeatures[]): CoverFeatures {
  const names = Object.keys(seen[0]!).filter(name => seen.every(one => one[name] !== undefined))
  const mean = (name: string) => seen.reduce((sum, one) => sum + one[name]!, 0) / seen.length
  return Object.fromEntries(names.map(name => [name, mean(name)]))
}
