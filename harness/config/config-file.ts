import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError, describeIssue } from './config-error.ts'
import { type ConfigFile, configFileSchema } from './schema.ts'
import { settings } from './settings.ts'

const fileNames = ['assay.config.ts', 'assay.config.js', 'assay.config.json']

/**
 * The nearest `assay.config.ts`, `.js` or `.json`, looked for in `folder` and upwards; null when there is none.
 *
 * @throws ConfigError `config-ambiguous` when one folder holds two of them
 */
export function findConfigFile(folder: string): string | null {
  const found = fileNames.map(name => join(folder, name)).filter(path => existsSync(path))
  if (found.length > 1) {
    const names = found.map(path => basename(path)).join(' and ')
    throw new ConfigError('config-ambiguous', `${folder} holds ${names}; keep one of them.`)
  }
  const parent = dirname(folder)
  return found[0] ?? (parent === folder ? null : findConfigFile(parent))
}

/**
 * Reads and checks a configuration file. A `.ts` or `.js` file is imported as it is (Node strips the types) and exports
 * the configuration by default.
 *
 * @throws ConfigError `config-unreadable` when it cannot be loaded, `config-invalid` when what it holds is not allowed
 */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const content = await loadDefaultExport(path)
  const parsed = configFileSchema.safeParse(content, { reportInput: true })
  if (parsed.success) return parsed.data
  const known = settings.map(setting => setting.path)
  const issues = parsed.error.issues.map(issue => describeIssue(issue, known))
  throw new ConfigError('config-invalid', `${path}: ${issues.join('; ')}.`)
}

async function loadDefaultExport(path: string): Promise<unknown> {
  try {
    if (path.endsWith('.json')) return JSON.parse(readFileSync(path, 'utf8'))
    const module: { default?: unknown } = await import(pathToFileURL(path).href)
    if (module.default !== undefined) return module.default
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ConfigError('config-unreadable', `${path} cannot be loaded: ${why}`, { cause: error })
  }
  throw new ConfigError(
    'config-unreadable',
    `${path} has no default export; write "export default defineConfig({ ... })".`,
  )
}
