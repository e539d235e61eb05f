import type { GreyRaster } from '../../imaging/grey.ts'
import { warpedSymbol } from '../../imaging/warp.ts'
import type { Measurement } from '../reading.ts'
import type { FoundSymbol } from './found-symbol.ts'
import { measurePrintQuality } from './print-quality.ts'

const MODULE_PX = 8
const QUIET = 4

/**
 * Print-quality indices (see `measurePrintQuality`) of a symbol that was found in a photograph; none for one that was not
 * decoded, as what should have been printed is then not known.
 *
 * @param grey the picture that the symbol was found in
 * @param of the mark's name
 */
export function symbolQuality(grey: GreyRaster, symbol: FoundSymbol, of: string): readonly Measurement[] {
  if (symbol.modules === null) return []
  const patch = warpedSymbol(grey, symbol.toPixels, symbol.size, { modulePx: MODULE_PX, quiet: QUIET })
  return measurePrintQuality(patch, symbol.modules, { of, modulePx: MODULE_PX, quiet: QUIET })
}
