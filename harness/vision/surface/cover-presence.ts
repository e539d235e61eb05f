import { type Homography, localScale } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import { grown } from '../../products/geometry.ts'
import type { CoverMark, RectMm, TextMark } from '../../products/profile.ts'
import { type CoverEdge, coverEdge, type Side, sides } from './cover-edges.ts'
import { type CoverMaterial, coreOf, coverMaterial } from './cover-material.ts'
import { Patch } from './patch.ts'

/** What speaks for a cover lying over its text: a surface that is not brushed steel, and edges all round. */
export interface CoverPresence {
  readonly material: CoverMaterial
  readonly edges: Readonly<Record<Side, CoverEdge>>
  /** Share of the cover's place in which the camera sees nothing: the lamp itself, or black. */
  readonly blindShare: number
  /** At the cover's place. */
  readonly pixelsPerMm: number
}

const PIXELS_PER_MM = 8
const AROUND_MM = 5
const [DARK, BRIGHT] = [8, 250]

/** @param raster in colour where the camera has any */
export function coverPresence(raster: Raster, mark: CoverMark, covered: TextMark, cardToPixels: Homography): CoverPresence {
  const { rect } = mark
  const around = grown(rect, AROUND_MM)
  const flat = rectify(raster, cardToPixels, around, PIXELS_PER_MM)
  const patch = new Patch(flat, around, PIXELS_PER_MM)
  const core = coreOf(rect)
  const sure: RectMm = { ...rect, width: core.x + core.width - rect.x }
  const shortest = rect.x + rect.width - (core.x + core.width)
  const follow = (side: Side) =>
    side === 'right' && covered.lines.every(({ align }) => align === 'left')
      ? // How long the text is depends on its font: the cover ends anywhere after the shortest.
        coverEdge(patch, rect, side, Math.max(3, shortest))
      : coverEdge(patch, side === 'top' || side === 'bottom' ? sure : rect, side)
  const levels = patch.within(patch.luminance, core)
  const [dark, bright] = [DARK, BRIGHT].map(level => Patch.level(level)) as [number, number]
  return {
    material: coverMaterial(patch, rect),
    edges: Object.fromEntries(sides.map(side => [side, follow(side)])) as Record<Side, CoverEdge>,
    blindShare: levels.filter(value => value < dark || value > bright).length / levels.length,
    pixelsPerMm: localScale(cardToPixels, [rect.x + rect.width / 2, rect.y + rect.height / 2]),
  }
}
