import { z } from 'zod'
import { anySignal } from '../../deadline.ts'
import type { Driver, OpenOptions } from '../../driver.ts'
import { Moonraker, moonrakerAddress, moonrakerOptions } from '../../klipper/moonraker.ts'
import { untilSafe } from '../../make-safe.ts'
import { Mutex } from '../../mutex.ts'
import { RigError } from '../../rig-error.ts'
import { assertArrived, assertWithin, axes, notAtRest, targetOf } from '../limits.ts'
import { everyStage, type OpenedStage, type Stage, type StagePosition } from '../stage.ts'

const schema = z.strictObject({
  driver: z.literal('klipper'),
  ...moonrakerOptions,
  ...everyStage,
  /** Speed of a move, mm/min; Klipper goes no faster than its own max_velocity. Default: 3000. */
  feedMmPerMin: z.number().min(1).max(600_000).exactOptional(),
})
type KlipperStageConfig = Readonly<z.infer<typeof schema>>

const usualFeedMmPerMin = 3000
/** Z of most machines is a leadscrew, whose speed Klipper does not tell with its limits. */
const usualZMmPerS = 5
/** An emergency stop is answered in some hundredths of a second. */
const stopMs = 5000
/** What an earlier program had it do is over by then, or somebody else drives it. */
const restMs = 20_000
/** Nothing moves: M400 is answered at once. */
const atRestMs = 1500

const coordinates = z.array(z.number()).min(3)
const ToolHead = z.object({ homed_axes: z.string(), axis_minimum: coordinates, axis_maximum: coordinates })
const Motion = z.object({ live_position: coordinates })

/**
 * A stage on Klipper. Its own word is the truth only while it is `ready`: after a shutdown it goes on to say `homed`, and positions run on.
 * A move that has to end before its time is ended by the emergency stop, since any other command waits behind it; homing brings Klipper back.
 */
class KlipperStage implements Stage {
  readonly name = 'klipper'
  readonly #klipper: Moonraker
  readonly #config: KlipperStageConfig
  readonly #mutex = new Mutex()
  #pose = 'unknown'
  #everHomed = false
  #isHomed = false
  /** Is a script of ours running, or its end unknown? */
  #isUnderWay = false
  #interrupt = new AbortController()
  #stopping: Promise<void> | null = null
  #over: RigError | null = null

  constructor(klipper: Moonraker, config: KlipperStageConfig) {
    this.#klipper = klipper
    this.#config = config
  }

  get pose(): string {
    return this.#isHomed ? this.#pose : 'unknown'
  }

  home(signal?: AbortSignal): Promise<void> {
    return this.#mutex.run(() => this.#moving(signal, stop => this.#homeNow(stop)), signal)
  }

  goTo(pose: string | StagePosition, signal?: AbortSignal): Promise<void> {
    return this.#mutex.run(async () => {
      const target = targetOf(this.#config.poses, pose)
      if (this.#over) throw this.#over
      if (!this.#everHomed) await this.#moving(signal, stop => this.#homeNow(stop))
      const { limits, at } = await this.#standing(signal)
      assertWithin(target, limits)
      await this.#moving(signal, async stop => {
        this.#pose = 'unknown'
        const deadlineMs = this.#config.moveDeadlineMs ?? 10_000 + 2 * this.#travelMs(at, target)
        const move = `G0 X${target.xMm.toFixed(3)} Y${target.yMm.toFixed(3)} Z${target.zMm.toFixed(3)} F${this.#feed}`
        await this.#run(['G90', move, 'M400'], deadlineMs, stop)
        assertArrived((await this.#standing(stop)).at, target, move)
        this.#pose = typeof pose === 'string' ? pose : 'unknown'
      })
    }, signal)
  }

  async position(signal?: AbortSignal): Promise<StagePosition> {
    if (this.#over) throw this.#over
    await this.#klipper.assertReady(signal)
    const { motion_report } = await this.#klipper.objects(['motion_report'], signal)
    return positionOf(this.#told(Motion, motion_report).live_position)
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopNow().finally(() => {
      this.#stopping = null
    })
    return this.#stopping
  }

  async makeSafe(deadlineMs: number): Promise<void> {
    this.#over ??= new RigError('port-closed', 'the stage was made safe; open the rig again.')
    await untilSafe(
      deadlineMs,
      () => this.stop(),
      (seconds, why) =>
        `the stage at ${this.#klipper.address} could not be made safe within ${seconds} s: ${why} Switch it off at its supply.`,
    )
  }

  close(): void {
    this.#over = new RigError('port-closed', 'the stage was closed; open the rig again.')
    this.#klipper.close()
  }

  /** Where nothing of ours moves and Klipper is at rest it is left as it is: an emergency stop would have it homed anew each time. */
  async #stopNow(): Promise<void> {
    const interrupt = this.#interrupt
    this.#interrupt = new AbortController()
    interrupt.abort(
      this.#over ?? new RigError('stage-alarm', 'the stage was stopped. Run assay rig home before it moves again.'),
    )
    const { state } = await this.#klipper.info()
    if (state === 'shutdown' || state === 'error') return this.#lost()
    if (!this.#isUnderWay && (await this.#isAtRest())) return
    this.#lost()
    await this.#klipper.emergencyStop(stopMs)
    this.#isUnderWay = false
  }

  async #isAtRest(): Promise<boolean> {
    return await this.#klipper.script(['M400'], atRestMs).then(
      () => true,
      () => false,
    )
  }

  #lost(): void {
    this.#pose = 'unknown'
    this.#isHomed = false
  }

