import { z } from 'zod'
import { untilAborted } from '../../../harness/core/until-aborted.ts'
import { anySignal, pause } from '../../deadline.ts'
import type { Driver, OpenOptions } from '../../driver.ts'
import { untilSafe } from '../../make-safe.ts'
import { Mutex } from '../../mutex.ts'
import { RigError } from '../../rig-error.ts'
import { serialPortOptions, systemSerialPorts } from '../../wire/serial-port.ts'
import { type AxisLimits, assertArrived, assertWithin, notAtRest, targetOf } from '../limits.ts'
import { everyStage, type OpenedStage, type Stage, type StagePosition } from '../stage.ts'
import { MarlinExchange } from './marlin-exchange.ts'
import { readLimits, readPosition, readSpeeds } from './marlin-replies.ts'

const schema = z.strictObject({
  driver: z.literal('marlin'),
  ...serialPortOptions,
  ...everyStage,
  /** Speed of a move, mm/min; no axis goes faster than the board lets it. Default: 3000. */
  feedMmPerMin: z.number().min(1).max(600_000).exactOptional(),
})
type MarlinStageConfig = Readonly<z.infer<typeof schema>>

const answerMs = 3000
/** `M410` is answered when the planner is empty: 2.0 s were seen. */
const stopMs = 6000
/** Where the board does not tell: a leadscrew. */
const usualZMmPerS = 5

/**
 * A stage on a Marlin board. Marlin takes places beyond its axes, says `ok` and goes to the end, so every move is held against the
 * board's own limits before. It tells targets, not places: whoever asks where it is waits for the move under way.
 */
class MarlinStage implements Stage {
  readonly name = 'marlin'
  readonly #board: MarlinExchange
  readonly #config: MarlinStageConfig
  readonly #mutex = new Mutex()
  #limits: AxisLimits
  #speeds: StagePosition | null = null
  #pose = 'unknown'
  /** The board's life in which it was homed; null: never. */
  #homedIn: number | null = null
  #lastAt: StagePosition | null = null
  #interrupt = new AbortController()
  #stopping: Promise<void> | null = null
  /** How long what is under way may take, ms. */
  #underWayMs = 0
  #over: RigError | null = null

  private constructor(board: MarlinExchange, config: MarlinStageConfig, limits: AxisLimits) {
    this.#board = board
    this.#config = config
    this.#limits = limits
  }

