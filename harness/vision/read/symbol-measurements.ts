import type { Homography } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { Measurement } from '../reading.ts'
import { measurePrintedSymbol } from '../symbols/printed-symbol.ts'
import { quietModules } from '../symbols/quiet-zone.ts'
import type { SymbolAtMark } from './symbol-marks.ts'

/**
 * What is measured on a symbol that was read at its mark: its print; of one that is turned by right angles only by how much.
 * @param flatToPixels from mm of the plane that it lies on, told by an outline, to the photograph
 */
export function symbolMeasurements(
  raster: Raster,
  profile: ProductProfile,
  { mark, symbol, quarterTurns }: SymbolAtMark,
  flatToPixels: Homography,
): Measurement[] {
  const of = mark.name
  if (quarterTurns > 0) return [{ name: 'symbol-turn', of, value: 90 * quarterTurns, unit: 'deg' }]
  return measurePrintedSymbol(raster, of, symbol, flatToPixels, quietModules(profile, mark, symbol.size))
}
