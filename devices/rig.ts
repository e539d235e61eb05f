import type { Camera } from './camera/camera.ts'
import type { Clock } from './clock.ts'
import type { LampTable } from './light/grbl-light.ts'
import type { Light } from './light/light.ts'
import type { Poses, Stage } from './stage/stage.ts'
import type { CardSurface } from './virtual/card-surface.ts'
import type { FaultName, Faults } from './virtual/faults.ts'
import type { Placement, PlacementName } from './virtual/placement.ts'
import { openVirtualRig, type VirtualBench } from './virtual/virtual-rig.ts'

/** What a record keeps of the rig that took its photographs. */
export interface RigIdentity {
  readonly name: string
  readonly kind: 'virtual'
  readonly drivers: { readonly camera: string; readonly stage: string; readonly light: string }
  /** Version that the motion controller states of itself. */
  readonly firmware: string
  /** Virtual rigs: sha256 of the truth that they draw from, lower-case hex. */
  readonly truth: string | null
  /** Identity of the valid calibration, or null when there is none. */
  readonly calibration: string | null
}

/**
 * Camera, light and stage as one whole, ready for use: connected, homed, dark.
 *
 * Disposing makes it safe, on every path out: exposure ended, lamps off, motion stopped, port closed, each with its
 * deadline. It rejects with `RigError` `rig-unsafe` when that could not be confirmed. Disposing twice is fine.
 */
export interface Rig extends AsyncDisposable {
  readonly identity: RigIdentity
  readonly camera: Camera
  readonly light: Light
  readonly stage: Stage
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

export interface VirtualRigConfig {
  readonly kind: 'virtual'
  /** The same seed gives the same pictures, byte for byte, for the same calls. */
  readonly seed: number
  readonly name?: string
  /** Size of photographs, px. The field of view is the same at every size. 2400 × 1600 unless told. */
  readonly size?: { readonly width: number; readonly height: number }
  /** Stamps photographs; the system's clock unless told. */
  readonly clock?: Clock
  /** How many times faster than real machinery the stage moves and boots. 50 unless told. */
  readonly hurry?: number
  readonly poses?: Poses
  readonly lamps?: LampTable
  /** Injected from the start. */
  readonly faults?: readonly FaultName[]
  /** Home while opening; true unless told. */
  readonly home?: boolean
  /** Longest time for making the controller safe when the rig is disposed of, ms. 8000 unless told. */
  readonly safeDeadlineMs?: number
}

export type RigConfig = VirtualRigConfig

/**
 * Connects the rig that a configuration describes and homes it. Use it with `await using`.
 *
 * @param signal when it aborts, opening is given up, and an open rig is made safe at once
 * @throws RigError when a device is missing or does not answer; everything opened so far is closed again
 */
export async function openRig(config: RigConfig, signal?: AbortSignal): Promise<VirtualRig> {
  return await openVirtualRig(config, signal)
}
