import { corners as cornersOf, markRectOnCard, surfaceOrigin } from '../../products/geometry.ts'
import type { ProductProfile, SymbolMark } from '../../products/profile.ts'
import type { Quad } from '../reading.ts'
import { type Placement, placementOf } from './assemble.ts'
import { compose, type Homography, invert, rigid } from './homography.ts'

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
export function layerPoseOf(
  profile: ProductProfile,
  mark: SymbolMark,
  symbolCorners: Quad,
  cardToPixels: Homography,
): LayerPose | null {
  const expected = cornersOf(markRectOnCard(profile, mark))
  let pixelsToCard: Homography
  try {
    pixelsToCard = invert(cardToPixels)
  } catch {
    return null
  }
  const placement = placementOf(symbolCorners, expected, pixelsToCard)
  if (placement === null) return null
  const middleX = (expected[0][0] + expected[2][0]) / 2
  const middleY = (expected[0][1] + expected[2][1]) / 2
  const [originX, originY] = surfaceOrigin(profile, mark.on)
  const aboutMiddle = rigid(0, originX - middleX, originY - middleY)
  const placed = rigid(placement.turnDeg, middleX + placement.shiftX, middleY + placement.shiftY)
  return { mmToPixels: compose(cardToPixels, compose(placed, aboutMiddle)), placement }
}

/** The pose of a layer that sits exactly in its place; for `card`, the card's own. */
export function nominalLayerPose(profile: ProductProfile, on: SymbolMark['on'], cardToPixels: Homography): Homography {
  const [x, y] = surfaceOrigin(profile, on)
  return compose(cardToPixels, rigid(0, x, y))
}
