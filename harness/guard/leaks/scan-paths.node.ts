import { isUtf8 } from 'node:buffer'
import { lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { AssayError } from '../../core/assay-error.ts'
import { nextTurn } from '../../core/next-turn.ts'
import { OutsideFileError, readOutside } from '../../core/outside-file.node.ts'
import type { Leak, LeakScan, PassedOver } from './leak-scan.node.ts'
import type { PictureScan } from './picture-scan.node.ts'

/** What a search has seen so far. */
export interface ScanCount {
  readonly files: number
  readonly bytes: number
  /** Each picture once, however often it lies there. */
  readonly images: number
}

export interface PathScan {
  readonly leaks: readonly Leak[]
  readonly passedOver: readonly PassedOver[]
}

/** A file is held in memory while it is looked at, with what is packed in it. */
const mostFileBytes = 256 * 2 ** 20

/**
 * Looks through files and folders, names included, and says after each file what was found in it. A name that is itself a secret is
 * shown as one.
 * @param pictures null: images are searched as any file is, and not decoded
 * @param onCount told after each file
 * @throws AssayError `scan-missing` for a path that is not there; the signal's reason
 */
export async function* scanPaths(
  paths: readonly string[],
  scan: LeakScan,
  pictures: PictureScan | null,
  onCount: (count: ScanCount) => void,
  signal: AbortSignal,
): AsyncGenerator<PathScan> {
  const count = { files: 0, bytes: 0, images: 0 }
  const shown = namesOf(scan)
  for (const path of paths) {
    if (statSync(path, { throwIfNoEntry: false }) === undefined) {
      throw new AssayError(
        'scan-missing',
        `${shown(path)} is not there, or may not be looked at; nothing of it was searched.`,
      )
    }
  }
  for (const path of paths) {
    for await (const found of below(path, true)) {
      signal.throwIfAborted()
      await nextTurn()
      const where = shown(found.path)
      const inName = scan.bytes(nameOf(found.path), `the name of ${where}`).leaks
      const inTarget = 'target' in found ? scan.bytes(found.target, `where ${where} leads`).leaks : []
      if ('why' in found) {
        const passedOver = found.why === null ? [] : [{ where, why: found.why }]
        yield { leaks: [...inName, ...inTarget], passedOver }
        continue
      }
      const read = bytesOf(found.path)
      if (typeof read === 'string') {
        yield { leaks: inName, passedOver: [{ where, why: read }] }
        continue
      }
      const { leaks, passedOver, pictures: seen } = scan.bytes(read, where)
      const looked = pictures === null ? [] : await Promise.all(seen.map(one => lookAt(one, pictures, signal)))
      count.files++
      count.bytes += read.length
      count.images += looked.filter(one => one?.isPicture).length
      onCount({ ...count })
      yield {
        leaks: [...inName, ...leaks, ...looked.flatMap(one => one?.leaks ?? [])],
        passedOver: [...passedOver, ...looked.flatMap(one => one?.passedOver ?? [])],
      }
    }
  }
}

/** A path whose names may be no UTF-8: bytes where they are none. */
type Path = string | Buffer

interface NotRead {
  readonly path: Path
  /** null: a folder, whose files follow. */
  readonly why: string | null
  /** Where a link leads. */
  readonly target?: Buffer
}
type Below = { readonly path: Path } | NotRead

/** Folders and files below a path, by name. Links in folders are not followed, as they may lead anywhere; one that is named is. */
function* below(path: Path, isNamed = false): Generator<Below> {
  const found = tried(() => (isNamed ? statSync(path) : lstatSync(path)))
  if (typeof found === 'string') yield { path, why: found }
  else if (found.isFile()) yield { path }
  else if (found.isSymbolicLink()) {
    const target = tried(() => readlinkSync(path, 'buffer'))
    yield { path, why: 'a link is not followed', ...(typeof target === 'string' ? {} : { target }) }
  } else if (!found.isDirectory()) yield { path, why: 'it is no file' }
  else {
    const names = tried(() => readdirSync(path, 'buffer').sort(Buffer.compare))
    if (typeof names === 'string') {
      yield { path, why: names === 'it went away' ? names : 'the folder may not be read' }
      return
    }
    yield { path, why: null }
    for (const name of names) yield* below(within(path, name))
  }
}

/** @returns why not, where the system refuses */
function tried<T>(look: () => T): T | string {
  try {
    return look()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    // Taken away meanwhile.
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'it went away'
    return code === 'ENAMETOOLONG'
      ? 'it lies too deep: its path is longer than the system takes'
      : `it cannot be read (${code})`
  }
}

/** A name that is no UTF-8 is kept as its bytes, which lead to it. */
function within(folder: Path, name: Buffer): Path {
  if (typeof folder === 'string' && isUtf8(name)) return join(folder, name.toString('utf8'))
  return Buffer.concat([Buffer.from(folder), Buffer.from(sep), name])
}

const nameOf = (path: Path): Buffer =>
  typeof path === 'string' ? Buffer.from(basename(path)) : path.subarray(path.lastIndexOf(sep) + 1)

/** @returns why not, where it is not read */
function bytesOf(path: Path): Buffer | string {
  const size = tried(() => statSync(path).size)
  if (typeof size === 'string') return size
  if (size > mostFileBytes) return `it is larger than ${mostFileBytes / 2 ** 20} MiB`
  try {
    return readOutside(path, 'evidence')
  } catch (error) {
    if (error instanceof OutsideFileError) return error.why === 'missing' ? 'it went away' : `it ${error.clause}`
    throw error
  }
}

/** A picture that cannot be looked at is said, and is no reason to stop. */
async function lookAt(
  picture: Parameters<PictureScan['lookAt']>[0],
  pictures: PictureScan,
  signal: AbortSignal,
): Promise<{ leaks: Leak[]; passedOver: PassedOver[]; isPicture: boolean } | null> {
  const { where, isWhole } = picture
  try {
    const looked = await pictures.lookAt(picture)
    if (looked !== null) return { ...looked, isPicture: true }
    if (!isWhole) return null
    return {
      leaks: [],
      passedOver: [{ where, why: 'it begins as a picture does, and shows nothing' }],
      isPicture: false,
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof AssayError)) throw error
    return { leaks: [], passedOver: [{ where, why: `the picture was not read: ${error.code}` }], isPicture: false }
  }
}

/** How a path is shown: with nothing in it that is what was looked for. */
function namesOf(scan: LeakScan): (path: Path) => string {
  const isSecret = (name: string) => scan.bytes(Buffer.from(name), '').leaks.length > 0
  const shown = new Map<string, string>()
  const show = (path: string): string => {
    const known = shown.get(path)
    if (known !== undefined) return known
    const [above, name] = [dirname(path), basename(path)]
    const own = isSecret(name) ? '[secret]' : name
    const text = above === path || above === '.' ? own || path : join(show(above), own)
    shown.set(path, text)
    return text
  }
  return path => show(path.toString())
}
