import { type Homography, localScale } from '../../imaging/homography.ts'
import { median } from '../../imaging/quantile.ts'
import type { LearnedCover } from '../../products/appearance.ts'
import { lineBoxes } from '../../products/geometry.ts'
import type { CoverMark, ProductProfile, RectMm, TextMark } from '../../products/profile.ts'
import type { Measurement } from '../reading.ts'
import { mostBrushed, roughnessOf } from './cover-brushing.ts'
import { type CoverEdge, coverEdge, crookedMm, leastOut, type Side, sides, turnDeg } from './cover-edges.ts'
import { coverFeatures, distanceFromLearned } from './cover-features.ts'
import { type CoverMaterial, coreOf, coverMaterial, steelBeside } from './cover-material.ts'
import { type CoverPieces, coverPieces } from './cover-pieces.ts'
import { coverSeam } from './cover-seams.ts'
import type { FlatText } from './open-strokes.ts'
import { Patch } from './patch.ts'

/** What speaks for a cover lying over its text: a surface that is not brushed steel, and edges all round. */
export interface CoverPresence {
  readonly material: CoverMaterial
  readonly edges: Readonly<Record<Side, CoverEdge>>
  /** Share of the cover's place in which the camera sees nothing: the lamp itself, or black. */
  readonly blindShare: number
  /** The strongest step across the cover, log luminance: where one strip lies over another. */
  readonly seam: number
  readonly pieces: CoverPieces
  /** Its most brushed place: where a piece of it is missing. */
  readonly brushed: number
  /** At the cover's place. */
  readonly pixelsPerMm: number
}

const [DARK, BRIGHT] = [8, 250]

/** @param flat the cover's place with at least 4 mm around it, in colour where the camera has any */
export function coverPresence(
  { patch: raster, rect: around, pixelsPerMm }: FlatText,
  mark: CoverMark,
  covered: TextMark,
  cardToPixels: Homography,
): CoverPresence {
  const { rect } = mark
  const patch = new Patch(raster, around, pixelsPerMm)
  const core = coreOf(rect)
  const sure: RectMm = { ...rect, width: core.x + core.width - rect.x }
  const shortest = rect.x + rect.width - (core.x + core.width)
  const follow = (side: Side) =>
    side === 'right' && covered.lines.every(({ align }) => align === 'left')
      ? // How long the text is depends on its font: the cover ends anywhere after the shortest.
        coverEdge(patch, rect, side, Math.max(3, shortest))
      : coverEdge(patch, side === 'top' || side === 'bottom' ? sure : rect, side)
  const edges = Object.fromEntries(sides.map(side => [side, follow(side)])) as Record<Side, CoverEdge>
  const inner = withinEdges(rect, edges)
  const roughness = roughnessOf(patch, inner)
  const levels = patch.within(patch.luminance, core)
  const [dark, bright] = [DARK, BRIGHT].map(level => Patch.level(level)) as [number, number]
  return {
    material: coverMaterial(patch, rect),
    edges,
    blindShare: levels.filter(value => value < dark || value > bright).length / levels.length,
    seam: coverSeam(patch, inner),
    pieces: coverPieces(patch, inner, toNominalEnd(inner, rect), steelBeside(rect, inner), roughness),
    brushed: mostBrushed(patch, inner, roughness),
    pixelsPerMm: localScale(cardToPixels, [rect.x + rect.width / 2, rect.y + rect.height / 2]),
  }
}

/** Room that edges need, mm: they are round at the corners, and light falls on their flanks. */
const EDGE_MM = 1

function withinEdges({ x, y, width, height }: RectMm, edges: CoverPresence['edges']): RectMm {
  const out = (side: Side) =>
    median(
      edges[side].found.map(({ outMm }) => outMm),
      0,
    ) - EDGE_MM
  return {
    x: x - out('left'),
    y: y - out('top'),
    width: Math.max(0, width + out('left') + out('right')),
    height: Math.max(0, height + out('top') + out('bottom')),
  }
}

/** On to where the widest cover would end. */
function toNominalEnd(inner: RectMm, { x, width }: RectMm): RectMm {
  return { ...inner, width: Math.max(inner.width, x + width - EDGE_MM - inner.x) }
}

/** How far each edge reaches beyond the text at its least, mm; negative where it lies inside. */
export function edgeReachMm(
  { edges }: CoverPresence,
  { rect }: CoverMark,
  covered: TextMark,
): Readonly<Record<Side, number>> {
  const { x, width } = covered.rect
  const lines = lineBoxes(covered)
  const nominal = {
    left: x - rect.x,
    right: rect.x + rect.width - x - width,
    top: lines[0]!.rect.y - rect.y,
    bottom: rect.y + rect.height - lines.at(-1)!.baseline.y,
  }
  return Object.fromEntries(sides.map(side => [side, nominal[side] + leastOut(edges[side].found)])) as Record<
    Side,
    number
  >
}

/** Where the font is not known, nobody knows how long the text is, and how long its cover. */
export function endsAnywhere({ fonts }: ProductProfile, { lines }: TextMark): boolean {
  return fonts.etching === null && lines.every(({ align }) => align === 'left')
}

/** What is measured of a cover as a whole. */
export function coverMeasurements(
  presence: CoverPresence,
  followed: readonly Side[],
  learned: LearnedCover | null,
): Omit<Measurement, 'of'>[] {
  const { edges, seam, brushed, material, pieces } = presence
  const long = (['top', 'bottom'] as const).filter(side => followed.includes(side))
  const turn = long.reduce((sum, side) => sum + turnDeg(edges[side].found) * (side === 'top' ? -1 : 1), 0)
  const distance = learned === null ? null : distanceFromLearned(coverFeatures(presence.material, edges), learned)
  return [
    ...(long.length < 2 ? [] : [{ name: 'cover-turn', value: Math.abs(turn) / 2, unit: 'deg' } as const]),
    ...(followed.length < sides.length
      ? []
      : [
          {
            name: 'cover-edge-bend',
            value: Math.max(...sides.map(side => crookedMm(edges[side].found))),
            unit: 'mm',
          } as const,
          { name: 'cover-seam', value: 100 * seam, unit: '%' } as const,
          { name: 'cover-brushing', value: brushed, unit: 'ratio' } as const,
          { name: 'cover-tone', value: material.tone, unit: 'ratio' } as const,
          ...(pieces.colour === null
            ? []
            : [
                { name: 'cover-colour', value: pieces.colour.toSteel, unit: 'ratio' } as const,
                { name: 'cover-colour-spread', value: pieces.colour.toCover, unit: 'ratio' } as const,
              ]),
          // A blur takes the texture off a good cover too, and a shadow or a lamp off a part of it.
          { name: 'cover-texture', value: 100 * material.fine, unit: '%', fit: false } as const,
          { name: 'cover-texture-spread', value: pieces.texture, unit: 'ratio', fit: false } as const,
        ]),
    ...(distance === null ? [] : [{ name: 'cover-material', value: distance, unit: 'ratio' } as const]),
  ]
}
