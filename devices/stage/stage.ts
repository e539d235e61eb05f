import { z } from 'zod'
import type { OpenedDevice } from '../opened-device.ts'
import { ms, text } from '../options.ts'

/**
 * A place of the stage in machine coordinates, mm. On GRBL machines home is at the far end of every axis, so that
 * machine space is negative: -travel … 0.
 */
export interface StagePosition {
  readonly xMm: number
  readonly yMm: number
  readonly zMm: number
}

/** Named places; the names belong to the rig's configuration (`load`, `inspect`, …). */
export type Poses = Readonly<Record<string, StagePosition>>

/**
 * The motion of a rig. Calls are carried out one after the other.
 *
 * Every promise that is about moving resolves when the motion is over and the stage is at rest, not when the command
 * was accepted. They reject with a `RigError` (`stage-alarm`, `stage-deadline`, `stage-not-homed`, `pose-unknown`,
 * `port-lost`) and with the signal's reason when aborted; a call that was aborted or ran out of time has stopped the
 * motion before it rejects. After an alarm the position is not trusted: `home` comes first.
 */
export interface Stage {
  /** Driver and protocol, e.g. `grbl`. */
  readonly name: string
  /** Name of the pose that the stage was last sent to and reached, or `unknown`. */
  readonly pose: string
  /** Finds the zero of every axis. Clears an alarm first. */
  home(signal?: AbortSignal): Promise<void>
  /** Moves to a named pose or a position. Homes first only if the stage has never been homed since it was opened. */
  goTo(pose: string | StagePosition, signal?: AbortSignal): Promise<void>
  /** Where the stage is now, also while it moves. */
  position(signal?: AbortSignal): Promise<StagePosition>
  /** Brakes where it can; a move under way waits, with its own time running. Resolves at standstill. */
  hold?(signal?: AbortSignal): Promise<void>
  /** Goes on with what was held. */
  resume?(signal?: AbortSignal): Promise<void>
  /** Ends all motion at once. Resolves when the stage is known to be at rest; never starts motion. */
  stop(): Promise<void>
}

const coordinate = z.number().min(-100_000).max(100_000)

/** What every stage's configuration says. */
export const everyStage = {
  /** Machine coordinates; on GRBL they are negative. */
  poses: z.record(text, z.strictObject({ xMm: coordinate, yMm: coordinate, zMm: coordinate })),
  /** Longest time for one move, ms. Default: by distance and the board's own speeds, 15000 where it does not tell them. */
  moveDeadlineMs: ms.exactOptional(),
  /** Longest time for homing, ms. Default: 60000. */
  homeDeadlineMs: ms.exactOptional(),
}

export interface OpenedStage extends OpenedDevice {
  readonly stage: Stage
  /** Names of the poses that the configuration gives. */
  readonly poses: readonly string[]
}
