import type { PictureCorrection } from '../../harness/imaging/correct-picture.ts'
import type { Camera, EncodedPhotograph } from '../camera/camera.ts'
import type { Light, LightPreset } from '../light/light.ts'
import type { DeviceIdentity } from '../opened-device.ts'
import type { Scanner } from '../scanner/scanner.ts'
import type { Stage } from '../stage/stage.ts'

/** What a record keeps of the rig that took its photographs. */
export interface ConnectedRigIdentity {
  readonly name: string
  readonly kind: 'virtual' | 'real'
  readonly drivers: DeviceWords
  /** The version that each device states of itself; `unknown` when it states none, `none` where there is no device. */
  readonly firmware: DeviceWords
  /** Virtual rigs: sha256 of the truth that they draw from, lower-case hex. */
  readonly truth: string | null
  /** Identity of the valid calibration, or null when there is none. */
  readonly calibration: string | null
  /** Until when it is valid, ISO 8601; left out where there is none. */
  readonly calibrationExpiresAt?: string
}

/** A word for each device that takes part in a photograph. */
type DeviceWords = Readonly<Record<'camera' | 'stage' | 'light', string>>

/** A device of a rig and what it says of itself. */
export interface RigDevice {
  readonly role: 'camera' | 'stage' | 'light' | 'scanner'
  readonly identity: DeviceIdentity
}

/**
 * Camera, light and stage as one whole, ready for use: connected, homed, dark.
 *
 * Disposing makes it safe, on every path out: exposure ended, lamps off, motion stopped, port closed, each with its
 * deadline. It rejects with `RigError` `rig-unsafe` when that could not be confirmed. Disposing twice is fine.
 */
export interface Rig extends AsyncDisposable {
  readonly identity: ConnectedRigIdentity
  /** Every device, also those that take no part in a photograph. */
  readonly devices: readonly RigDevice[]
  /** Names of the poses that the stage can be sent to. */
  readonly poses: readonly string[]
  /** What the light can be set to. */
  readonly presets: readonly LightPreset[]
  readonly camera: Camera
  readonly light: Light
  readonly stage: Stage
  readonly scanner: Scanner | null
  /** What its calibration takes out of a photograph of it before it is read; null where there is nothing to take out. */
  correctionFor(photograph: Pick<EncodedPhotograph, 'how' | 'settings'>): PictureCorrection | null
  dispose(): Promise<void>
}
