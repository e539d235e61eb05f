import { pause } from '../deadline.ts'
import { GrblControllers } from '../grbl/controllers.ts'
import type { GrblLink } from '../grbl/link.ts'
import { alarmAdvice } from '../grbl/messages.ts'
import { describeStatus, type GrblStatus } from '../grbl/status.ts'
import { RigError } from '../rig-error.ts'
import { Turns } from '../turns.ts'
import type { Poses, Position, Stage } from './stage.ts'
import type { GrblStageConfig, OpenedStage, OpenOptions } from './stage-config.ts'

export interface GrblStageOptions {
  readonly poses: Poses
  /** Longest time for one move, ms. */
  readonly moveDeadlineMs: number
  readonly homeDeadlineMs: number
  /** Time between two `?` while waiting, ms. */
  readonly pollMs: number
}

export const grblStageDefaults: Omit<GrblStageOptions, 'poses'> = {
  moveDeadlineMs: 15_000,
  homeDeadlineMs: 60_000,
  pollMs: 20,
}

/** Longest time from `!` to standstill; 1.5 s was seen. */
const haltDeadlineMs = 3000
/** A step is a few µm; more than this means lost steps or another program at the port. */
const arrivedMm = 0.02

/** A stage on a GRBL 1.1 controller. The link belongs to the rig, which closes it. */
export class GrblStage implements Stage {
  readonly name = 'grbl'
  readonly #link: GrblLink
  readonly #options: GrblStageOptions
  #pose = 'unknown'
  /** The controller's life in which it was homed; any reset since makes the position a guess. */
  #homedIn: number | null = null
  readonly #turns = new Turns()

  constructor(link: GrblLink, options: Pick<GrblStageOptions, 'poses'> & Partial<GrblStageOptions>) {
    this.#link = link
    this.#options = { ...grblStageDefaults, ...options }
  }

  get pose(): string {
    return this.#isHomed ? this.#pose : 'unknown'
  }

  home(signal?: AbortSignal): Promise<void> {
    return this.#turns.take(() => this.#moving('$H', signal, () => this.#homeNow(signal)), signal)
  }

