import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { noteDeed } from '../core/deeds.ts'
import { makeFolders } from '../core/make-folders.node.ts'
import { foreignHand, foreignHandOf } from '../core/outside-file.node.ts'
import { CustodyError, fileError } from './custody-error.ts'

/*
 * Files that survive a power cut. Node's permission model refuses fsync, so files are opened for synchronous writing
 * instead: a write returns when its bytes are on the drive.
 */

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR, O_SYNC, O_WRONLY } = constants
const onlyNew = O_CREAT | O_EXCL

/** Makes a folder, with those above it, where there is none. @throws CustodyError what {@link fileError} says */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    makeFolders(path, mode)
  } catch (cause) {
    throw fileError(path, 'made', { code: unwritableCode(path) ?? (cause as NodeJS.ErrnoException).code, cause })
  }
}

/** {@link makeFolder} where nobody else may put anything, or take it away. @throws CustodyError `folder-foreign` too */
export function makeOwnFolder(path: string): void {
  makeFolder(path, 0o700)
  refuseForeignFolder(path)
}

/**
 * A folder in which another user could plant, change or take away what is kept there.
 * @throws CustodyError `folder-foreign`; not where there is none
 */
export function refuseForeignFolder(path: string): void {
  if (!existsSync(path)) return
  const hand = foreignHandOf(path) ?? foreignHand(statSync(realpathSync(path)))
  if (hand === null) return
  throw new CustodyError(
    'folder-foreign',
    `${path} ${hand}, who could change what is kept there: choose a folder of your own, or have this one made yours alone. Nothing was written.`,
  )
}

/** Why nothing can be made there: of a folder on a read-only drive Node itself says that it does not exist. */
function unwritableCode(path: string): string | undefined {
  let above = dirname(resolve(path))
  while (!existsSync(above) && dirname(above) !== above) above = dirname(above)
  try {
    accessSync(above, constants.W_OK)
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}

/** Opens a file to read and to write synchronously. `new` must not be there yet, `old` must be. */
export function openSynchronous(path: string, which: 'new' | 'old', mode = 0o644): number {
  const file = openSync(path, O_RDWR | (O_SYNC ?? 0) | (which === 'new' ? onlyNew : (O_NOFOLLOW ?? 0)), mode)
  if (which === 'new') syncFolder(dirname(path))
  return file
}

/** What lies there is taken away: no link that somebody planted is written through. */
function openAnew(path: string, mode: number): number {
  rmSync(path, { force: true })
  return openSync(path, O_WRONLY | onlyNew | (O_SYNC ?? 0), mode)
}

/** Closes an open file when the work on it is done, however that ends. */
export function closing<T>(file: number, work: (file: number) => T): T {
  try {
    return work(file)
  } finally {
    closeSync(file)
  }
}

/** Writes all of `bytes` at `at`. */
export function writeAt(file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done)
}

/** Writes a whole file that survives a power cut, or leaves what was there. Never for secrets: the old copy stays on the drive. */
export function writeDurably(path: string, content: string | Uint8Array, mode = 0o644): void {
  const partial = `${path}.partial`
  try {
    closing(openAnew(partial, mode), file => writeAt(file, Buffer.from(content), 0))
    renameSync(partial, path)
    syncFolder(dirname(path))
    noteDeed(path, 'is written')
  } catch (cause) {
    rmSync(partial, { force: true })
    throw fileError(path, 'written', cause)
  }
}

/**
 * Makes the names of a folder survive a power cut. Where a process may not synchronise the folder itself, it writes a
 * byte synchronously beside: a journalling file system (ext4, XFS, NTFS) then writes the names before it.
 */
export function syncFolder(folder: string): void {
  try {
    closing(openSync(folder, 'r'), fsyncSync)
  } catch {
    const flags = O_WRONLY | O_CREAT | (O_NOFOLLOW ?? 0) | (O_SYNC ?? 0)
    closing(openSync(join(folder, '.synchronised'), flags, 0o644), file => writeSync(file, '\n', 0))
  }
}
