import { printable } from '../core/printable.ts'
import { type ConfigFlags, type LoadedConfig, loadConfig } from './load-config.ts'

const named = new Set<string>()

/**
 * The configuration of this process: flags, environment, and the file that stands here or above, which is named to the person
 * once, with what it holds.
 * @throws ConfigError
 */
export async function configurationHere(flags: ConfigFlags = {}): Promise<LoadedConfig> {
  const loaded = await loadConfig({ cwd: process.cwd(), environment: process.env, flags })
  for (const sentence of sentencesOf(loaded)) {
    if (named.has(sentence)) continue
    named.add(sentence)
    process.stderr.write(`assay: ${printable(sentence)}\n`)
  }
  return loaded
}

function sentencesOf({ file, sha256, passedOver }: LoadedConfig): readonly string[] {
  return file === null ? passedOver : [...passedOver, `settings of ${file} (sha256 ${sha256?.slice(0, 16)}…).`]
}
