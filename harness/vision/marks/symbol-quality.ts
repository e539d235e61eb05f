import type { ProductProfile } from '../../products/profile.ts'
import type { Raster } from '../photograph.ts'
import type { Measurement } from '../reading.ts'
import { rectify } from '../rectify/rectify.ts'
import { limitsOf } from '../surface/limits.ts'
import type { FoundSymbol } from '../symbols/found-symbol.ts'
import { measurePrintQuality } from '../symbols/print-quality.ts'

const MODULE_PX = 8
const QUIET_MODULES = 4

/**
 * Print-quality indices of a decoded symbol in a photograph, with the profile's limits: a limit named `symbol-NAME`
 * holds for the index NAME of every symbol. Nothing when its modules are not known.
 */
export function symbolQuality(
  raster: Raster,
  profile: ProductProfile,
  mark: string,
  symbol: FoundSymbol,
): Measurement[] {
  const { modules, toPixels } = symbol
  if (modules === null) return []
  const side = modules.size + 2 * QUIET_MODULES
  const rect = { x: -QUIET_MODULES, y: -QUIET_MODULES, width: side, height: side }
  const patch = rectify(raster, toPixels, rect, MODULE_PX)
  return measurePrintQuality(patch, modules, { of: mark, modulePx: MODULE_PX, quiet: QUIET_MODULES }).map(
    measurement => ({
      ...measurement,
      limits: limitsOf(profile, measurement.name, profile.limits[`symbol-${measurement.name}`] ?? measurement.limits),
    }),
  )
}
