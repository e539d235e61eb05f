import type { OpenedDevice } from '../opened-device.ts'
import { RigError } from '../rig-error.ts'

/** The lights that a plan can ask for; `dark`, every lamp off, is one more. */
export const litPresets = ['dome', 'ring', 'left', 'right'] as const
export type LitPreset = (typeof litPresets)[number]
export const lightPresets = [...litPresets, 'dark'] as const
export type LightPreset = (typeof lightPresets)[number]

/** What a configuration gives for each preset that lights a lamp. */
export type Presets<Setting> = Readonly<Partial<Record<LitPreset, Setting>>>

/** What can be set, `dark` included. */
export function presetNames(presets: Presets<unknown>): LightPreset[] {
  return [...(Object.keys(presets) as LitPreset[]), 'dark']
}

/** What is configured for a preset, or for `dark` that which puts every lamp out. @throws RigError `light-preset` */
export function settingOf<Setting>(presets: Presets<Setting>, preset: LightPreset, dark: Setting): Setting {
  if (preset === 'dark') return dark
  const found = Object.hasOwn(presets, preset) ? presets[preset] : undefined
  if (found) return found
  throw new RigError(
    'light-preset',
    `the rig has no light "${preset}". It has ${presetNames(presets).join(', ')}; add it to the light's configuration.`,
  )
}

/**
 * The lamps of a rig. Exactly one preset is lit at a time: setting one puts the others out.
 *
 * `set` resolves when the lamps are known to be as asked. It rejects with a `RigError` (`light-preset`,
 * `light-deadline`, `light-not-set`, `stage-alarm`, `port-lost`) and with the signal's reason when aborted; `preset`
 * is then `unknown`.
 */
export interface Light {
  /** Driver and protocol, e.g. `grbl`. */
  readonly name: string
  /** What is lit now, or `unknown`. */
  readonly preset: LightPreset | 'unknown'
  set(preset: LightPreset, signal?: AbortSignal): Promise<void>
  /**
   * Asks the lamps whether they are still as `preset` says, where that can change behind the driver's back.
   *
   * @throws RigError `light-not-set`; `preset` is then `unknown`
   */
  confirm?(signal?: AbortSignal): Promise<void>
  /** Every lamp off; the same as `set('dark')`. */
  off(): Promise<void>
}

export interface OpenedLight extends OpenedDevice {
  readonly light: Light
  /** Presets that the configuration gives, `dark` included. */
  readonly presets: readonly LightPreset[]
}
