import { dirname, resolve } from 'node:path'
import { deepFreeze } from '../core/deep-freeze.ts'
import { didYouMean } from '../core/nearest.ts'
import { ConfigError, describeIssue } from './config-error.ts'
import { findConfigFile, readConfigFile } from './config-file.ts'
import { type Config, type ConfigFile, configSchema } from './schema.ts'
import { type Setting, type SettingPath, settings } from './settings.ts'

/** Who gave a setting its value; an earlier one wins over a later one. */
type ConfigSource = 'flag' | 'environment' | 'file' | 'default'

/** Values given on the command line, as texts or already as numbers. */
export type ConfigFlags = Readonly<Partial<Record<SettingPath, string | number | undefined>>>

/** A checked configuration, and who gave each value. */
export interface LoadedConfig {
  readonly config: Config
  /** The configuration file that was found, or null. */
  readonly file: string | null
  /** sha256 of that file, hexadecimal. */
  readonly sha256: string | null
  /** What a person should know of configuration files that are not used, one sentence each. */
  readonly passedOver: readonly string[]
  /** The folder of that file; without one, where the search began. */
  readonly folder: string
  readonly sources: Readonly<Record<SettingPath, ConfigSource>>
}

interface GivenValue {
  readonly setting: Setting
  readonly source: ConfigSource
  /** How to name it in an error: `--seed`, `ASSAY_RIG_SEED`, the path of the file. */
  readonly origin: string
  readonly value: unknown
}

/** Variables of Assay's that are no settings: never taken for a misspelt one. */
const otherVariables = [
  'ASSAY_DEBUG',
  'ASSAY_CHROMIUM',
  'ASSAY_PHOTOS',
  'ASSAY_LEASES',
  'ASSAY_RIG',
  'ASSAY_PLAYWRIGHT_JSON',
]

/**
 * Asks flags, environment (`ASSAY_*`), the nearest configuration file and the defaults, in this order.
 *
 * @param options.cwd where the search for the file starts, and what relative paths of flags and environment refer to
 * @throws ConfigError naming the source, the setting and what is allowed
 */
export async function loadConfig(options: {
  readonly cwd: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly flags?: ConfigFlags
}): Promise<LoadedConfig> {
  const { cwd, environment, flags = {} } = options
  refuseMisspeltVariables(environment)
  const { file, passedOver } = findConfigFile(resolve(cwd))
  const { content, sha256 } = file === null ? { content: {}, sha256: null } : await readConfigFile(file)
  const fromFile: Readonly<Record<string, unknown>> = content
  const folder = file === null ? resolve(cwd) : dirname(file)

  const given = settings.map((setting): GivenValue => {
    const flag = flags[setting.path]
    if (flag !== undefined) {
      return { setting, source: 'flag', origin: setting.flag.split(' ')[0]!, value: fromText(setting, flag, cwd) }
    }
    const variable = environment[setting.environment]
    if (variable !== undefined && variable !== '') {
      return { setting, source: 'environment', origin: setting.environment, value: fromText(setting, variable, cwd) }
    }
    const written = at(fromFile, setting.path)
    if (file !== null && written !== undefined) {
      return { setting, source: 'file', origin: file, value: absolute(setting, written, dirname(file)) }
    }
    const value = absolute(setting, setting.byDefault(), setting.besideFile ? folder : cwd)
    return { setting, source: 'default', origin: 'default', value }
  })

  const parsed = configSchema.safeParse(
    {
      ...assemble(given),
      rigs: await absoluteRigsOf(content.rigs ?? {}, folder),
      products: (content.products ?? []).map(product => resolve(folder, product)),
      stations: content.stations ?? {},
      vault: absoluteVault(content.vault, folder),
    },
    { reportInput: true },
  )
  if (!parsed.success) {
    const sentences = parsed.error.issues.map(issue => {
      const path = issue.path.join('.')
      const origin = given.find(({ setting }) => setting.path === path)?.origin ?? 'configuration'
      return `${origin}: ${describeIssue(issue, [])}`
    })
    throw new ConfigError('config-invalid', `${sentences.join('; ')}.`)
  }
  return {
    config: deepFreeze(parsed.data),
    file,
    sha256,
    passedOver,
    folder,
    sources: Object.fromEntries(given.map(({ setting, source }) => [setting.path, source])) as LoadedConfig['sources'],
  }
}

async function absoluteRigsOf(rigs: Config['rigs'], folder: string): Promise<Config['rigs']> {
  if (Object.keys(rigs).length === 0) return rigs
  const { absoluteRigs } = await import('./rig-schema.ts')
  return absoluteRigs(rigs, folder)
}

function absoluteVault(vault: ConfigFile['vault'], folder: string): Config['vault'] {
  if (vault === undefined) return null
  return { ...vault, folder: resolve(folder, vault.folder), recipients: resolve(folder, vault.recipients) }
}

/** The value at a dotted path, or undefined. */
export function at(object: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((part, key) => (part as Readonly<Record<string, unknown>> | undefined)?.[key], object)
}

function assemble(given: readonly GivenValue[]): Readonly<Record<string, unknown>> {
  const whole: Record<string, unknown> = {}
  for (const { setting, value } of given) {
    const keys = setting.path.split('.')
    const last = keys.pop()!
    let part = whole
    for (const key of keys) {
      part[key] ??= {}
      part = part[key] as Record<string, unknown>
    }
    part[last] = value
  }
  return whole
}

function fromText(setting: Setting, value: string | number, folder: string): unknown {
  if (setting.kind === 'text') return absolute(setting, value, folder)
  // Not Number('') or Number(' '), which are 0; what is no number stays a text and is refused by the schema.
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
}

function absolute(setting: Setting, value: unknown, folder: string): unknown {
  if (typeof value !== 'string' || value === '') return value
  const isPath = setting.isPath === 'always' || (setting.isPath === 'if-json' && value.endsWith('.json'))
  return isPath ? resolve(folder, value) : value
}

function refuseMisspeltVariables(environment: Readonly<Record<string, string | undefined>>): void {
  const known = settings.map(setting => setting.environment)
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('ASSAY_') || known.includes(name) || otherVariables.includes(name)) continue
    const suggestion = didYouMean(name, known)
    if (suggestion !== '') {
      throw new ConfigError(
        'config-variable-unknown',
        `the environment variable ${name} is not a setting${suggestion}.`,
      )
    }
  }
}
