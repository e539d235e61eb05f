import { z } from 'zod'
import { pause } from '../deadline.ts'
import type { Driver, OpenOptions } from '../driver.ts'
import { GrblControllers } from '../grbl/controllers.ts'
import { type Settings, settingNumbers, settingWarnings } from '../grbl/firmware.ts'
import type { GrblLink } from '../grbl/link.ts'
import type { GrblStatus } from '../grbl/status.ts'
import { Mutex } from '../mutex.ts'
import { RigError } from '../rig-error.ts'
import { serialPortOptions } from '../wire/serial-port.ts'
import { targetOf } from './limits.ts'
import { everyStage, type OpenedStage, type Poses, type Stage, type StagePosition } from './stage.ts'

interface GrblStageOptions {
  readonly poses: Poses
  readonly moveDeadlineMs?: number | undefined
  readonly homeDeadlineMs?: number | undefined
  /** Time between two `?` while waiting, ms. Default: 20. */
  readonly pollMs?: number | undefined
}

/** Longest time from `!` to standstill; 1.5 s was seen. */
const haltDeadlineMs = 3000
/** Where the board does not tell its speeds. */
const usualMoveMs = 15_000
/** How often somebody's hold is looked for during a move. */
const lookMs = 100
/** A step is a few µm; more than this means that a command was damaged or another program is at the port. */
const closeMm = 0.02

