import { z } from 'zod'
import type { Driver, OpenOptions } from '../../driver.ts'
import { Moonraker, moonrakerAddress, moonrakerOptions } from '../../klipper/moonraker.ts'
import { RigError } from '../../rig-error.ts'
import { litPresets, type OpenedLight, presetNames } from '../light.ts'
import { type Lamps, lampsNotSet, PresetLight } from '../preset-light.ts'

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
class KlipperLamps implements Lamps<KlipperPins> {
  readonly driver = 'klipper'
  readonly address: string
  readonly presets: KlipperLightConfig['presets']
  readonly dark: KlipperPins = []
  readonly settleMs: number
  readonly setMs = setMs
  readonly check = 'what else drives Klipper'
  readonly #klipper: Moonraker
  readonly #pins: readonly string[]

  constructor(klipper: Moonraker, config: KlipperLightConfig) {
    this.address = klipper.address
    this.presets = config.presets
    this.settleMs = config.settleMs ?? usualSettleMs
    this.#klipper = klipper
    this.#pins = pinsOf(config)
  }

  async setNow(lit: KlipperPins, deadlineMs: number, signal?: AbortSignal): Promise<void> {
    // What goes out first, so that no two lamps burn together.
    const order = [...powers(this.#pins, lit)].sort(([, a], [, b]) => a - b)
    const lines = order.map(([name, power]) => `SET_PIN PIN=${name} VALUE=${power}`)
    try {
      await this.#klipper.script([...lines, 'M400'], deadlineMs, signal)
    } catch (error) {
      if (!(error instanceof RigError) || error.code !== 'answer-deadline') throw error
      throw new RigError(
        'light-deadline',
        `the lamps at ${this.address} were not set within ${deadlineMs / 1000} s: they wait for whatever moves. Check the stage.`,
        { cause: error },
      )
    }
    const why = await this.difference(lit, signal)
    if (why !== null) throw lampsNotSet(this, why)
  }

  /** @throws RigError `stage-alarm` when Klipper is not ready, which puts every lamp out */
  async difference(lit: KlipperPins, signal?: AbortSignal): Promise<string | null> {
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

  /** A script that something else holds up is not waited for: the emergency stop puts every pin to its `shutdown_value`. */
  async putOut(deadlineMs: number, giveUp: AbortSignal): Promise<void> {
    const { state } = await this.#klipper.info(giveUp)
    if (state === 'shutdown' || state === 'error') return
    try {
      await this.setNow(this.dark, Math.min(deadlineMs / 2, stopMs), giveUp)
    } catch {
      await this.#klipper.emergencyStop(stopMs, giveUp)
    }
  }
}

async function openKlipperLight(
  klipper: Moonraker,
  config: KlipperLightConfig,
  signal?: AbortSignal,
): Promise<OpenedLight> {
  const light = new PresetLight(new KlipperLamps(klipper, config))
  const warnings = await assertPins(klipper, config, signal)
  const { state, software_version } = await klipper.info(signal)
  // In a shutdown its pins are at the value that was looked at; homing brings it back.
  if (state === 'ready') await light.set('dark', signal)
  return {
    light,
    presets: presetNames(config.presets),
    identity: { driver: 'klipper', address: klipper.address, firmware: software_version, warnings },
    makeSafe: deadlineMs => light.makeSafe(deadlineMs),
    close: async () => {
      light.retire()
      klipper.close()
    },
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
      return await openKlipperLight(klipper, config, signal)
    } catch (error) {
      klipper.close()
      throw error
    }
  },
}
