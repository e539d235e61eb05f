import { spawn } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { AssayError, type ExitCode, exitCodes } from '../../core/assay-error.ts'
import type { Secret } from '../../core/secret.ts'
import { makeOwnFolder } from '../../custody/durable-file.ts'
import type { SiteName } from '../ledger/steps.ts'
import { LineError } from '../line-error.ts'
import { type SiteEnd, SiteLine, type SiteNews, type SiteRequest } from '../site/site-request.ts'
import { airGap } from './air-gap.ts'

export interface SiteLaunch {
  readonly site: SiteName
  /** The site's own folder: all that its process may read and write. Made when it is not there. */
  readonly folder: string
  readonly command: string
  readonly operator: string
  readonly password: Secret
  readonly options: Readonly<Record<string, unknown>>
  readonly signal?: AbortSignal | undefined
  readonly onNews?: (news: SiteNews) => void
  /** Hears the number of the process as soon as it runs. */
  readonly onStart?: (pid: number) => void
  /** Single files besides that the process may read: an entropy device. */
  readonly reads?: readonly string[]
  /** A folder besides that it may write: the spool of the printer. */
  readonly writes?: readonly string[]
  /** Another program than the site's own, in tests. */
  readonly program?: URL
}

const programs: Readonly<Record<SiteName, URL>> = {
  A: new URL('../site-a/site-a-process.ts', import.meta.url),
  B: new URL('../site-b/site-b-process.ts', import.meta.url),
}

/**
 * Runs one command of a site in a process of its own, under Node's permission model: it reads our code and its own
 * folder, writes its own folder, starts no process, thread or native code; and it has no network where the kernel can
 * take that away.
 *
 * @returns what the command returned
 * @throws LineError or another AssayError with the code that the site's process gave; `folder-mixed`, `folder-linked`
 */
export async function launchSite(launch: SiteLaunch): Promise<unknown> {
  const folder = ownFolder(launch.folder)
  for (const spool of launch.writes ?? []) {
    const real = realpathSync(spool)
    refuseOtherSites(real, readdirSync(real, { recursive: true, encoding: 'utf8' }), folder)
  }
  const gap = airGap()
  const { signal, onNews } = launch
  signal?.throwIfAborted()
  const node = [
    process.execPath,
    ...permissions(launch, folder),
    fileURLToPath(launch.program ?? programs[launch.site]),
  ]
  const [command, ...args] = [...gap.through, ...withoutCoreDumps(node)] as [string, ...string[]]
  const child = spawn(command, args, {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    // Nothing of the outside: NODE_OPTIONS could lift the permissions, and what a shell keeps there is not the site's.
    env: {
      PATH: process.env['PATH'] ?? '',
      TZ: 'UTC',
      // scrypt runs on these threads: one a core.
      UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism())),
      // glibc: what one scrypt worked on goes back to the system, wiped, when it is done, instead of waiting for the next.
      MALLOC_MMAP_THRESHOLD_: String(2 ** 20),
      ...(process.env['SystemRoot'] ? { SystemRoot: process.env['SystemRoot'] } : {}),
    },
  })
  const request: SiteRequest = {
    format: 'assay-site-request-1',
    site: launch.site,
    command: launch.command,
    folder,
    operator: launch.operator,
    password: Buffer.from(launch.password.expose()).toString('base64'),
    airGap: gap.state,
    options: launch.options,
  }
  if (child.pid !== undefined) launch.onStart?.(child.pid)
  child.stdin.on('error', () => {})
  child.stdin.write(`${JSON.stringify(request)}\n`)
  const stop = () => void child.kill('SIGTERM')
  signal?.addEventListener('abort', stop)
  let end: SiteEnd | null = null
  // What Node itself says when it stops; it may quote data, so only its length is of interest.
  child.stderr.resume()
  const lines = createInterface({ input: child.stdout })
  lines.on('line', text => {
    const line = readLine(text)
    if (line === null) return
    if (line.news === 'result' || line.news === 'error') end = line
    else onNews?.(line)
  })
  const status = await new Promise<string>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, killedBy) => resolve(killedBy ?? String(code)))
  })
  signal?.removeEventListener('abort', stop)
  return resultOf(end, launch.site, status)
}

function readLine(text: string): SiteLine | null {
  try {
    return SiteLine.parse(JSON.parse(text))
  } catch {
    return null
  }
}

