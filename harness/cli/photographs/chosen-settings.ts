import { configurationHere } from '../../config/configuration-here.ts'
import type { LoadedConfig } from '../../config/load-config.ts'
import type { SettingPath } from '../../config/settings.ts'
import { settings } from '../../config/settings.ts'
import { AssayError } from '../../core/assay-error.ts'
import type { UnprovedName } from '../../core/vocabulary.ts'
import { openVision, type TextKeeper, type Vision } from '../../vision/pool/vision.ts'

/** What a command that judges photographs takes from flags, environment and the configuration file. */
interface ChosenSettings {
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

/**
 * Asks flags, environment and the configuration file. What nobody chose is not guessed: a unit judged as another product,
 * or at another station, would get a verdict that means nothing.
 *
 * @param needed settings that must have been chosen
 * @throws AssayError `setting-missing`, ConfigError
 */
export async function chosenSettings(
  flags: { readonly product?: string | undefined; readonly station?: string | undefined },
  needed: readonly SettingPath[],
): Promise<ChosenSettings> {
  const loaded = await configurationHere(flags)
  const { config, file, sha256, sources } = loaded
  for (const { path, flag, environment } of settings) {
    if (needed.includes(path) && sources[path] === 'default') {
      throw new AssayError(
        'setting-missing',
        `nobody said which ${path}: add ${flag}, or set ${environment}, or ${path} in assay.config.`,
      )
    }
  }
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
