import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CustodyError, fileError } from './custody-error.ts'

/** Who holds a folder, for the one who must wait. */
export interface Holder {
  readonly operator: string
  readonly doing: string
  readonly pid: number
  readonly since: string
}

/**
 * Holds a folder for one process. The lock is the operating system's own (through SQLite's file locks, which Node
 * otherwise does not reach): it ends with the process, however that ends, so no lock is ever left behind.
 * @throws CustodyError `folder-held` with who holds it
 */
export function holdFolder(folder: string, holder: Holder): Disposable {
  const lock = join(folder, '.hold')
  const note = join(folder, '.holder.json')
  let database: DatabaseSync
  try {
    database = new DatabaseSync(lock, { timeout: 0 })
  } catch (cause) {
    throw fileError(lock, 'opened', { code: writableCode(folder) ?? 'ENOENT', cause })
  }
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    if ((cause as { errcode?: number }).errcode === 5) throw heldBy(folder, note)
    throw fileError(lock, 'locked', { code: writableCode(folder) ?? 'EACCES', cause })
  }
  try {
    writeFileSync(note, JSON.stringify(holder))
  } catch (cause) {
    database.close()
    throw fileError(note, 'written', cause)
  }
  return { [Symbol.dispose]: () => database.close() }
}

/** What the operating system says about writing here; SQLite does not tell. */
function writableCode(folder: string): string | undefined {
  try {
    writeFileSync(join(folder, '.hold'), '', { flag: 'a' })
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
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
