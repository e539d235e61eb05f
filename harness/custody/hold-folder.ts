import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lockFile, type ProcessLock } from '../core/process-lock.node.ts'
import { CustodyError, fileError } from './custody-error.ts'

/** Who holds a folder, for the one who must wait. */
export interface Holder {
  readonly operator: string
  readonly doing: string
  readonly pid: number
  readonly since: string
}

/**
 * Holds a folder for one process, until disposed or until the process ends.
 * @throws CustodyError `folder-held` with who holds it
 */
export function holdFolder(folder: string, holder: Holder): Disposable {
  const path = join(folder, '.hold')
  const note = join(folder, '.holder.json')
  let lock: ProcessLock | null
  try {
    lock = lockFile(path)
  } catch (cause) {
    throw fileError(path, 'locked', cause)
  }
  if (lock === null) throw heldBy(folder, note)
  try {
    writeFileSync(note, JSON.stringify(holder))
    return lock
  } catch (cause) {
    lock[Symbol.dispose]()
    throw fileError(note, 'written', cause)
  }
}

function heldBy(folder: string, note: string): CustodyError {
  let who = 'another process'
  try {
    const { operator, doing, pid, since } = JSON.parse(readFileSync(note, 'utf8')) as Holder
    who = `${operator} (${doing}, process ${pid}, since ${since})`
  } catch {
    // Its note is being written at this moment.
  }
  return new CustodyError('folder-held', `${folder} is held by ${who}; wait until that is done. Nothing was changed.`)
}
