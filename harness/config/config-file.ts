import { createHash } from 'node:crypto'
import { lstatSync, type Stats, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { AssayError } from '../core/assay-error.ts'
import { decodeText } from '../core/decode-text.ts'
import { foreignHand, foreignHandOf, OutsideFileError, readOutside } from '../core/outside-file.node.ts'
import { readJson } from '../core/parse-json.ts'
import { realPathOf } from '../core/real-path.node.ts'
import { fieldNamesOf } from '../core/schema-fields.ts'
import { ConfigError, describeIssue } from './config-error.ts'
import { exportOfOwnScript } from './own-script.ts'
import { type ConfigFile, configFileSchema } from './schema.ts'
import { settings } from './settings.ts'

const fileNames = ['assay.config.ts', 'assay.config.js', 'assay.config.json']
/** What stands at the root of a repository. */
const repositoryMarks = ['.git', '.hg', '.jj']

/** What the search for a configuration file came to. */
export interface ConfigSearch {
  readonly file: string | null
  /** One sentence for each file above that is not used, since somebody else could have put it there. */
  readonly passedOver: readonly string[]
}

/**
 * The nearest `assay.config.ts`, `.js` or `.json`, looked for in `folder` and upwards. The search ends at the home folder, at the
 * root of a repository, at the edge of a file system, and at a folder that others own or may write: what lies above
 * was not put there for this work.
 *
 * @throws ConfigError `config-ambiguous` when one folder holds two of them, `config-foreign` when others could have put the one
 *   in `folder` there
 */
export function findConfigFile(folder: string, home: string = homedir()): ConfigSearch {
  const start = resolve(folder)
  const homes = [home, realPathOf(home)]
  for (let at = start; ; at = dirname(at)) {
    const paths = fileNames.map(name => join(at, name))
    const found = paths.filter(path => lstatSync(path, { throwIfNoEntry: false }) !== undefined)
    const here = statSync(at, { throwIfNoEntry: false })
    const hand = here && foreignHand(here)
    if (found.length > 0 && hand != null) {
      const sentence = `${found[0]} is not used: its folder ${hand}`
      // Whoever stands there means it; without it units would be judged by the defaults, and nobody would notice.
      if (at === start) throw foreign(`${sentence}. Work in a folder that is yours alone.`)
      return { file: null, passedOver: [`${sentence}.`] }
    }
    if (found.length > 1) {
      const names = found.map(path => basename(path)).join(' and ')
      throw new ConfigError('config-ambiguous', `${at} holds ${names}; keep one of them.`)
    }
    if (found[0] !== undefined) return { file: found[0], passedOver: [] }
    if (hand != null || isEdge(at, here, homes)) return { file: null, passedOver: [] }
  }
}

function isEdge(folder: string, here: Stats | undefined, homes: readonly string[]): boolean {
  const parent = dirname(folder)
  if (parent === folder || homes.includes(folder)) return true
  if (repositoryMarks.some(mark => lstatSync(join(folder, mark), { throwIfNoEntry: false }) !== undefined)) return true
  return here !== undefined && statSync(parent, { throwIfNoEntry: false })?.dev !== here.dev
}

/** What a configuration file holds, and over which bytes that was said. */
export interface ReadConfig {
  readonly content: ConfigFile
  readonly sha256: string
}

/**
 * Reads and checks a configuration file. A `.ts` or `.js` file is imported as it is (Node strips the types) and exports
 * the configuration by default.
 *
 * @throws ConfigError `config-unreadable` when it cannot be loaded, `config-invalid` when what it holds is not allowed,
 *   `config-foreign` when somebody else could have written it
 */
export async function readConfigFile(path: string): Promise<ReadConfig> {
  const bytes = readOwn(path)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const content = path.endsWith('.json') ? jsonOf(path, bytes) : await defaultExport(path)
  const parsed = configFileSchema.safeParse(content, { reportInput: true })
  const rigs = await lookAtRigs(content)
  const faults = [...(parsed.error?.issues ?? []), ...rigs.faults]
  if (parsed.success && faults.length === 0) return { content: parsed.data, sha256 }
  const known = settings.map(setting => setting.path)
  const issues = faults.map(issue => describeIssue(issue, known, rigs.options))
  throw new ConfigError('config-invalid', `${path}: ${issues.join('; ')}.`)
}

/** What is wrong with the rigs of a configuration: the drivers, which know it, are loaded only where there are rigs. */
async function lookAtRigs(content: unknown) {
  const { rigs } = (content ?? {}) as { readonly rigs?: unknown }
  if (typeof rigs !== 'object' || rigs === null || Object.keys(rigs).length === 0) return { faults: [], options: [] }
  const { rigsSchema } = await import('./rig-schema.ts')
  const { error } = z.object({ rigs: rigsSchema }).safeParse({ rigs }, { reportInput: true })
  return { faults: error?.issues ?? [], options: fieldNamesOf(rigsSchema) }
}

function readOwn(path: string): Uint8Array {
  try {
    return readOutside(path, 'configuration', 'own')
  } catch (cause) {
    if (!(cause instanceof OutsideFileError)) throw cause
    if (cause.why === 'foreign') throw foreign(`${path} is not used: it ${cause.clause}. Make it yours alone.`, cause)
    throw new ConfigError('config-unreadable', `${path} cannot be loaded: it ${cause.clause}.`, { cause })
  }
}

async function defaultExport(path: string): Promise<unknown> {
  // It runs as this user: what the administrator wrote may be read as settings, and only one's own is run.
  for (const owned of [dirname(path), path]) {
    const isOwn = process.geteuid === undefined || statSync(owned).uid === process.geteuid()
    const hand = isOwn ? foreignHandOf(owned) : 'belongs to another user'
    if (hand !== null) throw foreign(`${path} is not run: ${owned} ${hand}. Write the settings as assay.config.json.`)
  }
  try {
    const exported = await exportOfOwnScript(path)
    if (exported !== undefined) return exported
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

function jsonOf(path: string, bytes: Uint8Array): unknown {
  const text = decodeText(bytes)
  const json = text === null ? { fault: 'is neither UTF-8 nor UTF-16' } : readJson(text)
  if ('value' in json) return json.value
  throw new ConfigError('config-unreadable', `${path} cannot be loaded: it ${json.fault}.`)
}

const foreign = (sentence: string, cause?: unknown) => new ConfigError('config-foreign', sentence, { cause })

const kindOf = (error: unknown) => (error instanceof Error ? error.name : `thrown ${typeof error}`)

/** ` (line 3, column 7)`, where the stack names the file. */
function placeIn(path: string, error: unknown): string {
  const stack = error instanceof Error ? String(error.stack) : ''
  const [, line, column] =
    stack
      .split(basename(path))
      .slice(1)
      .map(rest => /^:(\d+)(?::(\d+))?/.exec(rest))
      .find(found => found) ?? []
  if (line === undefined) return '.'
  return ` (line ${line}${column === undefined ? '' : `, column ${column}`}).`
}