  get #feed(): number {
    return this.#config.feedMmPerMin ?? usualFeedMmPerMin
  }

  async #homeNow(signal: AbortSignal): Promise<void> {
    this.#lost()
    await this.#klipper.untilReady(signal)
    await this.#run(['G28'], this.#config.homeDeadlineMs ?? 60_000, signal)
    this.#everHomed = true
    this.#isHomed = true
    await this.#standing(signal)
  }

  /** Limits and place of a stage that is at rest. @throws RigError `stage-not-homed`, `stage-alarm` */
  async #standing(signal?: AbortSignal) {
    if (!this.#isHomed)
      throw new RigError(
        'stage-not-homed',
        'the position of the stage is not known since it was stopped or Klipper restarted. Run assay rig home.',
      )
    // Asked before and after: what it says while it shuts down is not true.
    await this.#klipper.assertReady(signal)
    const { toolhead, motion_report } = await this.#klipper.objects(['toolhead', 'motion_report'], signal)
    await this.#klipper.assertReady(signal)
    const { homed_axes, axis_minimum, axis_maximum } = this.#told(ToolHead, toolhead)
    if (!['x', 'y', 'z'].every(axis => homed_axes.includes(axis))) {
      this.#lost()
      throw new RigError('stage-not-homed', 'Klipper was restarted or its motors were let go. Run assay rig home.')
    }
    return {
      limits: { min: positionOf(axis_minimum), max: positionOf(axis_maximum) },
      at: positionOf(this.#told(Motion, motion_report).live_position),
    }
  }

  #told<T>(schema: z.ZodType<T>, said: unknown): T {
    const found = schema.safeParse(said)
    if (found.success) return found.data
    throw new RigError(
      'stage-position',
      `Klipper at ${this.#klipper.address} does not tell limits and position. Update it.`,
    )
  }

  /** An `ok` is one only where Klipper is ready afterwards. */
  async #run(lines: readonly string[], deadlineMs: number, signal: AbortSignal): Promise<void> {
    this.#isUnderWay = true
    try {
      await this.#klipper.script(lines, deadlineMs, signal)
    } catch (error) {
      if (error instanceof RigError && error.code === 'answer-deadline')
        throw notAtRest(lines.at(-1)!, deadlineMs, error)
      // What Klipper refused does not run.
      if (error instanceof RigError && error.code === 'klipper-refused') {
        await this.#klipper.assertReady(signal)
        this.#isUnderWay = false
        throw new RigError('stage-alarm', `${error.message}. Run assay rig home.`, { cause: error })
      }
      throw error
    }
    await this.#klipper.assertReady(signal)
    this.#isUnderWay = false
  }

  /** What the move takes at least, ms. */
  #travelMs(from: StagePosition, to: StagePosition): number {
    const alongMm = Math.hypot(...axes.map(([, mm]) => to[mm] - from[mm]))
    return 1000 * Math.max(alongMm / (this.#feed / 60), Math.abs(to.zMm - from.zMm) / usualZMmPerS)
  }

  /** Whatever ends `work` early ends the motion too. */
  async #moving(signal: AbortSignal | undefined, work: (stop: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#over) throw this.#over
    const interrupted = this.#interrupt.signal
    try {
      await work(anySignal(signal, interrupted))
    } catch (error) {
      // What could not be stopped here is stopped, or reported, when the rig is disposed of.
      if (this.#isUnderWay) await this.stop().catch(() => {})
      signal?.throwIfAborted()
      throw error
    }
  }
}

function positionOf([xMm, yMm, zMm]: readonly number[]): StagePosition {
  return { xMm: xMm!, yMm: yMm!, zMm: zMm! }
}

/** A stage on Klipper, by Moonraker. */
export const klipperStage: Driver<typeof schema, OpenOptions, OpenedStage> = {
  schema,
  address: ({ url }) => moonrakerAddress(url),
  async open(config, { http, signal }) {
    const klipper = new Moonraker(config, http)
    try {
      const { state, software_version } = await klipper.info(signal)
      if (state === 'ready')
        await klipper.script(['M400'], restMs, signal).catch((error: unknown) => {
          if (!(error instanceof RigError) || error.code !== 'answer-deadline') throw error
          throw new RigError(
            'stage-busy',
            `Klipper at ${klipper.address} is driven by another program. End its print, then try again.`,
          )
        })
      const stage = new KlipperStage(klipper, config)
      return {
        stage,
        poses: Object.keys(config.poses),
        identity: { driver: 'klipper', address: klipper.address, firmware: software_version, warnings: [] },
        makeSafe: deadlineMs => stage.makeSafe(deadlineMs),
        close: async () => stage.close(),
      }
    } catch (error) {
      klipper.close()
      throw error
    }
  },
}
