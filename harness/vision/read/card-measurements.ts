import type { GreyRaster } from '../../imaging/grey.ts'
import type { Homography } from '../../imaging/homography.ts'
import { midpoint } from '../../imaging/quantile.ts'
import { textMarks } from '../../products/geometry.ts'
import type { Mark, ProductProfile } from '../../products/profile.ts'
import { tiltDegOf } from '../locate/camera-misfit.ts'
import { edgeWidthPx } from '../locate/edge-width.ts'
import { type LayerPose, stickerPlacement } from '../locate/layer-pose.ts'
import type { LocatedCard } from '../locate/locate-card.ts'
import type { Photograph } from '../photograph.ts'
import type { Measurement } from '../reading.ts'
import type { CoverSeen } from '../surface/cover.ts'
import type { LayersSeen } from '../surface/layers.ts'
import { lineThrough } from '../surface/line-through.ts'
import { textGround } from '../surface/text-ground.ts'
import { textMeasurements } from '../text/text-measurements.ts'
import { markShift } from './mark-shift.ts'
import type { SymbolAtMark } from './symbol-marks.ts'
import { symbolMeasurements } from './symbol-measurements.ts'
import type { TextSeen } from './text-marks.ts'

/** What a card's measurements are taken of. */
export interface MeasuredCard {
  readonly grey: GreyRaster
  readonly located: LocatedCard
  /** Of each layer that shows a symbol of its own. */
  readonly poses: ReadonlyMap<string, LayerPose>
  readonly atMarks: readonly SymbolAtMark[]
  readonly layers: LayersSeen
  /** By mark. */
  readonly texts: ReadonlyMap<string, TextSeen>
  /** By mark. */
  readonly covers: ReadonlyMap<string, CoverSeen>
  /** Does something come over the card, or its shadow? It changes the look of whatever lies below. */
  readonly isOverlain: boolean
  /** From a mark's own surface (mm) to the photograph (px). */
  poseOf(mark: Mark): Homography
}

/** Everything that is measured on a card that was found: its pose, its sticker's place, and each mark that lies open. */
export function measurementsOf(
  { pixels: raster, how }: Photograph,
  profile: ProductProfile,
  { grey, located, poses, poseOf, atMarks, texts, layers, covers, isOverlain }: MeasuredCard,
): Measurement[] {
  const { mmToPixels } = located.pose
  const symbols = atMarks.flatMap(at => (at.fits ? symbolMeasurements(raster, profile, at, mmToPixels) : []))
  return [
    ...cardMeasurements(grey, located),
    ...placementMeasurements(grey, profile, poses, mmToPixels),
    ...textMarks(profile).flatMap(mark =>
      textMeasurements(texts.get(mark.name)?.lines.map(({ reading }) => reading) ?? [], mark, how.light),
    ),
    ...textMarks(profile).flatMap(mark => {
      const seen = texts.get(mark.name)
      return seen !== undefined ? markShift(mark, seen) : []
    }),
    ...strengthOfPrint(profile, texts, symbols),
    ...textMarks(profile).flatMap(mark => {
      const seen = texts.get(mark.name)
      return seen === undefined ? [] : textGround(raster, profile, mark, seen, poseOf(mark))
    }),
    ...textMarks(profile).flatMap(mark => {
      const seen = texts.get(mark.name)
      return seen === undefined ? [] : throughText(mark, seen, covers)
    }),
    ...symbols,
    ...[...layers.measurements, ...[...covers.values()].flatMap(cover => cover.measurements)].map(one =>
      isOverlain ? ({ ...one, fit: false } as const) : one,
    ),
  ]
}

interface Printed {
  readonly name: string
  readonly on: string | undefined
  readonly contrast: number
  readonly fit?: false
}

