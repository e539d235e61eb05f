import {
  compose,
  type Homography,
  inverseOf,
  invert,
  localScale,
  projectQuad,
  rigid,
} from '../../imaging/homography.ts'
import type { Quad } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import { corners as cornersOf, type Placed, surfaceOrigin } from '../../products/geometry.ts'
import type { ProductProfile, SymbolMark } from '../../products/profile.ts'
import { type Placement, placementOf } from './assemble.ts'
import { cardCorners, cardOutline } from './card-outline.ts'
import { rigidStep } from './pose-step.ts'
import { refineOutline } from './refine-outline.ts'

const STICKER_SEARCH_MM = [0.8, 0.5, 0.35, 0.25, 0.25]
const MIN_STICKER_COVERAGE = 0.5
const MAX_STICKER_RESIDUAL_MM = 0.12

/** Where a sticker layer lies: by its own QR symbol, on the plane of the card. */
export interface LayerPose {
  /** From the layer's own frame (mm from its top left) to the photograph (px). */
  readonly mmToPixels: Homography
  /** Shift (at the symbol's middle) and turn from its place on the card; distortion tells how square the symbol is. */
  readonly placement: Placement
}

/**
 * The pose of the layer that carries `mark`, from its symbol's corners. The card gives the perspective, which a symbol
 * of 2 cm alone cannot; the symbol gives shift and turn. Null when the card's map has no inverse.
 */
export function layerPoseOf(mark: Placed<SymbolMark>, symbolCorners: Quad, cardToPixels: Homography): LayerPose | null {
  const expected = cornersOf(mark.rectOnCard)
  const pixelsToCard = inverseOf(cardToPixels)
  const placement = pixelsToCard && placementOf(symbolCorners, expected, pixelsToCard)
  if (placement === null) return null
  const middleX = (expected[0][0] + expected[2][0]) / 2
  const middleY = (expected[0][1] + expected[2][1]) / 2
  const aboutMiddle = rigid(0, mark.originOnCard[0] - middleX, mark.originOnCard[1] - middleY)
  const placed = rigid(placement.turnDeg, middleX + placement.shiftXMm, middleY + placement.shiftYMm)
  return { mmToPixels: compose(cardToPixels, compose(placed, aboutMiddle)), placement }
}

/**
 * Where the sticker's own edge lies, which print and die-cut may put elsewhere than its symbol: found near `start` on the
 * card's plane. Null when too little of the edge can be seen (white paper on bright steel).
 *
 * @param start from the sticker's frame (mm from its top left) to the photograph, e.g. a layer's pose by its symbol
 */
export function stickerPlacement(
  grey: Raster,
  profile: ProductProfile,
  start: Homography,
  cardToPixels: Homography,
): Placement | null {
  const { sticker } = profile
  if (sticker === null) return null
  const { width, height } = sticker.rect
  const shape = { width, height, cornerRadius: sticker.cornerRadius, finish: 'plastic' } as const
  const pixelsPerMm = localScale(start, [width / 2, height / 2])
  const rangesPx = STICKER_SEARCH_MM.map(rangeMm => rangeMm * pixelsPerMm)
  const found = refineOutline(grey, start, cardOutline(shape, 0.5), rangesPx, rigidStep)
  if (found === null || Math.min(...found.sideCoverage) < MIN_STICKER_COVERAGE) return null
  if (found.residualPx > MAX_STICKER_RESIDUAL_MM * pixelsPerMm) return null
  const seen = projectQuad(found.mmToPixels, cardCorners(shape))
  return placementOf(seen, cornersOf(sticker.rect), invert(cardToPixels))
}

/** The pose of a layer that sits exactly in its place; for `card`, the card's own. */
export function nominalLayerPose(profile: ProductProfile, on: SymbolMark['on'], cardToPixels: Homography): Homography {
  const [x, y] = surfaceOrigin(profile, on)
  return compose(cardToPixels, rigid(0, x, y))
}
