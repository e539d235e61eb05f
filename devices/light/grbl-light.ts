import type { GrblLink } from '../grbl/link.ts'
import { RigError } from '../rig-error.ts'
import { Turns } from '../turns.ts'
import type { Light, LightPreset } from './light.ts'

/** The outputs of the controller for one preset. How lamps are wired to them is the rig's own affair. */
export interface LampOutputs {
  /** Spindle PWM: 0 off … 1 full. */
  readonly power: number
  /** M8. */
  readonly flood: boolean
  /** M7; the firmware must be built with it. */
  readonly mist: boolean
}

export type LampTable = Readonly<Record<LightPreset, LampOutputs>>

/**
 * One dimmable LED driver on the spindle PWM, switched to one of four lamps by flood and mist through a two-to-four
 * decoder, so that no two lamps are ever lit together.
 */
export const decodedLamps: LampTable = {
  dome: { power: 1, flood: false, mist: false },
  ring: { power: 1, flood: true, mist: false },
  left: { power: 1, flood: false, mist: true },
  right: { power: 1, flood: true, mist: true },
  dark: { power: 0, flood: false, mist: false },
}

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
    const wanted = Object.hasOwn(this.#options.lamps, preset) ? this.#options.lamps[preset] : undefined
    if (!wanted) {
      throw new RigError(
        'light-preset',
        `the rig has no light "${preset}". It has ${Object.keys(this.#options.lamps).join(', ')}.`,
      )
    }
    if (wanted.mist && this.#link.firmware.options !== '' && !this.#link.firmware.options.includes('M')) {
      throw new RigError(
        'light-preset',
        `light "${preset}" needs the mist output (M7), which this firmware (${this.#link.firmware.version}) was built without. Build it with ENABLE_M7 or wire the lamp to another output.`,
      )
    }
    this.#preset = 'unknown'
    const speed = Math.round(Math.min(1, Math.max(0, wanted.power)) * this.#options.fullSpeed)
    // Off before the switches turn: the lamp of one preset must not flash while another is chosen.
    await this.#link.command('M5', { signal })
    await this.#link.command('M9', { signal })
    if (wanted.flood) await this.#link.command('M8', { signal })
    if (wanted.mist) await this.#link.command('M7', { signal })
    if (speed > 0) await this.#link.command(`M3 S${speed}`, { signal })
    await this.#confirm(preset, wanted, speed, signal)
    this.#preset = preset
    this.#setIn = this.#link.life
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
    if (right) return
    throw new RigError(
      'light-not-set',
      `the lamps are not as asked: light "${preset}" needs ${speed > 0 ? `M3 S${speed}` : 'M5'}${wanted.flood ? ' M8' : ''}${wanted.mist ? ' M7' : ''}, the controller says "${words.join(' ')}". Run assay rig home, then try again.`,
    )
  }
}
