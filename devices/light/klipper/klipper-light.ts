import { z } from 'zod'
import { pause } from '../../deadline.ts'
import type { Driver, OpenOptions } from '../../driver.ts'
import { Moonraker, moonrakerAddress, moonrakerOptions } from '../../klipper/moonraker.ts'
import { untilSafe } from '../../make-safe.ts'
import { Mutex } from '../../mutex.ts'
import { RigError } from '../../rig-error.ts'
import { type Light, type LightPreset, litPresets, type OpenedLight, presetNames, settingOf } from '../light.ts'

const pin = z.strictObject({
  /** Name of its `[output_pin …]` section. */
  pin: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'the name of an output_pin section'),
  /** 0 to 1; a pin without `pwm` knows 1 only. */
  power: z.number().gt(0).max(1),
})

const schema = z.strictObject({
  driver: z.literal('klipper'),
  ...moonrakerOptions,
  presets: z.partialRecord(z.enum(litPresets), z.array(pin).min(1).readonly()),
  /** From Klipper's word to steady light, ms. Default: 100. */
  settleMs: z.number().min(0).max(10_000).exactOptional(),
})
type KlipperLightConfig = Readonly<z.infer<typeof schema>>

const usualSettleMs = 100
/** Pins are set in the order of the moves, so a lamp waits for the stage. */
const setMs = 8000
const stopMs = 5000
/** Powers are told with two decimals and more. */
const sameWithin = 0.005

const PinSettings = z.object({
  value: z.number().catch(0),
  shutdown_value: z.number().catch(0),
  pwm: z.boolean().catch(false),
  scale: z.number().catch(1),
})

/**
 * Lamps at outputs of a Klipper board. What Klipper says of a pin after a shutdown is what was asked before: then the lamps are as
 * `shutdown_value` has them, which must be 0.
 */
class KlipperLight implements Light {
  readonly name = 'klipper'
  readonly #klipper: Moonraker
  readonly #config: KlipperLightConfig
  readonly #pins: readonly string[]
  readonly #mutex = new Mutex()
  #preset: LightPreset | 'unknown' = 'unknown'
  #retired = false

  private constructor(klipper: Moonraker, config: KlipperLightConfig) {
    this.#klipper = klipper
    this.#config = config
    this.#pins = pinsOf(config)
  }

  static async open(klipper: Moonraker, config: KlipperLightConfig, signal?: AbortSignal): Promise<OpenedLight> {
    const light = new KlipperLight(klipper, config)
    const warnings = await assertPins(klipper, config, signal)
    const { state, software_version } = await klipper.info(signal)
    // In a shutdown its pins are at the value that was looked at; homing brings it back.
    if (state === 'ready') await light.set('dark', signal)
    return {
      light,
      presets: presetNames(config.presets),
      identity: { driver: 'klipper', address: klipper.address, firmware: software_version, warnings },
      makeSafe: deadlineMs => light.#makeSafe(deadlineMs),
      close: async () => {
        light.#retired = true
        klipper.close()
      },
    }
  }

  get preset(): LightPreset | 'unknown' {
    return this.#preset
  }

  set(preset: LightPreset, signal?: AbortSignal): Promise<void> {
    return this.#mutex.run(async () => {
      if (this.#retired) throw new RigError('port-closed', 'the light was closed; open the rig again.')
      const lit = settingOf(this.#config.presets, preset, [])
      this.#preset = 'unknown'
      await this.#setNow(lit, setMs, signal)
      if (lit.length > 0) await pause(this.#config.settleMs ?? usualSettleMs, signal)
      this.#preset = preset
    }, signal)
  }

  off(): Promise<void> {
    return this.set('dark')
  }

  /** Klipper may have been shut down or restarted, which puts every lamp out. */
  confirm(signal?: AbortSignal): Promise<void> {
    return this.#mutex.run(async () => {
      if (this.#preset === 'unknown') throw this.#notSet('it was never set')
      const why = await this.#difference(settingOf(this.#config.presets, this.#preset, []), signal)
      if (why === null) return
      this.#preset = 'unknown'
      throw this.#notSet(why)
    }, signal)
  }

  async #setNow(lit: KlipperPins, deadlineMs: number, signal?: AbortSignal): Promise<void> {
    const powerOf = powers(this.#pins, lit)
    // What goes out first, so that no two lamps burn together.
    const order = [...powerOf].sort(([, a], [, b]) => a - b)
    const lines = order.map(([name, power]) => `SET_PIN PIN=${name} VALUE=${power}`)
    try {
      await this.#klipper.script([...lines, 'M400'], deadlineMs, signal)
    } catch (error) {
      if (!(error instanceof RigError) || error.code !== 'answer-deadline') throw error
      throw new RigError(
        'light-deadline',
        `the lamps at ${this.#klipper.address} were not set within ${deadlineMs / 1000} s: they wait for whatever moves. Check the stage.`,
        { cause: error },
      )
    }
    const why = await this.#difference(lit, signal)
    if (why !== null) throw this.#notSet(why)
  }

