import { listed } from '../../checks/wording.ts'
import { configurationHere } from '../../config/configuration-here.ts'
import type { LoadedConfig } from '../../config/load-config.ts'
import { type Setting, type SettingPath, settings } from '../../config/settings.ts'
import { AssayError } from '../../core/assay-error.ts'
import type { UnprovedName } from '../../core/vocabulary.ts'
import { openVision, type TextKeeper, type Vision } from '../../vision/pool/vision.ts'

/** What a command that judges photographs takes from flags, environment and the configuration file. */
export interface ChosenSettings {
  readonly product: string
  readonly station: string
  readonly loaded: LoadedConfig
  /** The file that settings came from; null for none. */
  readonly configuration: { readonly file: string; readonly sha256: string } | null
  /** What units may pass without a proof of at that station, by the configuration file. */
  readonly acceptUnproved: readonly UnprovedName[]
  /** Eyes with as many threads as the configuration allows. @param keeper whom secret texts are sealed to; null: nobody */
  readonly open: (keeper?: TextKeeper | null) => Vision
}

/** The flags of settings that such commands have. */
type SettingFlags = Readonly<Partial<Record<'product' | 'station' | 'journal', string | undefined>>>

/**
 * Asks flags, environment and the configuration file. What nobody chose is not guessed: a unit judged as another product,
 * or at another station, would get a verdict that means nothing.
 *
 * @param needed settings that must have been chosen
 * @param alsoMissing what else is to be asked for, in words
 * @throws AssayError `setting-missing`, ConfigError
 */
export async function chosenSettings(
  { product, station, journal }: SettingFlags,
  needed: readonly SettingPath[],
  alsoMissing: readonly string[] = [],
): Promise<ChosenSettings> {
  const loaded = await configurationHere({ product, station, journal })
  const { config, file, sha256, sources } = loaded
  const unset = settings.filter(({ path }) => needed.includes(path) && sources[path] === 'default')
  const missing = [...alsoMissing, ...unset.map(askedFor)]
  if (missing.length > 0) throw missingSettings(missing)
  const { workers } = config
  const isTold = sources.workers !== 'default'
  return {
    product: config.product,
    station: config.station,
    loaded,
    configuration: file === null || sha256 === null ? null : { file, sha256 },
    acceptUnproved: config.stations[config.station]?.acceptUnproved ?? [],
    open: keeper => openVision({ keeper, ...(isTold && { workers }) }),
  }
}

const askedFor = ({ path, flag, about, environment }: Setting) =>
  `${flag} (${about}; or ${environment}, or ${path} in assay.config)`

/** Everything that is missing, at once. */
const missingSettings = (asked: readonly string[]) => new AssayError('setting-missing', `add ${listed(asked)}.`)

/** Where not even the lot file names a product. */
export const productMissing = () => missingSettings(settings.filter(({ path }) => path === 'product').map(askedFor))
