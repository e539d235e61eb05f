import type { GreyRaster } from '../../imaging/grey.ts'
import {
  compose,
  type Homography,
  inverseOf,
  keepsOrientation,
  localScale,
  quadToQuad,
  rigid,
} from '../../imaging/homography.ts'
import { type Quad, turnedBack } from '../../imaging/quad.ts'
import { corners as cornersOf, surfaceOrigin, symbolMarks } from '../../products/geometry.ts'
import type { ProductProfile, Surface, SymbolMark } from '../../products/profile.ts'
import type { SymbolSeen } from '../reading.ts'
import { type Placement, placementOf } from './assemble.ts'
import { cardOutline } from './card-outline.ts'
import { payloadClass } from './payload-class.ts'
import { refineOutline } from './refine-outline.ts'

export type LayerName = Exclude<Surface, 'card'>
export const layerNames: readonly LayerName[] = ['top-layer', 'bottom-layer']

/** A sticker layer that lies by itself, on no card. */
export interface LooseLayer {
  readonly on: LayerName
  readonly mark: SymbolMark
  /** The symbol that it was found by, by its index in the given list. */
  readonly symbol: number
  /** From the print's own frame (mm from the layer's top left, as the profile counts) to the photograph (px). */
  readonly mmToPixels: Homography
  /** The same for the sheet as it is cut. */
  readonly cutToPixels: Homography
  /** How far the print is off on its sheet. */
  readonly printOffset: Placement
  readonly residualPx: number
}

/** The loose layers of one unit, one of a kind at most, and why a layer was not found. */
export interface LooseLayers {
  readonly layers: readonly LooseLayer[]
  readonly missing: ReadonlyMap<LayerName, string>
}

/** Narrowing search for the sheet's edge about where the symbol says it is. Print and die-cut may differ by a mm. */
const SEARCH_MM = [1.2, 0.8, 0.5, 0.35, 0.25]
const MIN_SIDE_COVERAGE = 0.5
const MIN_PROMINENCE = 0.25
const MIN_MEAN_PROMINENCE = 0.6
const MAX_RESIDUAL_MM = 0.15
/** A print farther off than this on its sheet is another mark's, or no layer at all. */
const MAX_PRINT_SHIFT_MM = 2
const MAX_PRINT_TURN_DEG = 4
const MAX_DISTORTION_MM = 0.4

/**
 * Finds sticker layers that lie by themselves, before lamination: each by its own QR code, decoded or not, and by the four
 * edges of its sheet around it. Blind: of what a symbol says only its class is used.
 *
 * Two layers of a kind give none of that kind: which of them is meant is not guessed.
 */
export function locateLooseLayers(
  grey: GreyRaster,
  profile: ProductProfile,
  symbols: readonly SymbolSeen[],
): LooseLayers {
  const found: LooseLayer[] = []
  const seen = new Set<LayerName>()
  for (const [index, symbol] of symbols.entries()) {
    const candidates: LooseLayer[] = []
    for (const mark of symbolMarks(profile)) {
      if (mark.on === 'card' || (symbol.bytes !== null && payloadClass(symbol.bytes) !== mark.payload)) continue
      if (symbol.bytes !== null) seen.add(mark.on)
      const layer = layerAround(grey, profile, mark, symbol.corners, index)
      if (layer !== null) candidates.push(layer)
      if (layer !== null || symbol.bytes === null) continue
      for (const quarterTurns of [1, 2, 3]) {
        const turned = layerAround(grey, profile, mark, turnedBack(symbol.corners, quarterTurns), index)
        if (turned !== null) candidates.push(turned)
      }
    }
    // What no reader could decode fits the layer on which it lies best.
    candidates.sort((a, b) => offness(a) - offness(b))
    if (candidates[0] !== undefined) found.push(candidates[0])
  }
  const layers: LooseLayer[] = []
  const missing = new Map<LayerName, string>()
  for (const on of layerNames) {
    const ofKind = found.filter(layer => layer.on === on)
    const read = ofKind.filter(({ symbol }) => symbols[symbol]!.bytes !== null)
    const title = on === 'top-layer' ? 'top layer' : 'bottom layer'
    if (ofKind.length === 0) {
      missing.set(
        on,
        seen.has(on)
          ? `the edge of the ${title} cannot be seen all around: lay it on a dark surface, whole in the picture`
          : `no ${title} in view`,
      )
    } else if (ofKind.length > 1) {
      missing.set(on, `${ofKind.length} sheets in view that may be the ${title}: show one unit at a time`)
    } else layers.push(read[0] ?? ofKind[0]!)
  }
  return { layers, missing }
}