  /** How the pins differ from what was asked; null when they do not. @throws RigError `stage-alarm` when Klipper is not ready */
  async #difference(lit: KlipperPins, signal?: AbortSignal): Promise<string | null> {
    const found = await this.#klipper.objects(
      this.#pins.map(name => `output_pin ${name}`),
      signal,
    )
    // An answer counts only where Klipper is still ready after it.
    await this.#klipper.assertReady(signal)
    for (const [name, power] of powers(this.#pins, lit)) {
      const told = z.object({ value: z.number() }).safeParse(found[`output_pin ${name}`])
      if (!told.success) return `Klipper does not tell of output_pin ${name}`
      if (Math.abs(told.data.value - power) > sameWithin)
        return `output_pin ${name} is at ${told.data.value}, not ${power}`
    }
    return null
  }

  #notSet(why: string): RigError {
    return new RigError(
      'light-not-set',
      `the lamps are not as asked: ${why} (${this.#klipper.address}). Check what else drives Klipper, then try again.`,
    )
  }

  async #makeSafe(deadlineMs: number): Promise<void> {
    this.#retired = true
    this.#preset = 'unknown'
    await untilSafe(
      deadlineMs,
      // Not in turn: whoever holds it may be stuck.
      giveUp => this.#outNow(Math.min(deadlineMs / 2, stopMs), giveUp),
      (seconds, why) =>
        `the lamps could not be put out within ${seconds} s: ${why} They may be on: switch them off at their supply.`,
    )
    this.#preset = 'dark'
  }

  /** A script that something else holds up is not waited for: the emergency stop puts every pin to its `shutdown_value`. */
  async #outNow(deadlineMs: number, giveUp: AbortSignal): Promise<void> {
    const { state } = await this.#klipper.info(giveUp)
    if (state === 'shutdown' || state === 'error') return
    try {
      await this.#setNow([], deadlineMs, giveUp)
    } catch {
      await this.#klipper.emergencyStop(stopMs, giveUp)
    }
  }
}

type KlipperPins = readonly { readonly pin: string; readonly power: number }[]

function pinsOf({ presets }: KlipperLightConfig): string[] {
  return [...new Set(Object.values(presets).flatMap(pins => pins.map(each => each.pin)))]
}

function powers(every: readonly string[], lit: KlipperPins): ReadonlyMap<string, number> {
  return new Map(every.map(name => [name, lit.find(each => each.pin === name)?.power ?? 0]))
}

/**
 * Holds the pins against what Klipper was configured with.
 * @returns what is not as it should be
 * @throws RigError `light-preset` for a pin that is not there, stays lit in a shutdown, or cannot be dimmed
 */
async function assertPins(klipper: Moonraker, config: KlipperLightConfig, signal?: AbortSignal): Promise<string[]> {
  const { configfile } = await klipper.objects(['configfile'], signal)
  const found = z.object({ settings: z.record(z.string(), z.unknown()) }).safeParse(configfile)
  const settings = found.success ? found.data.settings : {}
  return pinsOf(config).flatMap(name => {
    // Klipper keeps the names of sections in small letters.
    const section = PinSettings.safeParse(
      settings[`output_pin ${name}`] ?? settings[`output_pin ${name.toLowerCase()}`],
    )
    const wrong = (why: string) =>
      new RigError('light-preset', `output_pin ${name} of Klipper at ${klipper.address} ${why}`)
    if (!section.success) throw wrong('is not in its configuration. Check its name.')
    const { value, shutdown_value, pwm, scale } = section.data
    if (shutdown_value !== 0) throw wrong('stays lit when Klipper shuts down. Set its shutdown_value to 0.')
    if (scale !== 1) throw wrong('has a scale. Take that out, so that 1 is full power.')
    const isDimmed = Object.values(config.presets).some(pins =>
      pins.some(each => each.pin === name && each.power !== 1),
    )
    if (isDimmed && !pwm) throw wrong('cannot be dimmed. Set pwm: True, or power 1.')
    return value === 0 ? [] : [`output_pin ${name} is lit when Klipper starts. Set its value to 0.`]
  })
}

/** Lamps at a Klipper board's outputs, by Moonraker. */
export const klipperLight: Driver<typeof schema, OpenOptions, OpenedLight> = {
  schema,
  address: ({ url }) => moonrakerAddress(url),
  async open(config, { http, signal }) {
    const klipper = new Moonraker(config, http)
    try {
      return await KlipperLight.open(klipper, config, signal)
    } catch (error) {
      klipper.close()
      throw error
    }
  },
}
