import { type Homography, inverseOf } from '../../imaging/homography.ts'
import { type Quad, turnedBack } from '../../imaging/quad.ts'
import { corners as cornersOf, type Placed, symbolMarks } from '../../products/geometry.ts'
import type { ProductProfile, SymbolMark } from '../../products/profile.ts'
import type { Placement } from '../locate/assemble.ts'
import { placementOf } from '../locate/assemble.ts'
import { payloadClass } from '../locate/payload-class.ts'
import type { FoundSymbol } from '../symbols/found-symbol.ts'

/** A symbol that lies where a mark should be. */
export interface SymbolAtMark {
  readonly mark: Placed<SymbolMark>
  readonly symbol: FoundSymbol
  /** Of the symbol, px, beginning at the mark's own top left: the symbol's own only where it is not turned on its layer. */
  readonly corners: Quad
  /** How often it is turned on its layer by a right angle, clockwise. */
  readonly quarterTurns: number
  /** Of the corners, so that turned by a right angle is no turn. */
  readonly placement: Placement
  /** True when it is readable and its payload is of the mark's class. */
  readonly fits: boolean
}

/** A sticker that sits this far off is still the mark; its placement is judged by the profile's limits later. */
const FAR_SHIFT_MM = 3
const FAR_TURN_DEG = 6
const FAR_DISTORTION_MM = 0.9
/** Two marks overlap on the card (22 mm over 24 mm): what no reader could decode must fit one of them closely. */
const CLOSE_DISTORTION_MM = 0.35

/**
 * Which symbols belong to which marks: place first, then payload class. A symbol with another class at a mark's place
 * is given with `fits: false`, so that an address never stands in for an EPK; a symbol beside the card is not given.
 */
export function symbolsAtMarks(
  profile: ProductProfile,
  symbols: readonly FoundSymbol[],
  cardToPixels: Homography,
): SymbolAtMark[] {
  const pixelsToCard = inverseOf(cardToPixels)
  if (pixelsToCard === null) return []
  const found: SymbolAtMark[] = []
  for (const mark of symbolMarks(profile)) {
    const expected = cornersOf(mark.rectOnCard)
    const near = symbols.flatMap(symbol => {
      const fits = symbol.bytes !== null && payloadClass(symbol.bytes) === mark.payload
      // Which way round a symbol is that nobody can read, nobody knows.
      return (fits ? [0, 1, 2, 3] : [0]).flatMap(quarterTurns => {
        const corners = turnedBack(symbol.corners, quarterTurns)
        const placement = placementOf(corners, expected, pixelsToCard)
        if (placement === null || !isNear(placement, symbol)) return []
        return [{ mark, symbol, corners, quarterTurns, placement, fits }]
      })
    })
    near.sort(
      (a, b) =>
        Number(b.fits) - Number(a.fits) ||
        Math.sign(a.quarterTurns) - Math.sign(b.quarterTurns) ||
        distance(a.placement) - distance(b.placement),
    )
    if (near[0] !== undefined) found.push(near[0])
  }
  return found
}

function isNear(placement: Placement, symbol: FoundSymbol): boolean {
  return (
    distance(placement) <= FAR_SHIFT_MM &&
    Math.abs(placement.turnDeg) <= FAR_TURN_DEG &&
    placement.distortionMm <= (symbol.bytes === null ? CLOSE_DISTORTION_MM : FAR_DISTORTION_MM)
  )
}

function distance(placement: Placement): number {
  return Math.hypot(placement.shiftXMm, placement.shiftYMm)
}
