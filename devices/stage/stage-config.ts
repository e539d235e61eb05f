import type { GrblControllers } from '../grbl/controllers.ts'
import type { OpenedDevice } from '../opened-device.ts'
import type { SendHttp } from '../wire/http.ts'
import type { SerialPortConfig, SerialPorts } from '../wire/serial-port.ts'
import { openGrblStage } from './grbl-stage.ts'
import type { Poses, Stage } from './stage.ts'

/** A stage on a GRBL 1.1 or grblHAL controller. */
export interface GrblStageConfig extends SerialPortConfig {
  readonly driver: 'grbl'
  /** Machine coordinates; on GRBL they are negative. */
  readonly poses: Poses
  /** Longest time for one move, ms. 15000 unless told. */
  readonly moveDeadlineMs?: number
  /** Longest time for homing, ms. 60000 unless told. */
  readonly homeDeadlineMs?: number
}

/** What a rig's configuration says of its stage. */
export type StageConfig = GrblStageConfig

/** What opening a stage or a light may be given besides its configuration. */
export interface OpenOptions {
  readonly signal?: AbortSignal | undefined
  /** Share one between the stage and the light of a rig, or they cannot be on one port. */
  readonly controllers?: GrblControllers | undefined
  /** Where serial ports come from; the operating system unless told. */
  readonly ports?: SerialPorts | undefined
  /** How HTTP is sent; over the network unless told. */
  readonly http?: SendHttp | undefined
}

export interface OpenedStage extends OpenedDevice {
  readonly stage: Stage
}

/**
 * Connects the stage that a configuration describes. Whatever the controller was doing ends; nothing is homed.
 *
 * @throws RigError which says what is missing or what else answers there
 */
export async function openStage(config: StageConfig, options: OpenOptions = {}): Promise<OpenedStage> {
  return await openGrblStage(config, options)
}
