import { toGrey } from '../../imaging/grey.ts'
import type { Homography } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { type FindOptions, findSymbols } from './find-symbols.ts'
import { decodedSymbol, type FoundSymbol } from './found-symbol.ts'
import { readAtPose } from './read-at-pose.ts'

export interface ReadInOptions extends FindOptions {
  /** Width of one module in the patch, px. With it the patch is also read at the place where the symbol must lie. */
  readonly modulePx?: number | undefined
  /** Modules of surroundings that the patch shows on each side of the symbol. Default: 4. */
  readonly quiet?: number | undefined
}

/**
 * Reads the one symbol of a rectified patch; corners are px of the patch.
 *
 * A patch that was cut by the card's geometry shows its symbol where it must lie, so this reads symbols of which no
 * finder pattern is seen whole. Null when nothing can be decoded, and when the patch shows two different symbols: the
 * wrong one never stands in for the right one.
 */
export async function readSymbolIn(patch: Raster, options: ReadInOptions = {}): Promise<FoundSymbol | null> {
  const { modulePx, quiet = 4 } = options
  const symbols = await findSymbols(patch, options)
  const read = symbols.filter(symbol => symbol.bytes !== null)
  if (read.length > 1 || symbols.some(symbol => symbol.disputed)) return null
  return read[0] ?? (modulePx === undefined ? null : readInPlace(patch, modulePx, quiet))
}

function readInPlace(patch: Raster, modulePx: number, quiet: number): FoundSymbol | null {
  const size = Math.round(patch.width / modulePx - 2 * quiet)
  if (size < 21 || size > 177 || (size - 17) % 4 !== 0) return null
  const shift = quiet * modulePx
  const start: Homography = [modulePx, 0, shift, 0, modulePx, shift, 0, 0, 1]
  const grey = toGrey(patch)
  const hit = readAtPose(grey, start, size)
  return hit && decodedSymbol(grey, hit.decoded, hit.toPixels)
}
