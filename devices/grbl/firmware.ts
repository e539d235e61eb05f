/** What `$I` and the banner say. */
export interface Firmware {
  /** e.g. `1.1h.20190830` */
  readonly version: string
  /** Letters of compile options, e.g. `V` variable spindle, `M` mist. */
  readonly options: string
  /** First line after a reset, e.g. `Grbl 1.1h ['$' for help]`; empty when the firmware resets without a word. */
  readonly banner: string
  /** Alarms from 10 on mean something else in each; grblHAL repeats an error until a `$` command clears it. */
  readonly dialect: Dialect
}

/** Firmwares that keep the interface of GRBL 1.1; `grbl` is the original, and whatever does not say what it is. */
export type Dialect = 'grbl' | 'grblHAL' | 'FluidNC' | 'uCNC'

export const unknownFirmware: Firmware = { version: 'unknown', options: '', banner: '', dialect: 'grbl' }

/**
 * Every firmware that keeps the interface of GRBL 1.1 greets so; versions 0.x do not keep it. E.g. `Grbl 1.1h ['$' for
 * help]`, `GrblHAL 1.1f ['$' or '$HELP' for help]`, `Grbl 3.9 [FluidNC v3.9.1 (esp32-wifi) '$' for help]`,
 * `uCNC 1.17 ['$' for help]`.
 */
export const bannerShape = /^(?:Grbl(?:HAL)?|uCNC) [1-9]\d*\.\d+\S* \[/i

/** What each says in its greeting or in its answer to `$I`. The first that fits counts. */
const dialects: readonly (readonly [Dialect, greeting: RegExp, told: RegExp])[] = [
  ['FluidNC', /\[FluidNC /i, /^\[VER:.*FluidNC/i],
  ['uCNC', /\buCNC\b/i, /^\[VER\+?:.*uCNC/i],
  // In its compatible builds only the `$HELP` of the greeting tells it from GRBL.
  ['grblHAL', /^GrblHAL|'\$HELP'/i, /^\[FIRMWARE:grblHAL\]$/i],
]

/** The line that only the answer to `$I` has. */
export const versionLine = /^\[VER:/

/** @param lines the answer to `$I` */
export function describeFirmware(lines: readonly string[], banner: string): Firmware {
  const field = (shape: RegExp): string | undefined =>
    lines.map(line => shape.exec(line)?.[1]).find(found => found !== undefined)
  const said = dialects.find(([, greeting, told]) => greeting.test(banner) || lines.some(line => told.test(line)))
  return {
    version: field(/^\[VER:([^:\]]*)/)?.trim() || unknownFirmware.version,
    options: field(/^\[OPT:([^,\]]*)/) ?? '',
    banner,
    dialect: said?.[0] ?? 'grbl',
  }
}

/** The controller's settings, `$n=value`, as far as they are numbers. */
export type Settings = ReadonlyMap<number, number>

/** Numbers of the settings that the drivers look at. Source: GRBL 1.1 settings table. */
export const settingNumbers = {
  reportsInches: 13,
  softLimits: 20,
  homing: 22,
  pullOff: 27,
  fullSpeed: 30,
  laserMode: 32,
  /** mm/min */
  rateX: 110,
  rateY: 111,
  rateZ: 112,
  /** mm/s² */
  accelerationX: 120,
  accelerationY: 121,
  accelerationZ: 122,
  travelX: 130,
  travelY: 131,
  travelZ: 132,
} as const

/** @param lines the answer to `$$`; what is no numbered setting is left out */
export function parseSettings(lines: readonly string[]): Settings {
  const settings = new Map<number, number>()
  for (const line of lines) {
    const found = /^\$(\d{1,3})=(-?\d{1,9}(?:\.\d{1,9})?)(?:\s*\(.*)?$/.exec(line)
    if (found) settings.set(Number(found[1]), Number(found[2]))
  }
  return settings
}

/** What of the settings is not as a rig needs it, one sentence each. */
export function settingWarnings(settings: Settings): string[] {
  if (settings.size === 0)
    return ['the controller did not tell its settings ($$); soft limits and homing are unchecked.']
  const warnings: string[] = []
  // grblHAL keeps more than one bit there; the lowest switches it.
  if ((settings.get(settingNumbers.homing) ?? 1) % 2 === 0) {
    warnings.push('homing is switched off: the stage cannot find its zero. Fit limit switches and set $22=1.')
  }
  if ((settings.get(settingNumbers.softLimits) ?? 1) % 2 === 0) {
    warnings.push('soft limits are switched off: a wrong pose drives into the end stops. Set $20=1.')
  }
  return warnings
}