  goTo(pose: string | Position, signal?: AbortSignal): Promise<void> {
    return this.#turns.take(async () => {
      const target = typeof pose === 'string' ? this.#named(pose) : pose
      const move = `G53 G0 X${coordinate(target.xMm)} Y${coordinate(target.yMm)} Z${coordinate(target.zMm)}`
      await this.#moving(move, signal, async () => {
        if (this.#homedIn === null) await this.#homeNow(signal)
        else this.#assertHomed(move)
        this.#pose = 'unknown'
        await this.#link.command(`G90 G21 ${move}`, { signal })
        // The `ok` of a move says queued. A dwell is answered after everything before it was carried out.
        await this.#link.command('G4 P0.01', { signal, deadlineMs: this.#options.moveDeadlineMs })
        const status = await this.#untilIdle(move, signal)
        assertArrived(status, target, move)
        this.#pose = typeof pose === 'string' ? pose : 'unknown'
      })
    }, signal)
  }

  async position(signal?: AbortSignal): Promise<Position> {
    const ends = performance.now() + 2000
    let offset: Position | null = null
    while (performance.now() < ends) {
      const status = await this.#link.status(signal)
      if (status.machine) return status.machine
      // With $10=0 the report has work coordinates, and their offset only now and then.
      offset = status.workOffset ?? offset
      if (status.work && offset) return sum(status.work, offset)
    }
    throw new RigError(
      'stage-position',
      'the stage did not report its position within 2 s. Set $10=1 on the controller.',
    )
  }

  async waitIdle(signal?: AbortSignal): Promise<void> {
    await this.#untilIdle('waiting for rest', signal)
  }

  async stop(): Promise<void> {
    this.#pose = 'unknown'
    try {
      await this.#link.realtime('hold')
      const ends = performance.now() + haltDeadlineMs
      for (;;) {
        const status = await this.#link.status()
        if (isAtRest(status) || performance.now() > ends) break
        await pause(this.#options.pollMs)
      }
    } catch (error) {
      if (this.#link.isLost) throw error
      // Deaf to `?` (homing, a critical alarm): the reset below ends motion all the same.
    }
    await this.#link.reset()
  }

  get #isHomed(): boolean {
    return this.#homedIn === this.#link.life && this.#link.alarm === null
  }

  #named(pose: string): Position {
    const found = this.#options.poses[pose]
    if (found && Object.hasOwn(this.#options.poses, pose)) return found
    throw new RigError(
      'pose-unknown',
      `the rig has no pose "${pose}". It has ${Object.keys(this.#options.poses).join(', ')}; add it to the rig's configuration.`,
    )
  }

  #assertHomed(command: string): void {
    this.#link.assertUsable()
    if (this.#isHomed) return
    const { alarm } = this.#link
    const advice = alarm ? `${alarmAdvice(alarm)}, then run assay rig home` : 'Run assay rig home'
    throw new RigError(
      alarm === null ? 'stage-not-homed' : 'stage-alarm',
      `the stage did not carry out ${command}: its position is not known since the controller stopped or restarted (${this.#link.lastState}). ${advice}.`,
    )
  }

  async #homeNow(signal?: AbortSignal): Promise<void> {
    this.#pose = 'unknown'
    // An alarm keeps the controller deaf or locked; a reset is the one way out that works from everywhere.
    if (this.#link.alarm) await this.#link.reset(signal)
    await this.#link.home(this.#options.homeDeadlineMs, signal)
    await this.#untilIdle('$H', signal)
    this.#homedIn = this.#link.life
  }

  /** Whatever ends `work` early ends the motion too. */
  async #moving(command: string, signal: AbortSignal | undefined, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      const locked = this.#link.alarm !== null
      // Said before stopping, which changes the state that it tells.
      const isLate = error instanceof RigError && error.code === 'answer-deadline'
      const deadlineMs = command === '$H' ? this.#options.homeDeadlineMs : this.#options.moveDeadlineMs
      const told = isLate ? this.#late(command, deadlineMs, error) : error
      // What could not be stopped here is stopped, or reported, when the rig is disposed of.
      if (!this.#link.isLost && !locked) await this.stop().catch(() => {})
      signal?.throwIfAborted()
      throw told
    }
  }

  async #untilIdle(command: string, signal?: AbortSignal): Promise<GrblStatus> {
    const ends = performance.now() + this.#options.moveDeadlineMs
    for (;;) {
      const status = await this.#link.status(signal)
      if (status.state === 'Idle' || status.state === 'Check') return status
      if (status.state === 'Alarm' || performance.now() > ends) throw this.#late(command, this.#options.moveDeadlineMs)
      await pause(this.#options.pollMs, signal)
    }
  }

  #late(command: string, deadlineMs: number, cause?: Error): RigError {
    const { alarm } = this.#link
    return new RigError(
      alarm === null ? 'stage-deadline' : 'stage-alarm',
      `the stage did not report Idle within ${deadlineMs / 1000} s after ${command} (${this.#link.lastState}). ${alarm === null ? 'Check that nothing blocks the axes' : alarmAdvice(alarm)}, then run assay rig home.`,
      { cause },
    )
  }
}

function isAtRest(status: GrblStatus): boolean {
  return status.state !== 'Run' && status.state !== 'Jog' && !(status.state === 'Hold' && status.subState === 1)
}

function assertArrived(status: GrblStatus, target: Position, move: string): void {
  const at = status.machine
  if (!at) return
  const off = Math.max(Math.abs(at.xMm - target.xMm), Math.abs(at.yMm - target.yMm), Math.abs(at.zMm - target.zMm))
  if (off <= arrivedMm) return
  throw new RigError(
    'stage-off-target',
    `the stage is ${off.toFixed(3)} mm off after ${move} (${describeStatus(status)}). Check that no other program drives it, then run assay rig home.`,
  )
}

function coordinate(mm: number): string {
  if (!Number.isFinite(mm)) throw new RigError('pose-unknown', 'a pose has a coordinate that is not a number.')
  return mm.toFixed(3)
}

function sum(a: Position, b: Position): Position {
  return { xMm: a.xMm + b.xMm, yMm: a.yMm + b.yMm, zMm: a.zMm + b.zMm }
}

/** Connects a {@link GrblStage} from its configuration. */
export async function openGrblStage(config: GrblStageConfig, options: OpenOptions): Promise<OpenedStage> {
  const controllers = options.controllers ?? new GrblControllers(options.ports)
  const { link, release } = await controllers.hold(config, options.signal)
  return {
    stage: new GrblStage(link, {
      poses: config.poses,
      moveDeadlineMs: config.moveDeadlineMs ?? grblStageDefaults.moveDeadlineMs,
      homeDeadlineMs: config.homeDeadlineMs ?? grblStageDefaults.homeDeadlineMs,
    }),
    identity: { driver: 'grbl', address: config.port, firmware: link.firmware.version, warnings: [] },
    makeSafe: deadlineMs => link.makeSafe(deadlineMs),
    close: release,
  }
}
