import { pause } from '../deadline.ts'
import { untilSafe } from '../make-safe.ts'
import { Mutex } from '../mutex.ts'
import { RigError } from '../rig-error.ts'
import { type Light, type LightPreset, type Presets, settingOf } from './light.ts'

/** Lamps that are set as a whole: what is a driver's own. `Setting` says which of them burn. */
export interface Lamps<Setting> {
  readonly driver: string
  readonly address: string
  readonly presets: Presets<Setting>
  /** No lamp burns. */
  readonly dark: Setting
  /** From the device's own word to steady light, ms. */
  readonly settleMs: number
  /** Longest time until the device says that it is so, ms. */
  readonly setMs: number
  /** Resolves when the device says that its lamps are so, where it can. @throws RigError {@link lampsNotSet} and the device's own */
  setNow(setting: Setting, deadlineMs: number, signal?: AbortSignal): Promise<void>
  /** How the lamps differ from that now, as the end of a sentence; null where they do not, or nobody can tell. */
  difference(setting: Setting, signal?: AbortSignal): Promise<string | null>
  /** Puts them out whatever else is under way. Default: {@link setNow} of `dark`. */
  putOut?(deadlineMs: number, giveUp: AbortSignal): Promise<void>
  /** What to look at when they are not as asked, e.g. `the board and its presets`. */
  readonly check: string
}

/** The lamps of a device that take one setting after the other. */
export class PresetLight<Setting> implements Light {
  readonly name: string
  readonly #lamps: Lamps<Setting>
  readonly #mutex = new Mutex()
  #preset: LightPreset | 'unknown' = 'unknown'
  #retired = false
  #safe: Promise<void> | null = null

  constructor(lamps: Lamps<Setting>) {
    this.name = lamps.driver
    this.#lamps = lamps
  }

  get preset(): LightPreset | 'unknown' {
    return this.#preset
  }

  set(preset: LightPreset, signal?: AbortSignal): Promise<void> {
    return this.#mutex.run(async () => {
      if (this.#retired) throw new RigError('port-closed', 'the light was closed; open the rig again.')
      const { presets, dark, setMs, settleMs } = this.#lamps
      const setting = settingOf(presets, preset, dark)
      this.#preset = 'unknown'
      await this.#lamps.setNow(setting, setMs, signal)
      if (preset !== 'dark') await pause(settleMs, signal)
      this.#preset = preset
    }, signal)
  }

  off(): Promise<void> {
    return this.set('dark')
  }

  /** A device that lost its supply or restarted comes back as it likes: what was set is not what burns. */
  confirm(signal?: AbortSignal): Promise<void> {
    return this.#mutex.run(async () => {
      if (this.#preset === 'unknown') throw lampsNotSet(this.#lamps, 'it was never set')
      const { presets, dark } = this.#lamps
      const why = await this.#lamps.difference(settingOf(presets, this.#preset, dark), signal)
      if (why === null) return
      this.#preset = 'unknown'
      throw lampsNotSet(this.#lamps, why)
    }, signal)
  }

  /** From now on it refuses everything. */
  retire(): void {
    this.#retired = true
  }

  makeSafe(deadlineMs: number): Promise<void> {
    this.#retired = true
    this.#safe ??= this.#makeSafeNow(deadlineMs).catch((error: unknown) => {
      this.#safe = null
      throw error
    })
    return this.#safe
  }

  async #makeSafeNow(deadlineMs: number): Promise<void> {
    this.#preset = 'unknown'
    const { setMs, dark } = this.#lamps
    await untilSafe(
      deadlineMs,
      // Not in turn: whoever holds it may be stuck.
      async giveUp =>
        await (this.#lamps.putOut?.(deadlineMs, giveUp) ??
          this.#lamps.setNow(dark, Math.min(deadlineMs, setMs), giveUp)),
      (seconds, why) =>
        `the lamps could not be put out within ${seconds} s: ${why} They may be on: switch them off at their supply.`,
    )
    this.#preset = 'dark'
  }
}

export function lampsNotSet({ address, check }: Pick<Lamps<unknown>, 'address' | 'check'>, why: string): RigError {
  return new RigError(
    'light-not-set',
    `the lamps are not as asked: ${why} (${address}). Check ${check}, then try again.`,
  )
}
