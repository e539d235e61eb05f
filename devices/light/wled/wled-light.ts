import { pause } from '../../deadline.ts'
import { untilSafe } from '../../make-safe.ts'
import { Mutex } from '../../mutex.ts'
import { RigError } from '../../rig-error.ts'
import { type Light, type LightPreset, type OpenedLight, presetNames, settingOf } from '../light.ts'
import type { WledBoard } from './wled-board.ts'
import {
  assertSegments,
  difference,
  lightRequest,
  type WledConfig,
  type WledPresets,
  type WledSegment,
} from './wled-preset.ts'

/** Deadlines of a board, ms. */
interface WledDeadlines {
  /** From the first question to the first answer; a board boots in 2 to 5 s. */
  readonly openMs: number
  /** From a request to the board's own word that it is so. */
  readonly setMs: number
}

const wledDeadlines: WledDeadlines = { openMs: 8000, setMs: 3000 }

const usualSettleMs = 60
/** Ids that the largest board can have; one that it has not ignores them. */
const everySegment = Array.from({ length: 32 }, (_, id) => id)
const askAgainMs = 100

/** Lamps on a WLED board: presets are segments, and set means read back from the board. */
export class WledLight implements Light {
  readonly name: string
  readonly #board: WledBoard
  readonly #presets: WledPresets
  readonly #segmentIds: readonly number[]
  readonly #settleMs: number
  readonly #setMs: number
  readonly #mutex = new Mutex()
  #preset: LightPreset | 'unknown' = 'unknown'
  #retired = false
  #safe: Promise<void> | null = null

  private constructor(board: WledBoard, config: WledConfig, segmentIds: readonly number[], deadlines: WledDeadlines) {
    this.name = board.driver
    this.#board = board
    this.#presets = config.presets
    this.#segmentIds = segmentIds
    this.#settleMs = config.settleMs ?? usualSettleMs
    this.#setMs = deadlines.setMs
  }

  /**
   * Puts every lamp out and finds out who the board is; where that fails, the board is closed.
   *
   * @throws RigError `light-gone`, `light-not-wled`, `light-preset`
   */
  static async open(
    board: WledBoard,
    config: WledConfig,
    signal?: AbortSignal,
    deadlines = wledDeadlines,
  ): Promise<OpenedLight> {
    try {
      return await WledLight.#open(board, config, signal, deadlines)
    } catch (error) {
      await board.close().catch(() => {})
      throw error
    }
  }

  static async #open(
    board: WledBoard,
    config: WledConfig,
    signal: AbortSignal | undefined,
    deadlines: WledDeadlines,
  ): Promise<OpenedLight> {
    const dark = lightRequest([], [])
    const { state, info } = await board.exchange(dark, deadlines.openMs, signal)
    const ids = state?.segments.map(({ id }) => id) ?? everySegment
    assertSegments(config.presets, ids, board.address)
    const light = new WledLight(board, config, ids, deadlines)
    await light.off(signal)
    const warnings = await board.warnings(signal)
    if (!board.answers) warnings.push('the board does not answer, so that its light is believed and not read back.')
    if (info && info.currentLimitMa > 0) {
      warnings.push(
        `the board limits its current to ${info.currentLimitMa} mA: bright lights may come out dimmer than asked. Set the limiter above what all LEDs draw.`,
      )
    }
    return {
      light,
      presets: presetNames(config.presets),
      identity: { driver: board.driver, address: board.address, firmware: info?.version ?? 'unknown', warnings },
      makeSafe: deadlineMs => light.#makeSafe(deadlineMs),
      close: () => board.close(),
    }
  }

  get preset(): LightPreset | 'unknown' {
    return this.#preset
  }

  set(preset: LightPreset, signal?: AbortSignal): Promise<void> {
    return this.#mutex.run(async () => {
      if (this.#retired) throw new RigError('port-closed', 'the light was closed; open the rig again.')
      const segments = settingOf(this.#presets, preset, [])
      this.#preset = 'unknown'
      await this.#setNow(segments, this.#setMs, signal)
      if (segments.length > 0) await pause(this.#settleMs, signal)
      this.#preset = preset
    }, signal)
  }

  off(signal?: AbortSignal): Promise<void> {
    return this.set('dark', signal)
  }

  /** A board that lost its supply comes back as it likes: what was set is not what burns. */
  confirm(signal?: AbortSignal): Promise<void> {
    return this.#mutex.run(async () => {
      if (this.#preset === 'unknown') throw this.#notSet('it was never set')
      const why = await this.#differs(settingOf(this.#presets, this.#preset, []), this.#setMs, signal)
      if (why === null) return
      this.#preset = 'unknown'
      throw this.#notSet(why)
    }, signal)
  }

  async #setNow(segments: readonly WledSegment[], deadlineMs: number, signal?: AbortSignal): Promise<void> {
    const ends = performance.now() + deadlineMs
    const request = lightRequest(segments, this.#segmentIds)
    let answer = await this.#board.exchange(request, deadlineMs, signal)
    if (!this.#board.answers) return
    for (let why = difference(segments, answer); why !== null; why = difference(segments, answer)) {
      const left = ends - performance.now() - askAgainMs
      if (left <= 0) throw this.#notSet(why)
      await pause(askAgainMs, signal)
      // The request again, not only the question: a board that was busy drops what it is sent.
      answer = await this.#board.exchange(request, left, signal)
    }
  }

  async #differs(segments: readonly WledSegment[], deadlineMs: number, signal?: AbortSignal): Promise<string | null> {
    if (!this.#board.answers) return null
    return difference(segments, await this.#board.exchange(null, deadlineMs, signal))
  }

  #notSet(why: string): RigError {
    return new RigError(
      'light-not-set',
      `the lamps are not as asked: ${why} (${this.#board.address}). Check the board and its presets, then try again.`,
    )
  }

  #makeSafe(deadlineMs: number): Promise<void> {
    this.#retired = true
    this.#safe ??= this.#makeSafeNow(deadlineMs).catch((error: unknown) => {
      this.#safe = null
      throw error
    })
    return this.#safe
  }

  async #makeSafeNow(deadlineMs: number): Promise<void> {
    this.#preset = 'unknown'
    await untilSafe(
      deadlineMs,
      // Not in turn: whoever holds it may be stuck.
      giveUp => this.#setNow([], Math.min(deadlineMs, this.#setMs), giveUp),
      (seconds, why) =>
        `the light could not be put out within ${seconds} s: ${why} Lamps may be on: switch them off at their supply.`,
    )
    this.#preset = 'dark'
  }
}
