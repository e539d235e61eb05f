import type { LearnedCover } from '../../products/appearance.ts'
import type { CoverEdge, Side } from './cover-edges.ts'
import { brushing, type CoverMaterial } from './cover-material.ts'

export type CoverFeatures = Readonly<Record<string, number>>

/** What tells materials apart, by name. All that a lamp's brightness and the exposure change alike is out of it. */
export function coverFeatures(material: CoverMaterial, edges: Readonly<Record<Side, CoverEdge>>): CoverFeatures {
  const { tone, red, blue, across, along, fine } = material
  return {
    tone,
    ...(red === null || blue === null ? {} : { red, blue }),
    across,
    along,
    brushing: brushing(material),
    fine: Math.log(fine + 1e-4),
    ...Object.fromEntries(Object.entries(edges).map(([side, { step }]) => [`edge-${side}`, step])),
  }
}

/**
 * Good units do not differ by less than this, however alike those were that were learned from. A scratch-off is about as rough as one grey
 * level of a picture, and its robust roughness goes in steps by that: good units of the virtual rig lie up to 0.18 apart, with nothing between.
 */
const floors: Readonly<Record<string, number>> = {
  tone: 0.03,
  red: 0.015,
  blue: 0.03,
  brushing: 0.2,
  across: 0.2,
  along: 0.2,
}
const TEXTURE_FLOOR = 0.12
const EDGE_FLOOR = 0.05
/** Under light from the side an edge is as bright as the lamp happens to strike it: good units differ by so much of it. */
const EDGE_SHARE = 0.25
/** So many standard deviations are one. */
const SPREAD = 2.5

/** How good units look: mean and spread of each feature that all of them have. */
export function learnCover(units: readonly CoverFeatures[]): LearnedCover {
  const names = Object.keys(units[0] ?? {}).filter(name => units.every(unit => Number.isFinite(unit[name])))
  const features = names.map(name => {
    const values = units.map(unit => unit[name]!)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1)
    return [name, { mean, sd: Math.sqrt(variance) }] as const
  })
  return { units: units.length, features: Object.fromEntries(features) }
}

/**
 * How far a cover is from those of good units: the worst feature's distance over what good units differ by. Null where one of
 * the learned features cannot be seen, as colour in a monochrome picture.
 */
export function distanceFromLearned(features: CoverFeatures, { features: learned }: LearnedCover): number | null {
  const distances = Object.entries(learned).map(([name, { mean, sd }]) => {
    const isEdge = name.startsWith('edge-')
    const floor = isEdge ? Math.max(EDGE_FLOOR, EDGE_SHARE * Math.abs(mean)) : (floors[name] ?? TEXTURE_FLOOR)
    return Math.abs((features[name] ?? Number.NaN) - mean) / Math.max(SPREAD * sd, floor)
  })
  const worst = Math.max(...distances)
  return Number.isFinite(worst) ? worst : null
}
