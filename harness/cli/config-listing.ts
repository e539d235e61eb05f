import { rigNames } from '../config/choose-rig.ts'
import { configurationHere } from '../config/configuration-here.ts'
import { at } from '../config/load-config.ts'
import { settings } from '../config/settings.ts'
import { settingFlags } from './setting-options.ts'
import { printDocument, printLine } from './terminal.ts'

/** Prints the configuration as a table, or as one JSON document: `{file, sha256, rigs, vault, settings: {PATH: {value, source}}}`. */
export async function printConfig(options: Readonly<Record<string, unknown>>): Promise<void> {
  const loaded = await configurationHere(settingFlags(options))
  const { config, file, sha256, sources } = loaded
  const rigs = rigNames(loaded)
  const rows = settings.map(({ path, environment }) => ({
    path,
    environment,
    value: at(config, path),
    source: sources[path],
  }))
  if (options['json'] === true) {
    const document = {
      file,
      sha256,
      rigs,
      vault: config.vault,
      settings: Object.fromEntries(rows.map(({ path, value, source }) => [path, { value, source }])),
    }
    return printDocument(document)
  }
  const width = (texts: readonly string[]) => Math.max(...texts.map(text => text.length))
  const pathWidth = width(rows.map(({ path }) => path))
  const valueWidth = width(rows.map(({ value }) => String(value)))
  const lines = rows.map(({ path, environment, value, source }) => {
    const from = source === 'environment' ? `environment (${environment})` : source
    return `${path.padEnd(pathWidth)}  ${String(value).padEnd(valueWidth)}  ${from}`
  })
  const found = file ?? 'none found (assay.config.ts, .js or .json, here or above)'
  const vault = config.vault === null ? 'none' : `${config.vault.folder}, for those of ${config.vault.recipients}`
  for (const line of [...lines, '', `rigs: ${rigs.join(', ')}`, `vault: ${vault}`, `file: ${found}`]) printLine(line)
}