/** A stage on a GRBL 1.1 controller. The link belongs to the rig, which closes it. */
export class GrblStage implements Stage {
  readonly name = 'grbl'
  readonly #link: GrblLink
  readonly #options: Required<Pick<GrblStageOptions, 'poses'>> & {
    /** null: by distance and the board's own speeds. */
    readonly moveDeadlineMs: number | null
    readonly homeDeadlineMs: number
    readonly pollMs: number
  }
  /** A hold that was asked for here is no fault. */
  #isHeldHere = false
  #pose = 'unknown'
  /** The controller's life in which it was homed; any reset since makes the position a guess. */
  #homedIn: number | null = null
  /** As last reported. */
  #axes = 3
  /** Where it was last seen at rest or asked for. */
  #lastAt: StagePosition | null = null
  /** Of the move under way. */
  #moveMs = usualMoveMs
  readonly #mutex = new Mutex()

  constructor(link: GrblLink, options: GrblStageOptions) {
    const { poses, moveDeadlineMs = null, homeDeadlineMs = 60_000, pollMs = 20 } = options
    this.#link = link
    this.#options = { poses, moveDeadlineMs, homeDeadlineMs, pollMs }
  }

  get pose(): string {
    return this.#isHomed ? this.#pose : 'unknown'
  }

  home(signal?: AbortSignal): Promise<void> {
    return this.#mutex.run(() => this.#moving('$H', signal, () => this.#homeNow(signal)), signal)
  }

  goTo(pose: string | StagePosition, signal?: AbortSignal): Promise<void> {
    return this.#mutex.run(async () => {
      const target = targetOf(this.#options.poses, pose)
      const words = [`X${target.xMm.toFixed(3)}`, `Y${target.yMm.toFixed(3)}`, `Z${target.zMm.toFixed(3)}`]
      await this.#moving(`G53 G0 ${words.join(' ')}`, signal, async () => {
        if (this.#homedIn === null) await this.#homeNow(signal)
        else this.#assertHomed(`G53 G0 ${words.join(' ')}`)
        // A controller of two axes refuses the word of a third, also where it asks for nothing.
        const move = `G53 G0 ${words.slice(0, target.zMm === 0 ? this.#axes : 3).join(' ')}`
        this.#pose = 'unknown'
        this.#moveMs = this.#options.moveDeadlineMs ?? moveDeadlineMs(this.#lastAt, target, this.#link.settings)
        await this.#link.command(`G90 G21 ${move}`, { signal })
        await this.#carriedOut(move, signal)
        const status = await this.#untilIdle(move, signal)
        const at = status.machine ?? (await this.position(signal))
        assertArrived(at, target, move, this.#arrivedMm)
        this.#pose = typeof pose === 'string' ? pose : 'unknown'
      })
    }, signal)
  }

  async position(signal?: AbortSignal): Promise<StagePosition> {
    const ends = performance.now() + 2000
    let offset: StagePosition | null = null
    while (performance.now() < ends) {
      const status = await this.#link.status(signal)
      this.#axes = status.axes
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

  /** `!`: the stage brakes, and a move under way waits with its time running. Resolves at standstill. */
  async hold(signal?: AbortSignal): Promise<void> {
    this.#isHeldHere = true
    await this.#link.realtime('hold')
    await this.#until(isAtRest, 'stage-deadline', 'come to rest after a hold', haltDeadlineMs, signal)
  }

  /** `~`: goes on with what was held. Resolves when the controller has taken it up. */
  async resume(signal?: AbortSignal): Promise<void> {
    await this.#link.realtime('resume')
    // The first report after ~ may still say Hold.
    await this.#until(status => status.state !== 'Hold', 'stage-deadline', 'go on after a hold', haltDeadlineMs, signal)
    this.#isHeldHere = false
  }

  /**
   * The `ok` of a move says queued. A dwell is answered after everything before it was carried out: never, while somebody at
   * the bench holds the stage or has its door open, so that is looked for meanwhile.
   */
  async #carriedOut(move: string, signal?: AbortSignal): Promise<void> {
    const held = new AbortController()
    const over = new AbortController()
    const ends = signal ? AbortSignal.any([signal, held.signal]) : held.signal
    const done = this.#link.command('G4 P0.01', { signal: ends, deadlineMs: this.#moveMs })
    const watching = this.#untilHeld(move, over.signal).then(
      error => held.abort(error),
      // Silence is the command's own deadline to tell.
      () => {},
    )
    try {
      await done
    } finally {
      over.abort()
      await watching
    }
  }

  async #untilHeld(move: string, over: AbortSignal): Promise<RigError> {
    for (;;) {
      await pause(lookMs, over)
      const { state, machine } = await this.#link.status(over)
      if (this.#isHeldHere || (state !== 'Hold' && state !== 'Door')) continue
      const place =
        machine === null ? '' : ` at X${machine.xMm.toFixed(3)} Y${machine.yMm.toFixed(3)} Z${machine.zMm.toFixed(3)}`
      const [what, advice] =
        state === 'Door' ? ['its door was opened', 'Close it'] : ['somebody pressed feed hold', 'Release it']
      return new RigError(
        'stage-held',
        `the stage was held${place} while it carried out ${move}: ${what}. ${advice}, then run assay rig home.`,
      )
    }
  }

  get #isHomed(): boolean {
    return this.#homedIn === this.#link.life && this.#link.alarm === null
  }

  #assertHomed(command: string): void {
    this.#link.assertUsable()
    if (this.#isHomed) return
    const { alarm, advice: first } = this.#link
    const advice = alarm ? `${first}, then run assay rig home` : 'Run assay rig home'
    throw new RigError(
      alarm === null ? 'stage-not-homed' : 'stage-alarm',
      `the stage did not carry out ${command}: its position is not known since the controller stopped or restarted (${this.#link.lastState}). ${advice}.`,
    )
  }

  async #homeNow(signal?: AbortSignal): Promise<void> {
    this.#pose = 'unknown'
    await this.#link.reconnect(signal)
    // An alarm keeps the controller deaf or locked; a reset is the one way out that works from everywhere.
    if (this.#link.alarm) await this.#link.reset(signal)
    const before = await this.position(signal)
    await this.#link.home(this.#options.homeDeadlineMs, signal)
    const { machine } = await this.#untilIdle('$H', signal)
    if (machine && distanceMm(machine, before) < this.#arrivedMm && !this.#isAtHome(machine)) {
      // One flipped bit makes $X of $H: that unlocks, says ok, and homes nothing.
      throw new RigError(
        'stage-not-homed',
        'the controller said ok to $H but did not move. Check the cable, then run assay rig home.',
      )
    }
    this.#homedIn = this.#link.life
  }

  /** Near an end of an axis, where homing ends; true also when the travel is not known. */
  #isAtHome(at: StagePosition): boolean {
    const { settings } = this.#link
    const nearMm = (settings.get(settingNumbers.pullOff) ?? 0) + 1
    const axes = [
      [at.xMm, settings.get(settingNumbers.travelX)],
      [at.yMm, settings.get(settingNumbers.travelY)],
      [at.zMm, settings.get(settingNumbers.travelZ)],
    ] as const
    return axes.some(
      ([mm, travel]) => travel === undefined || Math.abs(mm) <= nearMm || Math.abs(Math.abs(mm) - travel) <= nearMm,
    )
  }

  /** How far from its target the stage may report itself, mm. With inches a report has no more than 0.025 mm. */
  get #arrivedMm(): number {
    return this.#link.settings.get(settingNumbers.reportsInches) === 1 ? closeMm + 0.026 : closeMm
  }

  /** Whatever ends `work` early ends the motion too. */
  async #moving(command: string, signal: AbortSignal | undefined, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      const locked = this.#link.alarm !== null
      // Said before stopping, which changes the state that it tells.
      const isLate = error instanceof RigError && error.code === 'answer-deadline'
      const deadlineMs = command === '$H' ? this.#options.homeDeadlineMs : this.#moveMs
      const told = isLate ? this.#late(command, deadlineMs, error) : error
      // What could not be stopped here is stopped, or reported, when the rig is disposed of.
      if (!this.#link.isLost && !locked) await this.stop().catch(() => {})
      signal?.throwIfAborted()
      throw told
    }
  }

  async #until(
    reached: (status: GrblStatus) => boolean,
    code: string,
    what: string,
    deadlineMs: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const ends = performance.now() + deadlineMs
    while (!reached(await this.#link.status(signal))) {
      if (performance.now() > ends) {
        throw new RigError(
          code,
          `the stage did not ${what} within ${deadlineMs / 1000} s (${this.#link.lastState}). Check that nothing blocks the axes, then run assay rig home.`,
        )
      }
      await pause(this.#options.pollMs, signal)
    }
  }

  async #untilIdle(command: string, signal?: AbortSignal): Promise<GrblStatus> {
    const ends = performance.now() + this.#moveMs
    for (;;) {
      const status = await this.#link.status(signal)
      if (status.state === 'Idle') {
        this.#lastAt = status.machine
        return status
      }
      if (status.state === 'Alarm' || performance.now() > ends) throw this.#late(command, this.#moveMs)
      await pause(this.#options.pollMs, signal)
    }
  }

  #late(command: string, deadlineMs: number, cause?: Error): RigError {
    const { alarm, advice, lastState } = this.#link
    const [code, what] =
      alarm === null
        ? ['stage-deadline', `did not report Idle within ${deadlineMs / 1000} s after ${command}`]
        : ['stage-alarm', `was stopped by an alarm after ${command}`]
    return new RigError(
      code,
      `the stage ${what} (${lastState}). ${advice ?? 'Check that nothing blocks the axes'}, then run assay rig home.`,
      { cause },
    )
  }
}

