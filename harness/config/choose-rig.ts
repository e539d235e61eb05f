import { join } from 'node:path'
import type { RigConfig } from '../../devices/rig/rig-config.ts'
import { ConfigError, didYouMean } from './config-error.ts'
import type { LoadedConfig } from './load-config.ts'
import type { RigEntry } from './rig-schema.ts'

/** The rig that a command works with. */
export interface ChosenRig {
  /** For `openRig`. */
  readonly config: RigConfig
  /** Where its calibration lies, or is to lie. */
  readonly calibrationFile: string
  /** Older than this, its calibration counts no more, days. */
  readonly validDays: number
  readonly golden: NonNullable<RigEntry['golden']> | null
}

/** The digital twin needs no configuration. */
const builtInRig = 'virtual'
const validDays = 30

/**
 * The rig called `name`, or the configuration's own choice. Rigs of the configuration come first, then the built-in
 * `virtual`.
 *
 * @param folder where calibrations lie when there is no configuration file
 * @throws ConfigError `rig-unknown`
 */
export function chooseRig({ config, folder }: LoadedConfig, name: string | undefined = undefined): ChosenRig {
  const wanted = name ?? config.rig.name
  const calibrationFile = join(folder, 'calibrations', `${wanted}.json`)
  const entry = Object.hasOwn(config.rigs, wanted) ? config.rigs[wanted]! : null
  if (entry === null) {
    // Without rigs of one's own, `rig.name` is what the virtual one is called.
    const isFree = name === undefined && Object.keys(config.rigs).length === 0
    if (wanted !== builtInRig && !isFree) throw unknownRig(wanted, Object.keys(config.rigs))
    return {
      config: { kind: 'virtual', name: wanted, seed: config.rig.seed },
      calibrationFile,
      validDays,
      golden: null,
    }
  }
  const { calibration, golden, ...rig } = entry
  return {
    config: rig.kind === 'virtual' ? { seed: config.rig.seed, ...rig, name: wanted } : { ...rig, name: wanted },
    calibrationFile: calibration?.file ?? calibrationFile,
    validDays: calibration?.validDays ?? validDays,
    golden: golden ?? null,
  }
}

/** Names of all rigs, the built-in one last. */
export function rigNames({ config }: LoadedConfig): string[] {
  return [...new Set([...Object.keys(config.rigs), builtInRig])]
}

function unknownRig(name: string, known: readonly string[]): ConfigError {
  const all = [...new Set([...known, builtInRig])]
  const has = known.length === 0 ? 'the configuration names none' : `the configuration names ${known.join(', ')}`
  return new ConfigError(
    'rig-unknown',
    `there is no rig "${name}"${didYouMean(name, all)}; ${has}, and "${builtInRig}" is always there.`,
  )
}
