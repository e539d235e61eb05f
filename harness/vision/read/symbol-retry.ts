import type { GreyRaster } from '../../imaging/grey.ts'
import { compose, type Homography, localScale, projectQuad } from '../../imaging/homography.ts'
import { rectify } from '../../imaging/rectify.ts'
import { grown, type Placed } from '../../products/geometry.ts'
import type { SymbolMark } from '../../products/profile.ts'
import type { FoundSymbol } from '../symbols/found-symbol.ts'
import { readSymbolIn } from '../symbols/read-symbol-in.ts'
import type { SymbolAtMark } from './symbol-marks.ts'

/** Quiet zone plus what a sticker may sit off, mm. */
const AROUND_MM = 2.5
/** About 8 px a module for the modules of 0.6 to 0.8 mm that cards have: the readers' sweet spot. */
const PIXELS_PER_MM = 11
/** Modules as large as this, px, gain nothing by being laid flat in a patch of about the same scale. */
const LARGE_MODULE_PX = 6

/**
 * Looks once more for a symbol that the whole photograph did not give, where the card says that it must be: laid flat
 * there, steep and strongly turned symbols become readable. Null when it cannot be decoded there either.
 */
export async function readSymbolInPlace(
  grey: GreyRaster,
  mark: Placed<SymbolMark>,
  cardToPixels: Homography,
  signal: AbortSignal | undefined,
): Promise<FoundSymbol | null> {
  const rect = grown(mark.rectOnCard, AROUND_MM)
  const patch = rectify(grey, cardToPixels, rect, PIXELS_PER_MM)
  const found = await readSymbolIn(patch, { signal })
  if (found === null) return null
  const scaleX = rect.width / patch.width
  const scaleY = rect.height / patch.height
  const patchToPixels = compose(cardToPixels, [scaleX, 0, rect.x, 0, scaleY, rect.y, 0, 0, 1])
  return {
    ...found,
    corners: projectQuad(patchToPixels, found.corners),
    toPixels: compose(patchToPixels, found.toPixels),
  }
}

/** Was a symbol found in its place, large enough, and every reader's every way tried on it already? Laid flat it says no more. */
export function wasTriedInFull({ symbol, mark }: SymbolAtMark, cardToPixels: Homography): boolean {
  if (symbol.bytes !== null || symbol.version === null) return false
  const { x, y, width, height } = mark.rectOnCard
  const scale = localScale(cardToPixels, [x + width / 2, y + height / 2])
  return (width * scale) / (17 + 4 * symbol.version) >= LARGE_MODULE_PX
}