  static async open(board: MarlinExchange, config: MarlinStageConfig, signal?: AbortSignal): Promise<MarlinStage> {
    // What an earlier program had it do is over before anybody relies on it.
    await board.command('M410', { deadlineMs: stopMs, signal, isPlain: true })
    const stage = new MarlinStage(board, config, await limitsOf(board, signal))
    const speeds = await board.command('M203', { deadlineMs: answerMs, signal }).catch((error: unknown) => {
      if (error instanceof RigError && error.code === 'marlin-refused') return []
      throw error
    })
    stage.#speeds = readSpeeds(speeds)
    return stage
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
      if (this.#homedIn === null) await this.#moving(signal, stop => this.#homeNow(stop))
      this.#assertHomed()
      assertWithin(target, this.#limits)
      await this.#moving(signal, async stop => {
        this.#pose = 'unknown'
        const travelMs = this.#travelMs(target)
        this.#underWayMs = this.#config.moveDeadlineMs ?? Math.round(2 * travelMs) + 10_000
        const move = `G0 X${target.xMm.toFixed(3)} Y${target.yMm.toFixed(3)} Z${target.zMm.toFixed(3)} F${this.#feed}`
        for (const line of ['G90', move])
          await this.#board.command(line, { deadlineMs: this.#underWayMs, signal: stop })
        // M410 waits behind M400 on most boards, so that is asked when the move is nearly over.
        await pause(Math.min(travelMs, this.#underWayMs), stop)
        await this.#board
          .command('M400', { deadlineMs: this.#underWayMs, signal: stop })
          .catch(late('M400', this.#underWayMs))
        const at = await this.#positionNow(stop)
        assertArrived(at, target, move)
        this.#lastAt = at
        this.#assertHomed()
        this.#pose = typeof pose === 'string' ? pose : 'unknown'
      })
    }, signal)
  }

  position(signal?: AbortSignal): Promise<StagePosition> {
    return this.#mutex.run(async () => {
      if (this.#over) throw this.#over
      return await this.#positionNow(signal)
    }, signal)
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopNow().finally(() => {
      this.#stopping = null
    })
    return this.#stopping
  }

  async makeSafe(deadlineMs: number): Promise<void> {
    this.#over ??= new RigError('port-closed', 'the stage was made safe; open the rig again.')
    const { path } = this.#board
    await untilSafe(
      deadlineMs,
      async giveUp => {
        if (this.#board.over !== null && !this.#board.isHalted) await this.#board.reconnect(giveUp)
        await untilAborted(this.stop(), giveUp)
      },
      (seconds, why) =>
        `the stage on ${path} could not be made safe within ${seconds} s: ${why} Switch it off at its supply.`,
    )
  }

  async close(): Promise<void> {
    this.#over = new RigError('port-closed', 'the stage was closed; open the rig again.')
    await this.#board.close()
  }

  async #stopNow(): Promise<void> {
    this.#pose = 'unknown'
    if (this.#homedIn !== null) this.#homedIn = -1
    const interrupt = this.#interrupt
    this.#interrupt = new AbortController()
    interrupt.abort(
      this.#over ?? new RigError('stage-alarm', 'the stage was stopped. Run assay rig home before it moves again.'),
    )
    // Its motors are off.
    if (this.#board.isHalted) return
    const deadlineMs = this.#underWayMs + stopMs
    await this.#board.command('M410', { deadlineMs, isPlain: true })
    // A damaged M410 stops nothing; this one is numbered, and its `ok` says that nothing moves.
    await this.#board.command('M400', { deadlineMs })
    this.#underWayMs = 0
  }

  get #isHomed(): boolean {
    return this.#homedIn !== null && this.#homedIn === this.#board.life && this.#board.over === null
  }

  get #feed(): number {
    return this.#config.feedMmPerMin ?? 3000
  }

  #assertHomed(): void {
    if (this.#board.over) throw this.#board.over
    if (this.#isHomed) return
    throw new RigError(
      'stage-not-homed',
      'the position of the stage is not known since it was stopped or its board restarted. Run assay rig home.',
    )
  }

  async #homeNow(signal: AbortSignal): Promise<void> {
    this.#pose = 'unknown'
    await this.#board.reconnect(signal)
    const deadlineMs = this.#config.homeDeadlineMs ?? 60_000
    this.#underWayMs = deadlineMs
    const { life } = this.#board
    await this.#board.command('G28', { deadlineMs, signal }).catch(late('G28', deadlineMs))
    this.#limits = await limitsOf(this.#board, signal)
    this.#lastAt = await this.#positionNow(signal)
    this.#homedIn = life
    this.#assertHomed()
  }

  async #positionNow(signal?: AbortSignal): Promise<StagePosition> {
    const at = readPosition(await this.#board.command('M114', { deadlineMs: answerMs, signal }))
    if (at !== null) return at
    throw new RigError('stage-position', 'the board did not tell its position (M114). Check the cable.')
  }

  /** What the move takes at least, ms: speeding up and slowing down come on top. */
  #travelMs(target: StagePosition): number {
    const from = this.#lastAt
    if (from === null) return 0
    const [dx, dy, dz] = [target.xMm - from.xMm, target.yMm - from.yMm, target.zMm - from.zMm]
    const feed = this.#feed / 60
    const most = this.#speeds ?? { xMm: feed, yMm: feed, zMm: usualZMmPerS }
    return (
      1000 *
      Math.max(Math.hypot(dx, dy, dz) / feed, Math.abs(dx) / most.xMm, Math.abs(dy) / most.yMm, Math.abs(dz) / most.zMm)
    )
  }

  /** Whatever ends `work` early ends the motion too. */
  async #moving(signal: AbortSignal | undefined, work: (stop: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#over) throw this.#over
    try {
      await work(anySignal(signal, this.#interrupt.signal))
      this.#underWayMs = 0
    } catch (error) {
      // What could not be stopped here is stopped, or reported, when the rig is disposed of.
      if (this.#board.over === null) await this.stop().catch(() => {})
      signal?.throwIfAborted()
      throw error
    }
  }
}

/** The limits, told twice alike: one flipped bit must not make an axis longer. */
async function limitsOf(board: MarlinExchange, signal?: AbortSignal): Promise<AxisLimits> {
  let before = ''
  for (let times = 0; times < 4; times++) {
    const limits = readLimits(await board.command('M211', { deadlineMs: answerMs, signal }))
    const now = JSON.stringify(limits)
    if (limits !== null && now === before) return limits
    before = now
  }
  throw new RigError(
    'stage-limits',
    `the board on ${board.path} does not tell how far its axes go (M211), so no move could be held against them. Build Marlin with software endstops.`,
  )
}

const late =
  (line: string, deadlineMs: number) =>
  (error: unknown): never => {
    if (!(error instanceof RigError) || error.code !== 'answer-deadline') throw error
    throw notAtRest(line, deadlineMs, error)
  }

/** A stage on a Marlin board. */
export const marlinStage: Driver<typeof schema, OpenOptions, OpenedStage> = {
  schema,
  address: ({ port }) => port,
  async open(config, { ports = systemSerialPorts, signal }) {
    const { port, poses } = config
    const board = await MarlinExchange.open(ports(config), signal)
    try {
      const stage = await MarlinStage.open(board, config, signal)
      const { version, hasEmergencyParser } = board.identity
      return {
        stage,
        poses: Object.keys(poses),
        identity: {
          driver: 'marlin',
          address: port,
          firmware: version,
          warnings: hasEmergencyParser
            ? []
            : [
                'The board has no emergency parser: a stop waits for whatever it is waiting for, homing included. Build Marlin with EMERGENCY_PARSER.',
              ],
        },
        makeSafe: deadlineMs => stage.makeSafe(deadlineMs),
        close: () => stage.close(),
      }
    } catch (error) {
      await board.close().catch(() => {})
      throw error
    }
  },
}
