import { RigError } from '../../rig-error.ts'
import type { CameraCapabilities, CameraSettings, Control, SettingsReadBack } from '../camera.ts'
import { controlNames } from '../possible-settings.ts'
import type { PageTrack } from './page-camera.ts'

type ControlName = (typeof controlNames)[number]

interface Row {
  /** Name and mode of the constraint: MediaStream Image Capture, section 4. */
  readonly value: string
  readonly mode: string
  /** How many of the browser's units one of ours has. */
  readonly perUnit: number
  readonly what: string
}

/** Exposure time counts in 100 µs, focus distance in metres. */
const rows: Readonly<Record<ControlName, Row>> = {
  exposureMs: { value: 'exposureTime', mode: 'exposureMode', perUnit: 10, what: 'an exposure' },
  focusMm: { value: 'focusDistance', mode: 'focusMode', perUnit: 0.001, what: 'a focus distance' },
  whiteBalanceK: { value: 'colorTemperature', mode: 'whiteBalanceMode', perUnit: 1, what: 'a white balance' },
}

interface Range {
  readonly min: number
  readonly max: number
  readonly step: number
}

/** What the browser says that the camera can do, in our units. */
export function capabilitiesOf({ settings, capabilities, photo }: PageTrack): CameraCapabilities {
  const control = (name: ControlName): Control | null => {
    const { value, mode, perUnit } = rows[name]
    const range = rangeOf(capabilities[value])
    const modes = capabilities[mode]
    if (!range || !Array.isArray(modes) || !modes.includes('manual')) return null
    const { min, max, step } = range
    return { lockable: true, range: { min: min / perUnit, max: max / perUnit, step: step / perUnit } }
  }
  const [width, height] = [settings['width'], settings['height']]
  const video = typeof width === 'number' && typeof height === 'number' ? [{ width, height }] : []
  const isLarger = photo !== null && video[0] !== undefined && photo.width > video[0].width
  return {
    sizes: isLarger ? [photo, ...video] : video,
    exposureMs: control('exposureMs'),
    focusMm: control('focusMm'),
    whiteBalanceK: control('whiteBalanceK'),
    video: true,
  }
}

/** The constraints for what is asked, each with its mode before its value: a camera in automatic mode drops the value. */
export function constraintsFor(settings: CameraSettings): Record<string, unknown> {
  return Object.fromEntries(
    controlNames.flatMap(name => {
      const asked = settings[name]
      const { value, mode, perUnit } = rows[name]
      return asked === undefined
        ? []
        : [
            [mode, 'manual'],
            [value, asked * perUnit],
          ]
    }),
  )
}

/** What the browser says of the camera's settings, in our units; a setting in automatic mode is not known. */
export function readBack(settings: Readonly<Record<string, unknown>>): Omit<SettingsReadBack, 'size'> {
  const value = (name: ControlName): number | null => {
    const { value: key, mode, perUnit } = rows[name]
    const said = settings[key]
    return typeof said === 'number' && settings[mode] === 'manual' ? said / perUnit : null
  }
  return { exposureMs: value('exposureMs'), focusMm: value('focusMm'), whiteBalanceK: value('whiteBalanceK') }
}

/**
 * Browsers drop a constraint that they cannot keep without a word, so what was asked is compared with what is.
 *
 * @throws RigError `camera-settings`
 */
export function assertKept(
  asked: CameraSettings,
  settings: Readonly<Record<string, unknown>>,
  capabilities: CameraCapabilities,
  camera: string,
): void {
  const is = readBack(settings)
  for (const name of controlNames) {
    const wanted = asked[name]
    if (wanted === undefined) continue
    const step = capabilities[name]?.range?.step ?? 0
    const got = is[name]
    if (got !== null && Math.abs(got - wanted) <= Math.max(step, 0.01 * wanted)) continue
    const { what, perUnit } = rows[name]
    const instead = got === null ? 'chose by itself' : `took ${Math.round(got * perUnit * 1000) / (1000 * perUnit)}`
    throw new RigError('camera-settings', `camera ${camera} was asked for ${what} of ${wanted} and ${instead} instead.`)
  }
}

function rangeOf(capability: unknown): Range | null {
  const { min, max, step } = (capability ?? {}) as Partial<Record<keyof Range, unknown>>
  return typeof min === 'number' && typeof max === 'number' && max > min
    ? { min, max, step: typeof step === 'number' ? step : 0 }
    : null
}
