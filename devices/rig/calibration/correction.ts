import type { PictureCorrection } from '../../../harness/imaging/correct-picture.ts'
import { type LensTerms, throughLens } from '../../../harness/imaging/lens.ts'
import { minus, type Point } from '../../../harness/imaging/quad.ts'
import type { SizePx } from '../../../harness/imaging/raster.ts'
import type { EncodedPhotograph } from '../../camera/camera.ts'
import type { Calibration } from './calibration.ts'
import type { FlatField } from './flat-field.ts'

/** Beyond these a place is so dark that light is of no more use there, whatever it is multiplied by. */
const gains = { min: 0.25, max: 4 }
/** px; a lens that bends by less anywhere is left as it is: reading between pixels costs more sharpness than that. */
const worthwhilePx = 0.25

/**
 * What of a photograph its rig's calibration takes away; null without a calibration, or where it says nothing of such a
 * photograph. Under a light that was not calibrated the light stays as it is.
 */
export function correctionFor(
  calibration: Calibration | null,
  { how, settings }: Pick<EncodedPhotograph, 'how' | 'settings'>,
): PictureCorrection | null {
  if (calibration === null) return null
  const { plane, camera, dark } = calibration
  const { size } = camera
  // A camera that does not tell its size tells it in the picture, where a misfit is found as well.
  const seen = settings.size ?? size
  const light = Object.entries(calibration.lights).find(([preset]) => preset === how.light)?.[1]
  const lens: LensTerms = { k1: plane.k1, k2: plane.k2, centrePx: plane.centre }
  const bends = plane.terms !== 'none' && largestShift(lens, size) >= worthwhilePx
  const correction: PictureCorrection = {
    size: { width: size.width, height: size.height },
    dark: dark !== null && Math.max(...dark) > 0 ? dark : null,
    gain: light?.field ? gainOf(light.field, dark ?? [0, 0, 0]) : null,
    lens: bends ? lens : null,
  }
  const says = correction.dark !== null || correction.gain !== null || correction.lens !== null
  return says && seen.width > 0 ? correction : null
}

/** Brings white to its own mean: as bright as before on the whole, even, and of no colour. */
function gainOf({ columns, rows, white }: FlatField, dark: readonly number[]): NonNullable<PictureCorrection['gain']> {
  const light = white.map((value, i) => Math.max(1e-4, value - dark[i % 3]!))
  const mean = light.reduce((sum, value) => sum + value, 0) / light.length
  return { columns, rows, values: light.map(value => Math.min(gains.max, Math.max(gains.min, mean / value))) }
}

/** How far the lens moves anything in the picture, px. */
function largestShift(lens: LensTerms, size: SizePx): number {
  const { width, height } = size
  const edges: readonly Point[] = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
    [width, height / 2],
    [width / 2, height],
  ]
  return Math.max(...edges.map(edge => Math.hypot(...minus(throughLens(lens, size, edge), edge))))
}
