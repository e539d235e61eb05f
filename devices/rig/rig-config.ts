import { z } from 'zod'
import { seed } from '../../harness/core/twin-seed.ts'
import { cameras } from '../camera/cameras.ts'
import { steadyOptions } from '../camera/steady.ts'
import type { Clock } from '../clock.ts'
import { lights } from '../light/lights.ts'
import { scanners } from '../scanner/scanners.ts'
import { stages } from '../stage/stages.ts'
import type { FaultName } from '../virtual/faults.ts'
import type { Calibration } from './calibration/calibration.ts'

const steady = z.union([z.enum(['auto', 'never']), steadyOptions], 'auto, never, or how to wait')
export type SteadyConfig = z.infer<typeof steady>
export type FreshConfig = NonNullable<z.infer<typeof virtualRig>['fresh']>

const everyRig = {
  /** Home while opening. Default: true. */
  home: z.boolean().exactOptional(),
  /** Longest time for making all devices safe when the rig is disposed of, ms. Default: 8000. */
  safeDeadlineMs: z.number().min(500).max(60_000).exactOptional(),
  /**
   * When to wait until the view is at rest, after a move or a change of light. `auto`: where the camera has video, since with
   * single pictures it takes as long as five photographs; `never`; or how to wait, whatever the camera. Default: `auto`;
   * `never` of a camera that its preview disturbs.
   */
  steady: steady.exactOptional(),
  /**
   * Whether photographs must be known to be younger than the last change of light or pose. `seen`: the change is waited for, and
   * the record says how it is known, or that it is not; `demanded`: a photograph of which it is not known is refused;
   * `trusted`: the camera is never late, and nothing is waited for. Default: `seen`.
   */
  fresh: z.enum(['seen', 'demanded', 'trusted']).exactOptional(),
}

export const virtualRig = z.strictObject({
  kind: z.literal('virtual'),
  /** The same seed gives the same pictures, byte for byte, for the same calls. */
  seed: seed.exactOptional(),
  /** Size of photographs, px. The field of view is the same at every size. Default: 2400 × 1600. */
  size: z.strictObject({ width: z.int().min(60).max(8000), height: z.int().min(40).max(6000) }).exactOptional(),
  /** How many times faster than real machinery the stage moves and boots. Default: 50. */
  hurry: z.number().min(0.01).max(1000).exactOptional(),
  ...everyRig,
})

/** What stands on a bench. */
export const realRig = z.strictObject({
  kind: z.literal('real'),
  camera: cameras.schema,
  /** Without one nothing moves: the nest stays under the camera, in the pose `inspect`. */
  stage: stages.schema.exactOptional(),
  /** Without one the light is what it is, steady and all around: it counts as `dome`, and cannot be put out. */
  light: lights.schema.exactOptional(),
  scanner: scanners.schema.exactOptional(),
  ...everyRig,
})

/** What a rig is opened with besides what its configuration says. */
interface OpeningConfig {
  /** Its identity is stamped on photographs, its exposures are used, and what it says of the rig is taken out of pictures. */
  readonly calibration?: Calibration | null
  /** Stamps photographs. Default: the system's clock. */
  readonly clock?: Clock
}

export interface VirtualRigConfig extends Readonly<z.infer<typeof virtualRig>>, OpeningConfig {
  readonly seed: number
  /** Default: `virtual`. */
  readonly name?: string
  /** Longest time for one photograph beyond its exposure, ms. Default: 30000. */
  readonly cameraDeadlineMs?: number
  /** Injected from the start. */
  readonly faults?: readonly FaultName[]
}

export interface RealRigConfig extends Readonly<z.infer<typeof realRig>>, OpeningConfig {
  /** Names the rig in records, reports and sentences. */
  readonly name: string
}

export type RigConfig = VirtualRigConfig | RealRigConfig

/** The configuration with the path of every file that its devices name made absolute by `at`. */
export function withDeviceFiles<Config extends z.infer<typeof realRig>>(
  config: Config,
  at: (path: string) => string,
): Config {
  const { camera, stage, light, scanner } = config
  return {
    ...config,
    camera: cameras.withFiles(camera, at),
    ...(stage && { stage: stages.withFiles(stage, at) }),
    ...(light && { light: lights.withFiles(light, at) }),
    ...(scanner && { scanner: scanners.withFiles(scanner, at) }),
  }
}
