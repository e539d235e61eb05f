import { toGrey } from '../../imaging/grey.ts'
import { compose, type Homography, invert } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import { levels } from '../../products/symbol-kinds.ts'
import type { Measurement } from '../reading.ts'
import type { FoundSymbol } from './found-symbol.ts'
import { axialNonUniformity, gridNonUniformity } from './grid-uniformity.ts'
import { pictureFitness, speaksOfPrint } from './picture-fitness.ts'
import { MODULE_PX, measurePrintQuality, patchPose, QUIET_MODULES } from './print-quality.ts'
import { symbolResidual } from './symbol-residual.ts'

/**
 * Print-quality indices of a decoded symbol in a photograph, and how fit the picture of it is. Nothing when its modules are
 * not known.
 * @param cardToPixels the plane that the symbol lies on, told by an outline: axial non-uniformity is measured in its mm
 */
export function measurePrintedSymbol(
  raster: Raster,
  of: string,
  { modules, toPixels, version, errorCorrectionLevel }: FoundSymbol,
  cardToPixels: Homography,
  isQuiet?: (column: number, row: number) => boolean,
): Measurement[] {
  if (modules === null) return []
  const side = modules.size + 2 * QUIET_MODULES
  const rect = { x: -QUIET_MODULES, y: -QUIET_MODULES, width: side, height: side }
  const patch = toGrey(rectify(raster, toPixels, rect, MODULE_PX))
  const fitness = pictureFitness(patch, modules)
  const axial = axialNonUniformity(compose(invert(cardToPixels), toPixels), modules.size)
  const grid = gridNonUniformity(patch, modules, patchPose)
  const residual = symbolResidual(patch, modules, isQuiet)
  const indices: readonly Measurement[] = [
    ...measurePrintQuality(patch, modules, of, isQuiet),
    { name: 'axial-non-uniformity', of, value: axial, unit: 'index' },
    ...(grid === null ? [] : [{ name: 'grid-non-uniformity', of, value: grid, unit: 'index' } as const]),
    ...(residual === null
      ? []
      : [
          { name: 'symbol-dark-line', of, value: residual.darkLine, unit: 'ratio' } as const,
          { name: 'symbol-bright-line', of, value: residual.brightLine, unit: 'ratio' } as const,
          { name: 'symbol-spot', of, value: residual.spot, unit: 'ratio' } as const,
          ...(residual.quiet === null
            ? []
            : [{ name: 'quiet-zone-spot', of, value: residual.quiet, unit: 'ratio' } as const]),
        ]),
  ]
  return [
    ...(speaksOfPrint(fitness) ? indices : indices.map(index => ({ ...index, fit: false as const }))),
    ...(version == null ? [] : [{ name: 'symbol-version', of, value: version, unit: 'count' } as const]),
    ...(errorCorrectionLevel == null
      ? []
      : [{ name: 'symbol-level', of, value: levels.indexOf(errorCorrectionLevel) + 1, unit: 'count' } as const]),
    { name: 'clipped-modules', of, value: 100 * fitness.clipped, unit: '%' },
    { name: 'module-evenness', of, value: fitness.evenness, unit: 'ratio' },
    { name: 'module-glare', of, value: fitness.glare, unit: 'ratio' },
    { name: 'module-sharpness', of, value: fitness.sharpness, unit: 'ratio' },
  ]
}
