import { toGrey } from '../../imaging/grey.ts'
import { compose, type Homography, invert } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { Measurement } from '../reading.ts'
import { limitsOf } from '../surface/limits.ts'
import type { FoundSymbol } from './found-symbol.ts'
import { axialNonUniformity, gridNonUniformity } from './grid-uniformity.ts'
import { pictureFitness, speaksOfPrint } from './picture-fitness.ts'
import { measurePrintQuality } from './print-quality.ts'

const MODULE_PX = 8
const QUIET_MODULES = 4

/**
 * Print-quality indices of a decoded symbol in a photograph, with the profile's limits: a limit named `symbol-NAME`
 * holds for the index NAME of every symbol. Nothing when its modules are not known.
 *
 * The card's own outline tells the plane, so axial non-uniformity is measured in its millimetres; without a card it is not.
 *
 * In a blurred or glaring picture a bad index says nothing about the print: it is recorded then, and not judged. A good one
 * is good in any picture.
 */
export function symbolQuality(
  raster: Raster,
  profile: ProductProfile,
  mark: string,
  symbol: FoundSymbol,
  cardToPixels: Homography | null = null,
): Measurement[] {
  const { modules, toPixels } = symbol
  if (modules === null) return []
  const side = modules.size + 2 * QUIET_MODULES
  const rect = { x: -QUIET_MODULES, y: -QUIET_MODULES, width: side, height: side }
  const patch = toGrey(rectify(raster, toPixels, rect, MODULE_PX))
  const layout = { modulePx: MODULE_PX, quiet: QUIET_MODULES }
  const fitness = pictureFitness(patch, modules, layout)
  const grid = gridNonUniformity(patch, modules, patchPose)
  const uniformity: Measurement[] = [
    ...(cardToPixels === null
      ? []
      : [
          index(
            'axial-non-uniformity',
            mark,
            axialNonUniformity(compose(invert(cardToPixels), toPixels), modules.size),
          ),
        ]),
    ...(grid === null ? [] : [index('grid-non-uniformity', mark, grid)]),
  ]
  const indices = [...measurePrintQuality(patch, modules, { of: mark, ...layout }), ...uniformity].map(measurement => ({
    ...measurement,
    limits: limitsOf(profile, measurement.name, profile.limits[`symbol-${measurement.name}`] ?? measurement.limits),
  }))
  return [
    ...(speaksOfPrint(fitness)
      ? indices
      : indices.map(index => (isOutside(index) ? { ...index, limits: null } : index))),
    { name: 'clipped-modules', of: mark, value: 100 * fitness.clipped, unit: '%', limits: null },
    { name: 'module-evenness', of: mark, value: fitness.evenness, unit: 'ratio', limits: null },
    { name: 'module-glare', of: mark, value: fitness.glare, unit: 'ratio', limits: null },
    { name: 'module-sharpness', of: mark, value: fitness.sharpness, unit: 'ratio', limits: null },
  ]
}

/** Modules to the rectified patch. */
const patchPose: Homography = [
  MODULE_PX,
  0,
  QUIET_MODULES * MODULE_PX,
  0,
  MODULE_PX,
  QUIET_MODULES * MODULE_PX,
  0,
  0,
  1,
]

function index(name: string, of: string, value: number): Measurement {
  return { name, of, value, unit: 'index', limits: null }
}

function isOutside({ value, limits }: Measurement): boolean {
  return limits !== null && (value < (limits.min ?? value) || value > (limits.max ?? value))
}
