import { RigError } from '../rig-error.ts'
import type { CameraSettings, Control, SettingsReadBack } from './camera.ts'
import { runProgram } from './program/run-program.ts'

interface V4l2Control {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly step: number
}

/** Setting, the controls that mean it (newer name first), what must be manual for it, and the control's units for one of ours. */
const meanings = {
  exposureMs: {
    controls: ['exposure_time_absolute', 'exposure_absolute'],
    manual: [
      ['auto_exposure', 1],
      ['exposure_auto', 1],
    ],
    perUnit: 10,
  },
  whiteBalanceK: {
    controls: ['white_balance_temperature'],
    manual: [
      ['white_balance_automatic', 0],
      ['white_balance_temperature_auto', 0],
    ],
    perUnit: 1,
  },
} as const
type Meaning = keyof typeof meanings

/** The controls of a V4L2 device, through `v4l2-ctl`: they stay set from one program to the next. */
export class V4l2Controls {
  readonly #device: string
  readonly #controls: ReadonlyMap<string, V4l2Control>

  private constructor(device: string, controls: readonly V4l2Control[]) {
    this.#device = device
    this.#controls = new Map(controls.map(control => [control.name, control]))
  }

  /** @returns null where the program is missing or the device has none */
  static async of(device: string, signal: AbortSignal): Promise<V4l2Controls | null> {
    try {
      const { code, output } = await ctl(device, ['--list-ctrls'], signal)
      const controls = parseControls(Buffer.from(output).toString('utf8'))
      return code === 0 && controls.length > 0 ? new V4l2Controls(device, controls) : null
    } catch (error) {
      if (error instanceof RigError && error.code === 'camera-program') return null
      throw error
    }
  }

  get capabilities(): Partial<Record<Meaning, Control>> {
    return Object.fromEntries(
      (Object.keys(meanings) as Meaning[]).flatMap(meaning => {
        const control = this.#controlFor(meaning)
        if (!control) return []
        const { perUnit } = meanings[meaning]
        const range = { min: control.min / perUnit, max: control.max / perUnit, step: control.step / perUnit }
        return [[meaning, { lockable: true, range }]]
      }),
    )
  }

  /** Sets and reads back. @throws RigError `camera-settings` naming the control that did not take it */
  async set(values: Readonly<Record<string, number>>, signal: AbortSignal): Promise<void> {
    for (const [name, value] of Object.entries(values)) {
      const control = this.#controls.get(name)
      if (!control) {
        const known = [...this.#controls.keys()].join(', ')
        throw new RigError('camera-settings', `${this.#device} has no control ${name}. It has ${known}.`)
      }
      const { code } = await ctl(this.#device, [`--set-ctrl=${name}=${Math.round(value)}`], signal)
      const is = code === 0 ? await this.#get(name, signal) : null
      if (is !== null && Math.abs(is - value) <= Math.max(1, control.step)) continue
      throw new RigError(
        'camera-settings',
        `${this.#device} was asked for ${name} ${value} and has ${is ?? 'refused'}.`,
      )
    }
  }

  /** @returns what the device then says of itself */
  async apply(settings: CameraSettings, signal: AbortSignal): Promise<Partial<SettingsReadBack>> {
    const readBack: Partial<Record<Meaning, number>> = {}
    for (const meaning of Object.keys(meanings) as Meaning[]) {
      const control = this.#controlFor(meaning)
      const value = settings[meaning]
      if (!control || value === undefined) continue
      const { manual, perUnit } = meanings[meaning]
      const mode = manual.find(([name]) => this.#controls.has(name))
      if (mode) await this.set({ [mode[0]]: mode[1] }, signal)
      await this.set({ [control.name]: value * perUnit }, signal)
      const is = await this.#get(control.name, signal)
      if (is !== null) readBack[meaning] = is / perUnit
    }
    return readBack
  }

  #controlFor(meaning: Meaning): V4l2Control | null {
    const name = meanings[meaning].controls.find(each => this.#controls.has(each))
    return name === undefined ? null : (this.#controls.get(name) ?? null)
  }

  async #get(name: string, signal: AbortSignal): Promise<number | null> {
    const { output } = await ctl(this.#device, [`--get-ctrl=${name}`], signal)
    const value = /:\s*(-?\d+)/.exec(Buffer.from(output).toString('utf8'))?.[1]
    return value === undefined ? null : Number(value)
  }
}

async function ctl(device: string, args: readonly string[], signal: AbortSignal): ReturnType<typeof runProgram> {
  return await runProgram({ program: 'v4l2-ctl', args: ['-d', device, ...args] }, signal)
}

/**
 * Reads what `v4l2-ctl --list-ctrls` prints:
 * `exposure_time_absolute 0x009a0902 (int) : min=3 max=2047 step=1 default=250 value=250 flags=inactive`.
 */
export function parseControls(text: string): V4l2Control[] {
  return text.split('\n').flatMap(line => {
    const [, name, rest] = /^\s*(\w+)\s+0x[0-9a-f]+\s+\((?:int|int64|bool|menu|intmenu)\)\s*:\s*(.*)$/i.exec(line) ?? []
    if (name === undefined || rest === undefined) return []
    const number = (key: string, otherwise: number): number =>
      Number(new RegExp(`\\b${key}=(-?\\d+)`).exec(rest)?.[1] ?? otherwise)
    return [{ name, min: number('min', 0), max: number('max', 1), step: number('step', 1) }]
  })
}
