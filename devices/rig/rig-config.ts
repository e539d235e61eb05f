import type { CameraConfig } from '../camera/camera-config.ts'
import type { Clock } from '../clock.ts'
import type { LampTable } from '../light/grbl-light.ts'
import type { LightConfig } from '../light/light-config.ts'
import type { ScannerConfig } from '../scanner/scanner-config.ts'
import type { Poses } from '../stage/stage.ts'
import type { StageConfig } from '../stage/stage-config.ts'
import type { FaultName } from '../virtual/faults.ts'
import type { Calibration } from './calibration/calibration.ts'
import type { SteadyConfig } from './proven-view.ts'

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
  /** Longest time for one photograph beyond its exposure, ms. 30000 unless told. */
  readonly cameraDeadlineMs?: number
  /** Injected from the start. */
  readonly faults?: readonly FaultName[]
  /** Home while opening; true unless told. */
  readonly home?: boolean
  /** Longest time for making the controller safe when the rig is disposed of, ms. 8000 unless told. */
  readonly safeDeadlineMs?: number
  /** Its identity is stamped on photographs, its exposures are used, and what it says of the rig is taken out of pictures. */
  readonly calibration?: Calibration | null
  /** When to wait until the view is at rest. `auto` unless told, which is never: the twin's camera has no video. */
  readonly steady?: SteadyConfig
}

/** What stands on a bench. */
export interface RealRigConfig {
  readonly kind: 'real'
  /** Names the rig in records, reports and sentences. */
  readonly name: string
  readonly camera: CameraConfig
  /** Without one nothing moves: the nest stays under the camera, in the pose `inspect`. */
  readonly stage?: StageConfig
  /** Without one the light is what it is, steady and all around: it counts as `dome`, and cannot be put out. */
  readonly light?: LightConfig
  readonly scanner?: ScannerConfig
  /** Home while opening; true unless told. */
  readonly home?: boolean
  /** Longest time for making all devices safe when the rig is disposed of, ms. 8000 unless told. */
  readonly safeDeadlineMs?: number
  /** Its identity is stamped on photographs, its exposures are used, and what it says of the rig is taken out of pictures. */
  readonly calibration?: Calibration | null
  /** When to wait until the view is at rest, after a move or a change of light. `auto` unless told; `never` of gphoto2. */
  readonly steady?: SteadyConfig
  /** Stamps photographs; the system's clock unless told. */
  readonly clock?: Clock
}

export type RigConfig = VirtualRigConfig | RealRigConfig
