import { accessSync, closeSync, constants, fchmodSync, lstatSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { OutsideFileError } from './outside-file.node.ts'

/** A file that this process holds against every other. Disposing frees it, and so does the end of the process. */
export interface ProcessLock extends Disposable {
  /** Is the file that was locked still the one that others would lock? */
  readonly isOurs: boolean
}

/**
 * Holds a file for this process. The lock is the operating system's own, which frees it however the process ends, so that
 * none is ever left behind and neither a reused process id nor a clock that jumped is mistaken for its owner. It is reached
 * through SQLite, since Node has no other.
 *
 * The file is made if need be and stays: removing it would let two programs lock two files of one name.
 *
 * @param shared with the programs of other users
 * @returns null when a living process holds it
 * @throws what the operating system says of the file
 */
export function lockFile(path: string, { shared = false }: { readonly shared?: boolean } = {}): ProcessLock | null {
  make(path, shared)
  // Opened as what exists: in a folder of several users Linux lets nobody open another's file in a way that would also make it.
  const existing = pathToFileURL(path)
  existing.searchParams.set('mode', 'rw')
  const database = new DatabaseSync(existing, { timeout: 0 })
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    const held = inodeOf(path)
    return {
      get isOurs() {
        return inodeOf(path) === held
      },
      [Symbol.dispose]: () => database.close(),
    }
  } catch (error) {
    database.close()
    if (isBusy(error)) return null
    throw error
  }
}

function make(path: string, shared: boolean): void {
  try {
    const file = openSync(path, 'wx')
    try {
      if (shared) shareWithAll(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // Whoever opens a pipe waits for its other end. Never opened and closed here: that would free the lock, were it this process
    // that holds it.
    if (lstatSync(path).isFile() === false) throw new OutsideFileError(path, 'special', 'is not a regular file')
    accessSync(path, constants.R_OK | constants.W_OK)
  }
}

/** Of what was made here. Where a drive knows no such modes, whoever may reach it may use it. */
function shareWithAll(file: number): void {
  try {
    fchmodSync(file, 0o666)
  } catch {}
}

/** null when there is no such file any more. */
function inodeOf(path: string): bigint | null {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null
}

const sqliteBusy = 5
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy
}
