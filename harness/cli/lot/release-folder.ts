import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { AssayError } from '../../core/assay-error.ts'
import { noteDeed } from '../../core/deeds.ts'
import { makeFolders } from '../../core/make-folders.node.ts'
import { OutsideFileError, readOutside } from '../../core/outside-file.node.ts'
import { manifestFaults, manifestFile, readManifest, signatureFolder } from '../../lots/release/manifest.ts'
import {
  type Content,
  changed,
  isOfRecord,
  type LotRelease,
  partsOf,
  pictureFolder,
  ReleaseError,
  readRelease,
  sha256Of,
} from '../../lots/release/release-record.ts'
import { replaceFile, writing } from '../write-file.ts'

/** A folder that holds a release. */
export interface OpenedRelease {
  readonly path: string
  /** Its signatures, by their names, folders with `/` between. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Of all that lies in it. */
  readonly digests: ReadonlyMap<string, string>
  readonly release: LotRelease
  readonly manifestSha256: string
  /** What is wrong between manifest and files, as sentences. */
  readonly faults: readonly string[]
}

/** Deeper than a release's own folders, nothing is looked for. */
const deepest = 3
/** More files than any release has. */
const mostFiles = 1000

/** Reads a release's folder. @throws ReleaseError `release-missing` and what {@link readRelease} says; OutsideFileError */
export async function openRelease(path: string): Promise<OpenedRelease> {
  const { files, digests, links } = filesIn(path)
  const manifest = files.get(manifestFile)
  if (manifest === undefined) {
    throw new ReleaseError('release-missing', `${path} holds no release of a lot: there is no ${manifestFile}.`)
  }
  const said = readManifest(Buffer.from(manifest).toString('utf8'))
  if (said === null) throw changed('release-manifest', `${join(path, manifestFile)} is no manifest: it was changed.`)
  const faults = [
    ...links.map(name => `${name} is a link to somewhere else, and no file of the release`),
    ...manifestFaults(said, digests),
  ]
  const release = await readRelease(files).catch(cause => {
    // What was changed is said first, whatever the changed file holds.
    if (faults.length === 0 || said.size === 0 || !(cause instanceof ReleaseError) || cause.code === 'release-other')
      throw cause
    throw changed('release-changed', `${path}: ${faults.join('; ')}.`)
  })
  for (const name of files.keys()) if (!name.startsWith(`${signatureFolder}/`)) files.delete(name)
  return { path, files, digests, release, manifestSha256: sha256Of(manifest), faults }
}

/** The digests of all files, and of those that are read the bytes: a large lot's others would fill the memory. */
function filesIn(path: string): {
  readonly files: Map<string, Uint8Array>
  readonly digests: Map<string, string>
  readonly links: readonly string[]
} {
  const [files, digests] = [new Map<string, Uint8Array>(), new Map<string, string>()]
  const links: string[] = []
  const isRead = (name: string) =>
    name === manifestFile ||
    isOfRecord(name) ||
    [signatureFolder, pictureFolder].some(folder => name.startsWith(`${folder}/`))
  const walk = (folder: string, prefix: string, depth: number) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = `${prefix}${entry.name}`
      // What lies elsewhere is not carried along, and whoever may write there changes it.
      if (entry.isSymbolicLink()) {
        links.push(name)
        continue
      }
      if (entry.isDirectory() && depth < deepest) walk(join(folder, entry.name), `${name}/`, depth + 1)
      else {
        const bytes = readOutside(join(folder, entry.name), 'lot')
        digests.set(name, sha256Of(bytes))
        if (isRead(name)) files.set(name, bytes)
      }
      if (digests.size > mostFiles) throw new ReleaseError('release-missing', `${path} holds no release of a lot.`)
    }
  }
  try {
    walk(path, '', 0)
  } catch (cause) {
    if (cause instanceof AssayError && !(cause instanceof OutsideFileError)) throw cause
    const why =
      cause instanceof OutsideFileError
        ? `holds no release of a lot: ${cause.message}`
        : 'is no folder that can be read.'
    throw new ReleaseError('release-missing', `${path} ${why}`, { cause })
  }
  return { files, digests, links }
}

const instead = 'free some room or choose another folder'

/** Whatever lies in a release beside what was signed makes it none. @throws AssayError `inside-release` */
export function refuseInRelease(path: string): void {
  for (let at = dirname(resolve(path)); ; at = dirname(at)) {
    if (existsSync(join(at, manifestFile)) && existsSync(join(at, 'release.json')))
      throw new AssayError(
        'inside-release',
        `${path} lies in the release ${at}, to which nothing is added: name another place. Nothing was written.`,
      )
    if (at === dirname(at)) return
  }
}

/** @throws AssayError `release-exists`, `inside-release` */
export function requireNewFolder(path: string): void {
  refuseInRelease(path)
  if (existsSync(path))
    throw new AssayError(
      'release-exists',
      `${path} is there already; a release is never written over. Choose another folder.`,
    )
}

/**
 * Writes a whole folder, or none; each file as soon as it is there, so that no two lie in memory.
 * @param before called when all files lie ready under another name
 * @param signal aborted: nothing is left
 * @throws AssayError `release-exists`, `results-unwritable`; what aborted it
 */
export async function writeNewFolder(
  path: string,
  files: Iterable<readonly [name: string, content: Content]>,
  before: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const target = resolve(path)
  requireNewFolder(path)
  const draft = join(dirname(target), `.assay-release-${randomUUID()}`)
  try {
    writing(path, 'results-unwritable', instead, () => makeFolders(dirname(target)))
    for (const [name, content] of files) {
      writing(path, 'results-unwritable', instead, () => {
        makeFolders(dirname(join(draft, name)))
        writeParts(join(draft, name), content)
      })
      // A signal is only heard between two turns.
      await nextTurn()
      signal.throwIfAborted()
    }
    await before()
    writing(path, 'results-unwritable', instead, () => renameSync(draft, target))
    noteDeed(path, 'is written')
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Part by part: the longest of a large lot's files are never whole in memory. */
function writeParts(path: string, content: Content): void {
  const file = openSync(path, 'wx', 0o666)
  try {
    for (const part of partsOf(content)) writeFileSync(file, part)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Adds files to a release, each whole; the last one makes it count. @throws AssayError `results-unwritable` */
export function addToFolder(path: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  for (const [name, content] of files) {
    writing(join(path, name), 'results-unwritable', instead, () => {
      makeFolders(dirname(join(path, name)))
      replaceFile(join(path, name), content)
    })
  }
}
