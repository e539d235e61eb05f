import { z } from 'zod'
import type { Driver, OpenOptions } from '../driver.ts'
import { GrblControllers } from '../grbl/controllers.ts'
import { settingNumbers } from '../grbl/firmware.ts'
import type { GrblLink } from '../grbl/link.ts'
import { Mutex } from '../mutex.ts'
import { RigError } from '../rig-error.ts'
import { serialPortOptions } from '../wire/serial-port.ts'
import {
  type Light,
  type LightPreset,
  litPresets,
  type OpenedLight,
  type Presets,
  presetNames,
  settingOf,
} from './light.ts'

/** The outputs of a GRBL controller for one preset. How lamps are wired to them is the rig's own affair. */
const outputs = z.strictObject({
  /** Spindle PWM: 0 off … 1 full. */
  power: z.number().min(0).max(1),
  /** M8. */
  flood: z.boolean(),
  /** M7; the firmware must be built with it. */
  mist: z.boolean(),
})
type LampOutputs = z.infer<typeof outputs>
type LampTable = Presets<LampOutputs>

/**
 * One dimmable LED driver on the spindle PWM, switched to one of four lamps by flood and mist through a two-to-four
 * decoder, so that no two lamps are ever lit together.
 */
const decodedLamps: LampTable = {
  dome: { power: 1, flood: false, mist: false },
  ring: { power: 1, flood: true, mist: false },
  left: { power: 1, flood: false, mist: true },
  right: { power: 1, flood: true, mist: true },
}

const allOff: LampOutputs = { power: 0, flood: false, mist: false }

/** Lamps on the spindle and coolant outputs of a GRBL 1.1 controller. The link belongs to the rig, which closes it. */
export class GrblLight implements Light {
  readonly name = 'grbl'
  readonly #link: GrblLink
  readonly #lamps: LampTable
  readonly #fullSpeed: number
  #preset: LightPreset | 'unknown' = 'unknown'
  #setIn: number | null = null
  readonly #mutex = new Mutex()

  /** @param fullSpeed the S word of full power */
  constructor(
    link: GrblLink,
    lamps: LampTable = decodedLamps,
    fullSpeed: number = link.settings.get(settingNumbers.fullSpeed) ?? 1000,
  ) {
    this.#link = link
    this.#lamps = lamps
    this.#fullSpeed = fullSpeed
  }

  get preset(): LightPreset | 'unknown' {
    return this.#setIn === this.#link.life ? this.#preset : 'unknown'
  }

  set(preset: LightPreset, signal?: AbortSignal): Promise<void> {
    return this.#mutex.run(() => this.#setNow(preset, signal), signal)
  }

  off(): Promise<void> {
    return this.set('dark')
  }

  /** A port that was lost meanwhile is told as that: the lamps may burn on as they did. */
  async confirm(): Promise<void> {
    this.#link.assertUsable()
  }

  async #setNow(preset: LightPreset, signal?: AbortSignal): Promise<void> {
    const wanted = settingOf(this.#lamps, preset, allOff)
    this.#preset = 'unknown'
    const speed = Math.round(Math.min(1, Math.max(0, wanted.power)) * this.#fullSpeed)
    // Off before the switches turn: the lamp of one preset must not flash while another is chosen.
    await this.#link.command('M5', { signal })
    await this.#link.command('M9', { signal })
    if (wanted.flood) await this.#link.command('M8', { signal })
    if (wanted.mist) await this.#mist(preset, signal)
    if (speed > 0) await this.#link.command(`M3 S${speed}`, { signal })
    await this.#confirm(preset, wanted, speed, signal)
    this.#preset = preset
    this.#setIn = this.#link.life
  }

  async #mist(preset: LightPreset, signal?: AbortSignal): Promise<void> {
    try {
      await this.#link.command('M7', { signal })
    } catch (cause) {
      if (!(cause instanceof RigError && cause.code === 'grbl-error')) throw cause
      throw new RigError(
        'light-preset',
        `light "${preset}" needs the mist output (M7), which this firmware (${this.#link.firmware.version}) refuses: it was built without. Build it with ENABLE_M7 or wire the lamp to another output.`,
        { cause },
      )
    }
  }

  /** `$G` answers with the whole state at once; status reports tell outputs only now and then. */
  async #confirm(preset: string, wanted: LampOutputs, speed: number, signal?: AbortSignal): Promise<void> {
    const lines = await this.#link.command('$G', { signal })
    const words =
      lines
        .map(line => /^\[GC:(.*)\]$/.exec(line)?.[1])
        .find(found => found !== undefined)
        ?.split(' ') ?? []
    const lit = words.includes('M3') || words.includes('M4')
    const asked = Number(words.find(word => /^S\d+(\.\d*)?$/.test(word))?.slice(1) ?? Number.NaN)
    const right =
      lit === speed > 0 &&
      (!lit || Math.abs(asked - speed) < 1) &&
      words.includes('M8') === wanted.flood &&
      words.includes('M7') === wanted.mist
    const { state, outputs } = await this.#link.status(signal)
    // In check mode the modes are as asked and the pins are not.
    const driven =
      state !== 'Check' &&
      (outputs === null ||
        (outputs.spindle === speed > 0 && outputs.flood === wanted.flood && outputs.mist === wanted.mist))
    if (right && driven) return
    throw new RigError(
      'light-not-set',
      `the lamps are not as asked: light "${preset}" needs ${speed > 0 ? `M3 S${speed}` : 'M5'}${wanted.flood ? ' M8' : ''}${wanted.mist ? ' M7' : ''}, the controller says "${words.join(' ')}", ${this.#link.lastState}. Run assay rig home, then try again.`,
    )
  }
}

const schema = z.strictObject({
  driver: z.literal('grbl'),
  ...serialPortOptions,
  /** Presets that the rig has; `dark` is always everything off. Default: lamps behind a two-to-four decoder. */
  lamps: z.partialRecord(z.enum(litPresets), outputs).exactOptional(),
  /** The S word of full power. Default: the controller's own `$30`. */
  fullSpeed: z.number().positive().max(1_000_000).exactOptional(),
})

/**
 * Lamps on the spindle and coolant outputs of a GRBL controller. Opening throws `light-laser-mode` where it would keep the
 * lamps off at rest.
 */
export const grblLight: Driver<typeof schema, OpenOptions, OpenedLight> = {
  schema,
  address: ({ port }) => port,
  async open({ lamps = decodedLamps, fullSpeed, ...at }, { controllers, ports, signal }) {
    const { link, release } = await (controllers ?? new GrblControllers(ports)).hold(at, signal)
    if (link.settings.get(settingNumbers.laserMode) === 1) {
      await release()
      throw new RigError(
        'light-laser-mode',
        `the controller on ${at.port} is in laser mode, which puts the lamps out while nothing moves. Set $32=0.`,
      )
    }
    const light = new GrblLight(link, lamps, fullSpeed)
    return {
      light,
      presets: presetNames(lamps),
      identity: { driver: 'grbl', address: at.port, firmware: link.firmware.version, warnings: [] },
      makeSafe: deadlineMs => link.makeSafe(deadlineMs),
      close: release,
    }
  },
}
