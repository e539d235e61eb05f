import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { RigError } from '../rig-error.ts'

/** Who holds a device. */
export interface LeaseOwner {
  /** The program, e.g. `assay rig shoot`. */
  readonly owner: string
  readonly pid: number
  readonly host: string
  /** The device as the configuration names it. */
  readonly device: string
  /** ISO 8601, UTC, by the owner's clock: for people, nothing is decided by them. */
  readonly since: string
  readonly heartbeat: string
}

/**
 * One device's lease: a lock that the operating system frees when its owner dies, however it dies, and beside it a file
 * that says who the owner is.
 *
 * The lock decides and the file only tells. So neither a process id that was given to another program meanwhile, nor a
 * clock that jumped, nor an owner that is merely slow can be mistaken for a dead one. The lock is SQLite's, since Node
 * has no other that the system frees.
 */
export class LeaseFile {
  readonly #lockPath: string
  readonly #ownerPath: string
  readonly #database: DatabaseSync
  readonly #inode: bigint

  private constructor(lockPath: string, ownerPath: string, database: DatabaseSync) {
    this.#lockPath = lockPath
    this.#ownerPath = ownerPath
    this.#database = database
    this.#inode = statSync(lockPath, { bigint: true }).ino
  }

  /** @returns null when a living program holds it. @throws RigError `lease-folder` when the lock cannot be made */
  static take(folder: string, key: string): LeaseFile | null {
    const lockPath = `${folder}/${key}.lock`
    let database: DatabaseSync | null = null
    try {
      mkdirSync(folder, { recursive: true })
      shareWithOthers(folder, 0o1777)
      database = new DatabaseSync(lockPath)
      database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE')
      shareWithOthers(lockPath, 0o666)
      return new LeaseFile(lockPath, `${folder}/${key}.json`, database)
    } catch (cause) {
      database?.close()
      if (isBusy(cause)) return null
      throw new RigError(
        'lease-folder',
        `the lease of the rig cannot be taken in ${folder} (${cause instanceof Error ? cause.message : 'unknown'}). Give your user write access there, or name another folder in ASSAY_LEASES.`,
        { cause },
      )
    }
  }

  /** Who holds it, or held it and did not give it back; null when nobody does. */
  static ownerOf(folder: string, key: string): LeaseOwner | null {
    return readOwner(`${folder}/${key}.json`)
  }

  /** Who held it before and never gave it back. */
  get left(): LeaseOwner | null {
    return readOwner(this.#ownerPath)
  }

  /** Writes the owner down, whole or not at all. @returns false when the lock's file is no longer the one that we hold */
  sign(owner: LeaseOwner): boolean {
    if (!this.isOurs) return false
    const draft = `${this.#ownerPath}.${owner.pid}`
    writeFileSync(draft, `${JSON.stringify(owner)}\n`, { mode: 0o644 })
    renameSync(draft, this.#ownerPath)
    // Whoever tidies up a temporary folder looks at the age of files.
    const now = Date.now() / 1000
    utimesSync(this.#lockPath, now, now)
    return true
  }

  /** Is the file that we locked still the one that others would lock? */
  get isOurs(): boolean {
    try {
      return statSync(this.#lockPath, { bigint: true }).ino === this.#inode
    } catch {
      return false
    }
  }

  /** Frees the lock and leaves the owner's name where it is. */
  letGo(): void {
    this.#database.close()
  }

  release(): void {
    if (this.isOurs) rmSync(this.#ownerPath, { force: true })
    // The lock's file stays: removing it would let two programs lock two files of one name.
    this.#database.close()
  }
}

function readOwner(path: string): LeaseOwner | null {
  try {
    const owner = JSON.parse(readFileSync(path, 'utf8')) as Record<keyof LeaseOwner, unknown>
    const { pid } = owner
    if (typeof pid !== 'number') return null
    const texts = (['owner', 'host', 'device', 'since', 'heartbeat'] as const).map(key => [key, owner[key]] as const)
    if (!texts.every(([, text]) => typeof text === 'string')) return null
    const shown = Object.fromEntries(texts.map(([key, text]) => [key, printable(text)]))
    return { pid, ...(shown as Omit<LeaseOwner, 'pid'>) }
  } catch {
    // Absent, or half a line on a full disk: nothing is decided by it.
    return null
  }
}

/** The folder is everybody's, and what stands in it is shown on terminals. */
const printable = (text: unknown): string => String(text).replace(/\p{C}/gu, '').slice(0, 200)

const sqliteBusy = 5
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy
}

/** Other users' programs must see the lock too. What another user made, that user has shared already. */
function shareWithOthers(path: string, mode: number): void {
  try {
    chmodSync(path, mode)
  } catch {
    // Not ours to change.
  }
}
