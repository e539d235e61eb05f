import { examineContainer } from '../../imaging/container.ts'
import { codedDamage, shownDamage } from '../../imaging/picture-damage.ts'
import type { Raster } from '../../imaging/raster.ts'

/**
 * What is torn or missing within a photograph, by the harness's own rules; null where it is whole.
 * @param coded as the file has its rows, at full size
 */
export function fileDamage(file: Uint8Array, coded: Raster): string | null {
  const container = examineContainer(file)
  if ('fault' in container) return container.because
  return codedDamage(file, container.format) ?? shownDamage(coded, file, container.format)
}
