import type { Homography } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { OutlinePoint } from './card-outline.ts'
import { type EdgePoint, findEdges, weighEdges } from './edge-search.ts'
import { type PoseStep, projectiveStep } from './pose-step.ts'

export interface Refined {
  readonly mmToPixels: Homography
  /** RMS distance of the edge points that count, px. */
  readonly residualPx: number
  /** Part of the outline on which the edge was found close to the model, 0..1. */
  readonly coverage: number
  /** The same, a side each (top, right, bottom, left). */
  readonly sideCoverage: readonly number[]
  /** How far each side's edge stands out over its surroundings: 0 in noise, 1 for twice as strong. */
  readonly prominence: readonly number[]
  /** The same for the rounded corners together; 0 where they are not, or not where the sides would have them. */
  readonly cornerProminence: number
  readonly edges: readonly EdgePoint[]
}

/**
 * Pulls a pose onto the card's edges: at each point of the outline the strongest edge along the normal is found to
 * sub-pixel accuracy within a range that shrinks from round to round, and the homography follows by robust least squares
 * (Tukey weights). Rounded corners take part, so a card that slid along a side is caught.
 *
 * @param rangesPx search half-width of each round, px
 * @param step what of the pose is free. Default: everything
 */
export function refineOutline(
  grey: Raster,
  start: Homography,
  outline: readonly OutlinePoint[],
  rangesPx: readonly number[],
  step: PoseStep = projectiveStep,
): Refined | null {
  let h = start
  let edges: EdgePoint[] = []
  for (const [round, range] of rangesPx.entries()) {
    edges = findEdges(grey, h, outline, range, Math.max(2, 0.5 * range)).edges
    const found = edges.filter(edge => edge.weight > 0)
    if (found.length < Math.max(16, outline.length * 0.2)) return null
    weighEdges(edges, round < 2 ? 1.5 : 0.4)
    const next = step(h, outline, edges)
    if (next === null) return null
    h = next
  }
  const lastRange = rangesPx.at(-1)!
  // Looked at widely once more: only against its surroundings can an edge stand out.
  const { prominence, cornerProminence } = findEdges(grey, h, outline, rangesPx[0]!, Math.max(2, 0.5 * lastRange))
  edges = findEdges(grey, h, outline, lastRange, Math.max(2, 0.5 * lastRange)).edges
  weighEdges(edges, 0.4)
  let sum = 0
  let weight = 0
  const perSide = [0, 0, 0, 0]
  const perSideAll = [0, 0, 0, 0]
  let near = 0
  for (const edge of edges) {
    sum += edge.weight * edge.distancePx ** 2
    weight += edge.weight
    if (edge.weight > 0.1) near++
    if (edge.side !== null) {
      perSideAll[edge.side]!++
      if (edge.weight > 0.1) perSide[edge.side]!++
    }
  }
  if (weight === 0) return null
  return {
    mmToPixels: h,
    residualPx: Math.sqrt(sum / weight),
    coverage: near / edges.length,
    sideCoverage: perSide.map((count, i) => count / Math.max(1, perSideAll[i]!)),
    prominence,
    cornerProminence,
    edges,
  }
}
