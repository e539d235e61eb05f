import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AssayError } from '../core/assay-error.ts'
import { decodeText } from '../core/decode-text.ts'
import { readJson } from '../core/parse-json.ts'
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
  if (path.endsWith('.json')) return readJsonFile(path)
  try {
    const module: { default?: unknown } = await import(pathToFileURL(path).href)
    if (module.default !== undefined) return module.default
  } catch (error) {
    // Whoever parses or runs the file quotes it, and it may be another one than was meant.
    const why = error instanceof AssayError ? error.message : `${kindOf(error)}${placeIn(path, error)}`
    throw new ConfigError('config-unreadable', `${path} cannot be loaded: ${why}`, { cause: error })
  }
  throw new ConfigError(
    'config-unreadable',
    `${path} has no default export; write "export default defineConfig({ ... })".`,
  )
}

function readJsonFile(path: string): unknown {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    throw new ConfigError('config-unreadable', `${path} cannot be loaded: it cannot be read (${code}).`, { cause })
  }
  const text = decodeText(bytes)
  const json = text === null ? { fault: 'is neither UTF-8 nor UTF-16' } : readJson(text)
  if ('value' in json) return json.value
  throw new ConfigError('config-unreadable', `${path} cannot be loaded: it ${json.fault}.`)
}

const kindOf = (error: unknown) => (error instanceof Error ? error.name : `thrown ${typeof error}`)

/** ` (line 3, column 7)`, where the stack names the file. */
function placeIn(path: string, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const [, line, column] =
    stack
      .split(basename(path))
      .slice(1)
      .map(rest => /^:(\d+)(?::(\d+))?/.exec(rest))
      .find(found => found) ?? []
  if (line === undefined) return '.'
  return ` (line ${line}${column === undefined ? '' : `, column ${column}`}).`
}
