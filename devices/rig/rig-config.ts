import type { CameraConfig } from '../camera/cameras.ts'
import type { Clock } from '../clock.ts'
import type { LightConfig } from '../light/lights.ts'
import type { ScannerConfig } from '../scanner/scanners.ts'
import type { StageConfig } from '../stage/stages.ts'
import type { FaultName } from '../virtual/faults.ts'
import type { Calibration } from './calibration/calibration.ts'
import type { SteadyConfig } from './verified-capture.ts'

/** What the configuration of every kind of rig may say. */
interface AnyRigConfig {
  /** Home while opening. Default: true. */
  readonly home?: boolean
  /** Longest time for making all devices safe when the rig is disposed of, ms. Default: 8000. */
  readonly safeDeadlineMs?: number
  /** Its identity is stamped on photographs, its exposures are used, and what it says of the rig is taken out of pictures. */
  readonly calibration?: Calibration | null
  /**
   * When to wait until the view is at rest, after a move or a change of light. Default: `auto`; `never` of a camera that its
   * preview disturbs.
   */
  readonly steady?: SteadyConfig
  /** Stamps photographs. Default: the system's clock. */
  readonly clock?: Clock
}

export interface VirtualRigConfig extends AnyRigConfig {
  readonly kind: 'virtual'
  /** The same seed gives the same pictures, byte for byte, for the same calls. */
  readonly seed: number
  /** Default: `virtual`. */
  readonly name?: string
  /** Size of photographs, px. The field of view is the same at every size. Default: 2400 × 1600. */
  readonly size?: { readonly width: number; readonly height: number }
  /** How many times faster than real machinery the stage moves and boots. Default: 50. */
  readonly hurry?: number
  /** Longest time for one photograph beyond its exposure, ms. Default: 30000. */
  readonly cameraDeadlineMs?: number
  /** Injected from the start. */
  readonly faults?: readonly FaultName[]
}

/** What stands on a bench. */
export interface RealRigConfig extends AnyRigConfig {
  readonly kind: 'real'
  /** Names the rig in records, reports and sentences. */
  readonly name: string
  readonly camera: CameraConfig
  /** Without one nothing moves: the nest stays under the camera, in the pose `inspect`. */
  readonly stage?: StageConfig
  /** Without one the light is what it is, steady and all around: it counts as `dome`, and cannot be put out. */
  readonly light?: LightConfig
  readonly scanner?: ScannerConfig
}

export type RigConfig = VirtualRigConfig | RealRigConfig
