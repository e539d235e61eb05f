import { lstatSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
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
      const inName = scan.bytes(Buffer.from(basename(found.path)), `the name of ${where}`).leaks
      if ('why' in found) {
        yield { leaks: inName, passedOver: [{ where, why: found.why }] }
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

type Below = { readonly path: string } | { readonly path: string; readonly why: string }

/** Files below a path, by name. Links in folders are not followed, as they may lead anywhere; one that is named is. */
function* below(path: string, isNamed = false): Generator<Below> {
  const found = isNamed ? statSync(path) : lstatSync(path, { throwIfNoEntry: false })
  // Taken away meanwhile.
  if (found === undefined) yield { path, why: 'it went away' }
  else if (found.isFile()) yield { path }
  else if (found.isSymbolicLink()) yield { path, why: 'a link is not followed' }
  else if (!found.isDirectory()) yield { path, why: 'it is no file' }
  else {
    let names: readonly string[]
    try {
      names = readdirSync(path).sort()
    } catch {
      yield { path, why: 'the folder may not be read' }
      return
    }
    for (const name of names) yield* below(join(path, name))
  }
}

/** @returns why not, where it is not read */
function bytesOf(path: string): Buffer | string {
  try {
    if (statSync(path).size > mostFileBytes) return `it is larger than ${mostFileBytes / 2 ** 20} MiB`
    return readOutside(path, 'evidence')
  } catch (error) {
    if (error instanceof OutsideFileError) return `it ${error.clause}`
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'it went away'
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
function namesOf(scan: LeakScan): (path: string) => string {
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
  return show
}
