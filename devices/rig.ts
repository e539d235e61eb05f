import type { PictureCorrection } from '../harness/imaging/correct-picture.ts'
import type { Camera, EncodedPhotograph } from './camera/camera.ts'
import type { Light, LightPreset } from './light/light.ts'
import type { DeviceIdentity } from './opened-device.ts'
import { type OpenRigOptions, openRealRig } from './rig/real-rig.ts'
import type { RealRigConfig, RigConfig, VirtualRigConfig } from './rig/rig-config.ts'
import type { Scanner } from './scanner/scanner.ts'
import type { Stage } from './stage/stage.ts'
import type { CardSurface } from './virtual/card-surface.ts'
import type { Faults } from './virtual/faults.ts'
import type { Placement, PlacementName } from './virtual/placement.ts'
import { openVirtualRig, type VirtualBench } from './virtual/virtual-rig.ts'

export type { OpenRigOptions } from './rig/real-rig.ts'
export type { RealRigConfig, RigConfig, VirtualRigConfig } from './rig/rig-config.ts'

/** What a record keeps of the rig that took its photographs. */
export interface RigIdentity {
  readonly name: string
  readonly kind: 'virtual' | 'real'
  readonly drivers: DeviceWords
  /** The version that each device states of itself; `unknown` when it states none, `none` where there is no device. */
  readonly firmware: DeviceWords
  /** Virtual rigs: sha256 of the truth that they draw from, lower-case hex. */
  readonly truth: string | null
  /** Identity of the valid calibration, or null when there is none. */
  readonly calibration: string | null
}

/** A word for each device that takes part in a photograph. */
export interface DeviceWords {
  readonly camera: string
  readonly stage: string
  readonly light: string
}

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
  readonly identity: RigIdentity
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

/** A rig whose nest is filled by the program instead of by a person. */
export interface VirtualRig extends Rig {
  /**
   * Puts a unit into the nest, or takes it out (`null`). The surface must not be changed while it lies there.
   *
   * @throws RigError `placement`
   */
  place(surface: CardSurface | null, placement?: PlacementName | Partial<Placement>): void
  readonly faults: Faults
  /** The twin itself, to look at what the lamps and axes really do. For tests and the doctor, never for inspection. */
  readonly bench: VirtualBench
}

/**
 * Connects the rig that a configuration describes and homes it. Use it with `await using`.
 *
 * A real rig is leased first: two programs never drive one rig, and what a program that was killed left alight or moving
 * is made safe before anything else. The rig is made safe at once when `signal` aborts and when the program that started
 * this one is gone.
 *
 * @throws RigError when the rig is taken, or a device is missing or does not answer; everything opened so far is closed
 */
export async function openRig(config: VirtualRigConfig, options?: AbortSignal | OpenRigOptions): Promise<VirtualRig>
export async function openRig(config: RealRigConfig, options?: AbortSignal | OpenRigOptions): Promise<Rig>
export async function openRig(config: RigConfig, options?: AbortSignal | OpenRigOptions): Promise<Rig | VirtualRig>
export async function openRig(config: RigConfig, options: AbortSignal | OpenRigOptions = {}): Promise<Rig> {
  const given = options instanceof AbortSignal ? { signal: options } : options
  if (config.kind === 'real') return await openRealRig(config, given)
  const home = given.home ?? config.home
  return await openVirtualRig({ ...config, ...(home !== undefined && { home }) }, given.signal)
}

/** Whether the rig's nest is filled by the program. */
export function isVirtual(rig: Rig): rig is VirtualRig {
  return 'place' in rig
}