function resultOf(end: SiteEnd | null, site: SiteName, status: string): unknown {
  if (end === null) {
    throw new LineError(
      'site-died',
      `The process of site ${site} ended before its work did (${status}). Nothing that it acknowledged is lost: run the same command again.`,
      { exitCode: exitCodes.interrupted },
    )
  }
  if (end.news === 'result') return end.value
  throw new AssayError(end.code ?? 'internal', end.sentence, { exitCode: end.exitCode as ExitCode })
}

/** The folder's real path, made if need be. @throws LineError `folder-mixed`, `folder-linked`, CustodyError `folder-foreign` */
function ownFolder(given: string): string {
  makeOwnFolder(given)
  const folder = realpathSync(given)
  for (const code of codeFolders()) {
    if (isWithin(folder, code) || isWithin(code, folder)) {
      throw new LineError(
        'folder-mixed',
        `${folder} holds Assay's own code, or lies in it; choose a folder of its own for the site.`,
      )
    }
  }
  // The permission model follows links: one that points outside would be a door, and a file of two names lies elsewhere too.
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const link = names.find(name => {
    const is = lstatSync(join(folder, name))
    return is.isSymbolicLink() || (is.isFile() && is.nlink > 1)
  })
  if (link !== undefined) {
    throw new LineError(
      'folder-linked',
      `${join(folder, link)} is a link, or has another name elsewhere; a site's folder holds none.`,
    )
  }
  refuseOtherSites(folder, names, folder)
  return folder
}

/** The file that only a site has. */
const siteKey = 'site.key'

/** A site's process that may read the other site's folder holds both halves. @throws LineError `folder-mixed` */
function refuseOtherSites(folder: string, names: readonly string[], own: string): void {
  const inside = names.find(name => basename(name) === siteKey && dirname(join(folder, name)) !== own)
  const above = parentsOf(folder).find(parent => parent !== own && existsSync(join(parent, siteKey)))
  const other = inside === undefined ? above : dirname(join(folder, inside))
  if (other === undefined) return
  throw new LineError(
    'folder-mixed',
    `${folder} and the site in ${other} lie in one another; a site's process would reach both. Choose folders apart.`,
  )
}

const parentsOf = (folder: string): readonly string[] =>
  dirname(folder) === folder ? [] : [dirname(folder), ...parentsOf(dirname(folder))]

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep)
}

function permissions({ reads = [], writes = [], program }: SiteLaunch, folder: string): string[] {
  const readable = [
    ...codeFolders(),
    folder,
    ...reads,
    ...writes,
    ...(program === undefined ? [] : [dirname(fileURLToPath(program))]),
  ]
  return [
    '--permission',
    ...readable.map(path => `--allow-fs-read=${path}`),
    ...[folder, ...writes].map(path => `--allow-fs-write=${path}`),
    '--disable-warning=SecurityWarning',
    ...heap,
  ]
}

/**
 * A site works for hours on garbage that lives for a second. Left to itself, Node lets the young part of its heap grow
 * sixteenfold and the old part to a multiple of what is alive before it looks: memory then grows with the lot, though
 * nothing is kept (docs/line.md has the figures). 1,024 MiB hold the longest manifest that is taken.
 */
const heap = ['--max-semi-space-size=2', '--max-old-space-size=1024']

/** A crash must not leave the memory of a process that knows secrets in a file. */
function withoutCoreDumps(command: readonly string[]): string[] {
  return process.platform === 'win32' ? [...command] : ['sh', '-c', 'ulimit -c 0; exec "$@"', 'sh', ...command]
}

/** What a site's process must read to run at all: our sources (or their build), and the packages. */
function codeFolders(): string[] {
  const root = resolve(fileURLToPath(import.meta.url), '../../../..')
  const own = ['harness', 'fixtures', 'devices', 'package.json', 'tsconfig.json'].map(name => join(root, name))
  return [...own, ...packageFolders(root)].filter(existsSync).map(path => realpathSync(path))
}

/** Every `node_modules` from here upwards, as Node looks for packages; a dist/ folder has its package.json above. */
function packageFolders(root: string): string[] {
  const folders: string[] = []
  for (let at = root; ; at = dirname(at)) {
    folders.push(join(at, 'node_modules'))
    if (dirname(at) === at) return [...folders, join(dirname(root), 'package.json')]
  }
}
