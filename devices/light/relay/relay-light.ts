import { z } from 'zod'
import { pause } from '../../deadline.ts'
import { untilSafe } from '../../make-safe.ts'
import { Mutex } from '../../mutex.ts'
import { RigError } from '../../rig-error.ts'
import {
  type Light,
  type LightPreset,
  litPresets,
  type OpenedLight,
  type Presets,
  presetNames,
  settingOf,
} from '../light.ts'
import type { RelayBoard } from './relay-board.ts'

/** What every configuration of lamps on relays says. @param channel a contact's number */
export const relayOptions = (channel: z.ZodInt) => ({
  /** The contacts that are closed for each preset; every other one that is named is open. */
  presets: z.partialRecord(z.enum(litPresets), z.array(channel).min(1).readonly()),
  /** From a contact that closes to steady light, ms. LED drivers start in 50 to 300 ms. Default: 300. */
  settleMs: z.number().min(0).max(10_000).exactOptional(),
})

export interface RelayConfig {
  readonly presets: Presets<readonly number[]>
  readonly settleMs?: number
}

const usualSettleMs = 300
/** From a request to the board's own word that it is so, ms. */
const setMs = 3000
const againMs = 100

/** Lamps switched by relays. Where the board tells how its contacts are, set means read back. */
export class RelayLight implements Light {
  readonly name: string
  readonly #board: RelayBoard
  readonly #config: RelayConfig
  readonly #every: readonly number[]
  readonly #mutex = new Mutex()
  #preset: LightPreset | 'unknown' = 'unknown'
  #retired = false
  #safe: Promise<void> | null = null

  private constructor(board: RelayBoard, config: RelayConfig) {
    this.name = board.driver
    this.#board = board
    this.#config = config
    this.#every = [...new Set(Object.values(config.presets).flat())]
  }

  /** Puts every lamp out; where that fails, the board is closed. @throws RigError `light-not-set` and the board's own */
  static async open(board: RelayBoard, config: RelayConfig, signal?: AbortSignal): Promise<OpenedLight> {
    const light = new RelayLight(board, config)
    try {
      await light.set('dark', signal)
    } catch (error) {
      await board.close().catch(() => {})
      throw error
    }
    const { driver, address, firmware, answers } = board
    const believed = `the relays at ${address} do not tell how their contacts are, so that the light is believed and not read back.`
    return {
      light,
      presets: presetNames(config.presets),
      identity: { driver, address, firmware, warnings: answers ? [] : [believed] },
      makeSafe: deadlineMs => light.#makeSafe(deadlineMs),
      close: async () => {
        light.#retired = true
        await board.close()
      },
    }
  }

  get preset(): LightPreset | 'unknown' {
    return this.#preset
  }

  set(preset: LightPreset, signal?: AbortSignal): Promise<void> {
    return this.#mutex.run(async () => {
      if (this.#retired) throw new RigError('port-closed', 'the light was closed; open the rig again.')
      const on = settingOf(this.#config.presets, preset, [])
      this.#preset = 'unknown'
      await this.#setNow(new Set(on), setMs, signal)
      if (on.length > 0) await pause(this.#config.settleMs ?? usualSettleMs, signal)
      this.#preset = preset
    }, signal)
  }

  off(): Promise<void> {
    return this.set('dark')
  }

  /** A board that lost its supply comes back with every contact open. */
  confirm(signal?: AbortSignal): Promise<void> {
    return this.#mutex.run(async () => {
      this.#board.assertThere()
      if (this.#preset === 'unknown') throw this.#notSet('it was never set')
      if (!this.#board.answers) return
      const why = difference(
        new Set(settingOf(this.#config.presets, this.#preset, [])),
        await this.#board.read(this.#every, signal),
      )
      if (why === null) return
      this.#preset = 'unknown'
      throw this.#notSet(why)
    }, signal)
  }

  async #setNow(on: ReadonlySet<number>, deadlineMs: number, signal?: AbortSignal): Promise<void> {
    const ends = performance.now() + deadlineMs
    for (;;) {
      await this.#board.write(this.#every, on, signal)
      if (!this.#board.answers) return
      const why = difference(on, await this.#board.read(this.#every, signal))
      if (why === null) return
      if (performance.now() + againMs > ends) throw this.#notSet(why)
      await pause(againMs, signal)
    }
  }

  #notSet(why: string): RigError {
    return new RigError(
      'light-not-set',
      `the lamps are not as asked: ${why} (${this.#board.address}). Check the board, its supply and its channels, then try again.`,
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
      giveUp => this.#setNow(new Set(), Math.min(deadlineMs, setMs), giveUp),
      (seconds, why) =>
        `the lamps could not be put out within ${seconds} s: ${why} They may be on: switch them off at their supply.`,
    )
    this.#preset = 'dark'
  }
}

/** How the contacts differ from what was asked, as the end of a sentence; null when they do not. */
function difference(on: ReadonlySet<number>, found: ReadonlySet<number> | null): string | null {
  if (found === null) return 'the board does not answer'
  const said = (numbers: Iterable<number>): string => [...numbers].toSorted((a, b) => a - b).join(', ') || 'none'
  const isSame = on.size === found.size && [...on].every(each => found.has(each))
  return isSame ? null : `contacts ${said(on)} must be closed, and ${said(found)} are`
}
