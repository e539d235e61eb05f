import { GrblControllers } from '../grbl/controllers.ts'
import { settingNumbers } from '../grbl/firmware.ts'
import type { GrblLink } from '../grbl/link.ts'
import { RigError } from '../rig-error.ts'
import type { OpenOptions } from '../stage/stage-config.ts'
import { Turns } from '../turns.ts'
import type { Light, LightPreset, LitPreset } from './light.ts'
import type { GrblLightConfig, LampOutputs, OpenedLight } from './light-config.ts'

export type LampTable = Readonly<Partial<Record<LitPreset, LampOutputs>>>

/**
 * One dimmable LED driver on the spindle PWM, switched to one of four lamps by flood and mist through a two-to-four
 * decoder, so that no two lamps are ever lit together.
 */
export const decodedLamps: LampTable = {
  dome: { power: 1, flood: false, mist: false },
  ring: { power: 1, flood: true, mist: false },
  left: { power: 1, flood: false, mist: true },
  right: { power: 1, flood: true, mist: true },
}

const allOff: LampOutputs = { power: 0, flood: false, mist: false }

export interface GrblLightOptions {
  readonly lamps: LampTable
  /** `$30`: the S word that is full power. */
  readonly fullSpeed: number
}

export const grblLightDefaults: GrblLightOptions = { lamps: decodedLamps, fullSpeed: 1000 }

/** Lamps on the spindle and coolant outputs of a GRBL 1.1 controller. The link belongs to the rig, which closes it. */
export class GrblLight implements Light {
  readonly name = 'grbl'
  readonly #link: GrblLink
  readonly #options: GrblLightOptions
  #preset: LightPreset | 'unknown' = 'unknown'
  #setIn: number | null = null
  readonly #turns = new Turns()

  constructor(link: GrblLink, options: Partial<GrblLightOptions> = {}) {
    this.#link = link
    this.#options = { ...grblLightDefaults, ...options }
  }

  /** What it can be set to. */
  get presets(): LightPreset[] {
    return [...(Object.keys(this.#options.lamps) as LitPreset[]), 'dark']
  }

  get preset(): LightPreset | 'unknown' {
    return this.#setIn === this.#link.life ? this.#preset : 'unknown'
  }

  set(preset: LightPreset, signal?: AbortSignal): Promise<void> {
    return this.#turns.take(() => this.#setNow(preset, signal), signal)
  }

  off(): Promise<void> {
    return this.set('dark')
  }

  async #setNow(preset: LightPreset, signal?: AbortSignal): Promise<void> {
    const wanted = this.#outputsOf(preset)
    this.#preset = 'unknown'
    const speed = Math.round(Math.min(1, Math.max(0, wanted.power)) * this.#options.fullSpeed)
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

  #outputsOf(preset: LightPreset): LampOutputs {
    if (preset === 'dark') return allOff
    const wanted = Object.hasOwn(this.#options.lamps, preset) ? this.#options.lamps[preset] : undefined
    if (wanted) return wanted
    throw new RigError(
      'light-preset',
      `the rig has no light "${preset}". It has ${this.presets.join(', ')}; add it to the light's configuration.`,
    )
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

/**
 * Connects a {@link GrblLight} from its configuration.
 *
 * @throws RigError `light-laser-mode` where the controller would keep the lamps off at rest, and as `GrblLink.open`
 */
export async function openGrblLight(config: GrblLightConfig, options: OpenOptions): Promise<OpenedLight> {
  const controllers = options.controllers ?? new GrblControllers(options.ports)
  const { link, release } = await controllers.hold(config, options.signal)
  if (link.settings.get(settingNumbers.laserMode) === 1) {
    await release()
    throw new RigError(
      'light-laser-mode',
      `the controller on ${config.port} is in laser mode, which puts the lamps out while nothing moves. Set $32=0.`,
    )
  }
  const fullSpeed = config.fullSpeed ?? link.settings.get(settingNumbers.fullSpeed) ?? grblLightDefaults.fullSpeed
  const light = new GrblLight(link, { ...(config.lamps && { lamps: config.lamps }), fullSpeed })
  return {
    light,
    presets: light.presets,
    identity: { driver: 'grbl', address: config.port, firmware: link.firmware.version, warnings: [] },
    makeSafe: deadlineMs => link.makeSafe(deadlineMs),
    close: release,
  }
}
