import { RigError } from '../rig-error.ts'
import type { CameraCapabilities, CameraSettings } from './camera.ts'

const names = {
  exposureMs: { what: 'an exposure', unit: 'ms' },
  focusMm: { what: 'a focus distance', unit: 'mm' },
  whiteBalanceK: { what: 'a white balance', unit: 'K' },
} as const

/** Every setting that is a number with a range. */
export const controlNames = Object.keys(names) as (keyof typeof names)[]

/** Ten minutes: beyond it a number is a mistake, whatever the camera says. */
const longestExposureMs = 600_000

/**
 * Says which setting a camera cannot do, before anything is sent to it.
 *
 * @throws RigError `camera-settings`
 */
export function assertPossible(settings: CameraSettings, capabilities: CameraCapabilities, camera: string): void {
  for (const name of controlNames) {
    const value = settings[name]
    if (value === undefined) continue
    const { what, unit } = names[name]
    const impossible = (why: string): RigError =>
      new RigError('camera-settings', `camera ${camera} cannot take ${what} of ${value} ${unit}: ${why}.`)
    if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw impossible('it must be more than 0')
    if (name === 'exposureMs' && value > longestExposureMs) throw impossible('ask for at most 600 000 ms')
    const control = capabilities[name]
    if (control === null) throw impossible('it cannot be set through this driver; leave it out')
    const { range } = control
    if (range && (value < range.min || value > range.max)) {
      throw impossible(`ask for ${range.min} to ${range.max} ${unit}`)
    }
  }
  const { size } = settings
  if (size && !(Number.isInteger(size.width) && Number.isInteger(size.height) && size.width > 0 && size.height > 0)) {
    throw new RigError('camera-settings', `camera ${camera} has no pictures of ${size.width} × ${size.height} px.`)
  }
}