/** What is on one layer is printed in one go: the contrast of each text and symbol against that of the strongest text besides. */
function strengthOfPrint(
  profile: ProductProfile,
  texts: MeasuredCard['texts'],
  symbols: readonly Measurement[],
): Measurement[] {
  const printed = textMarks(profile).flatMap(({ name, on }) => {
    const lines = texts.get(name)?.lines.map(({ reading }) => reading) ?? []
    const contrasts = lines.flatMap(({ legibility, outcome }) =>
      outcome === 'read' && legibility !== null ? [legibility.contrastPercent] : [],
    )
    return on === 'card' || contrasts.length === 0 ? [] : [{ name, on, contrast: midpoint(contrasts) }]
  })
  const cells = symbols.flatMap(({ name, of, value, fit }) => {
    const on = profile.marks.find(mark => mark.name === of)?.on
    return name === 'cell-contrast' ? [{ name: of, on, contrast: value, ...(fit === false && { fit }) }] : []
  })
  const against = (name: string, on: string | undefined) => {
    const others = printed.filter(one => one.on === on && one.name !== name).map(({ contrast }) => contrast)
    return others.length === 0 ? null : Math.max(...others)
  }
  const strength = (row: string, all: readonly Printed[]): Measurement[] =>
    all.flatMap(({ name: of, on, contrast, ...rest }) => {
      const most = against(of, on)
      return most === null ? [] : [{ name: row, of, value: contrast / most, unit: 'ratio' as const, ...rest }]
    })
  return [...strength('text-print-strength', printed), ...strength('symbol-print-strength', cells)]
}

/** What is left of a cover has level edges, too: over what it covered, a line is only worth a look. */
function throughText({ name }: Mark, { lines }: TextSeen, covers: MeasuredCard['covers']): Measurement[] {
  const cover = [...covers.values()].find(({ mark }) => mark.covers === name)
  if (cover?.outcome === 'whole') return []
  const value = lineThrough(lines.map(({ crop }) => crop))
  return [{ name: 'line-through', of: name, value, unit: 'ratio', ...(cover === undefined ? {} : { fit: false }) }]
}

function cardMeasurements(grey: GreyRaster, { pose, refined }: LocatedCard): Measurement[] {
  const edgeWidth = edgeWidthPx(grey, refined.edges)
  const of = 'card'
  return [
    { name: 'pixels-per-mm', of, value: pose.pixelsPerMm, unit: 'px/mm' },
    { name: 'tilt', of, value: tiltDegOf(pose.mmToPixels, grey.width, grey.height), unit: 'deg' },
    { name: 'outline-residual', of, value: pose.residualPx, unit: 'px' },
    ...(edgeWidth === null ? [] : [{ name: 'edge-width', of, value: edgeWidth, unit: 'px' } as const]),
  ]
}

/** How far the sticker sits from its place, by its own edge; by its print where the edge cannot be seen. */
function placementMeasurements(
  grey: GreyRaster,
  profile: ProductProfile,
  poses: ReadonlyMap<string, LayerPose>,
  cardToPixels: Homography,
): Measurement[] {
  const layer = poses.get('top-layer') ?? poses.get('bottom-layer')
  if (profile.sticker === null || layer === undefined) return []
  const byEdge = stickerPlacement(grey, profile, layer.mmToPixels, cardToPixels)
  const { shiftXMm, shiftYMm, turnDeg } = byEdge ?? layer.placement
  const printOffset = Math.hypot(layer.placement.shiftXMm - shiftXMm, layer.placement.shiftYMm - shiftYMm)
  const of = 'sticker'
  const shift = byEdge === null ? 'placement-shift-by-print' : 'placement-shift'
  return [
    { name: shift, of, value: Math.hypot(shiftXMm, shiftYMm), unit: 'mm' },
    { name: 'placement-x', of, value: shiftXMm, unit: 'mm' },
    { name: 'placement-y', of, value: shiftYMm, unit: 'mm' },
    { name: 'placement-turn', of, value: Math.abs(turnDeg), unit: 'deg' },
    ...(byEdge === null ? [] : [{ name: 'placement-print-offset', of, value: printOffset, unit: 'mm' } as const]),
  ]
}