function isAtRest(status: GrblStatus): boolean {
  return status.state !== 'Run' && status.state !== 'Jog' && !(status.state === 'Hold' && status.subState === 1)
}

function distanceMm(a: StagePosition, b: StagePosition): number {
  return Math.max(Math.abs(a.xMm - b.xMm), Math.abs(a.yMm - b.yMm), Math.abs(a.zMm - b.zMm))
}

function assertArrived(at: StagePosition, target: StagePosition, move: string, arrivedMm: number): void {
  const offMm = distanceMm(at, target)
  if (offMm <= arrivedMm) return
  const place = `X${at.xMm.toFixed(3)} Y${at.yMm.toFixed(3)} Z${at.zMm.toFixed(3)}`
  throw new RigError(
    'stage-off-target',
    `the stage is ${offMm.toFixed(3)} mm off after ${move} (it reports ${place}). Check that no other program drives it, then run assay rig home.`,
  )
}

/** Twice what the slowest axis takes by the board's own speed and acceleration, and some; ms. */
export function moveDeadlineMs(from: StagePosition | null, to: StagePosition, settings: Settings): number {
  if (from === null) return usualMoveMs
  const axes = [
    [to.xMm - from.xMm, settingNumbers.rateX, settingNumbers.accelerationX],
    [to.yMm - from.yMm, settingNumbers.rateY, settingNumbers.accelerationY],
    [to.zMm - from.zMm, settingNumbers.rateZ, settingNumbers.accelerationZ],
  ] as const
  let longestS = 0
  for (const [mm, rateNumber, accelerationNumber] of axes) {
    if (mm === 0) continue
    const mmPerS = (settings.get(rateNumber) ?? 0) / 60
    const acceleration = settings.get(accelerationNumber) ?? 0
    if (!(mmPerS > 0) || !(acceleration > 0)) return usualMoveMs
    longestS = Math.max(longestS, Math.abs(mm) / mmPerS + mmPerS / acceleration)
  }
  return Math.round(2000 * longestS) + 5000
}

function sum(a: StagePosition, b: StagePosition): StagePosition {
  return { xMm: a.xMm + b.xMm, yMm: a.yMm + b.yMm, zMm: a.zMm + b.zMm }
}

const schema = z.strictObject({ driver: z.literal('grbl'), ...serialPortOptions, ...everyStage })

/** A stage on a GRBL 1.1 or grblHAL controller. */
export const grblStage: Driver<typeof schema, OpenOptions, OpenedStage> = {
  schema,
  address: ({ port }) => port,
  async open({ poses, moveDeadlineMs, homeDeadlineMs, ...at }, { controllers, ports, pollMs, signal }) {
    const { link, release } = await (controllers ?? new GrblControllers(ports)).hold(at, signal)
    return {
      stage: new GrblStage(link, { poses, moveDeadlineMs, homeDeadlineMs, pollMs }),
      poses: Object.keys(poses),
      identity: {
        driver: 'grbl',
        address: at.port,
        firmware: link.firmware.version,
        warnings: settingWarnings(link.settings),
      },
      makeSafe: deadlineMs => link.makeSafe(deadlineMs),
      close: release,
    }
  },
}