const offness = ({ printOffset: { shiftXMm, shiftYMm, distortionMm } }: LooseLayer) =>
  Math.hypot(shiftXMm, shiftYMm) + 4 * distortionMm

/** The sheet around a symbol taken for `mark`, seen there, or null when its edge is not there. */
function layerAround(
  grey: GreyRaster,
  profile: ProductProfile,
  mark: SymbolMark,
  seen: Quad,
  index: number,
): LooseLayer | null {
  const { width, height } = profile.sticker!.rect
  const expected = cornersOf(mark.rect)
  const start = quadToQuad(expected, seen)
  if (start === null || !keepsOrientation(start, [width / 2, height / 2])) return null
  const shape = { width, height, cornerRadius: profile.sticker!.cornerRadius, finish: 'plastic' } as const
  const pixelsPerMm = localScale(start, [width / 2, height / 2])
  const sheet = refineOutline(
    grey,
    start,
    cardOutline(shape, 0.5),
    SEARCH_MM.map(mm => mm * pixelsPerMm),
  )
  if (sheet === null || Math.min(...sheet.sideCoverage) < MIN_SIDE_COVERAGE) return null
  const { prominence, residualPx, mmToPixels: cutToPixels } = sheet
  const mean = prominence.reduce((sum, value) => sum + value, 0) / prominence.length
  if (mean < MIN_MEAN_PROMINENCE || Math.min(...prominence) < MIN_PROMINENCE) return null
  if (residualPx > MAX_RESIDUAL_MM * pixelsPerMm) return null
  const printOffset = offsetOnSheet(seen, expected, cutToPixels)
  if (printOffset === null) return null
  const { shiftXMm, shiftYMm, turnDeg } = printOffset
  const [middleX, middleY] = [(expected[0][0] + expected[2][0]) / 2, (expected[0][1] + expected[2][1]) / 2]
  const placed = rigid(turnDeg, middleX + shiftXMm, middleY + shiftYMm)
  const mmToPixels = compose(cutToPixels, compose(placed, rigid(0, -middleX, -middleY)))
  return { on: mark.on as LayerName, mark, symbol: index, mmToPixels, cutToPixels, printOffset, residualPx }
}

function offsetOnSheet(
  seen: Quad,
  expected: Parameters<typeof placementOf>[1],
  cutToPixels: Homography,
): Placement | null {
  const pixelsToCut = inverseOf(cutToPixels)
  const offset = pixelsToCut && placementOf(seen, expected, pixelsToCut)
  if (offset === null) return null
  const isOff =
    Math.hypot(offset.shiftXMm, offset.shiftYMm) > MAX_PRINT_SHIFT_MM ||
    Math.abs(offset.turnDeg) > MAX_PRINT_TURN_DEG ||
    offset.distortionMm > MAX_DISTORTION_MM
  return isOff ? null : offset
}

/** The card that would carry the layer: lets what knows marks by their place on the card look at a loose layer. */
export function cardUnder(profile: ProductProfile, { on, mmToPixels }: LooseLayer): Homography {
  const [x, y] = surfaceOrigin(profile, on)
  return compose(mmToPixels, rigid(0, -x, -y))
}
