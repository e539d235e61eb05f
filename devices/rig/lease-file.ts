import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { z } from 'zod'
import { lockFile, type ProcessLock } from '../../harness/core/process-lock.node.ts'
import { RigError } from '../rig-error.ts'

/** The folder is everybody's, and what stands in it is shown on terminals. */
const printable = z.string().transform(text => text.replace(/\p{C}/gu, '').slice(0, 200))

/** Who holds a device. */
const leaseOwner = z.object({
  /** The program, e.g. `assay rig shoot`. */
  owner: printable,
  pid: z.number(),
  host: printable,
  /** The device as the configuration names it. */
  device: printable,
  /** ISO 8601, UTC, by the owner's clock: for people, nothing is decided by them. */
  since: printable,
  heartbeat: printable,
})
export type LeaseOwner = Readonly<z.infer<typeof leaseOwner>>

/**
 * One device's lease: a lock that ends with its owner, and beside it a file that says who the owner is. The lock decides and
 * the file only tells: an owner that is merely slow is never mistaken for a dead one.
 */
export class LeaseFile {
  readonly #lockPath: string
  readonly #ownerPath: string
  readonly #lock: ProcessLock

  private constructor(lockPath: string, ownerPath: string, lock: ProcessLock) {
    this.#lockPath = lockPath
    this.#ownerPath = ownerPath
    this.#lock = lock
  }

  /** @returns null when a living program holds it. @throws RigError `lease-folder` when the lock cannot be made */
  static take(folder: string, key: string): LeaseFile | null {
    const lockPath = `${folder}/${key}.lock`
    try {
      makeLeaseFolder(folder)
      const lock = lockFile(lockPath, { shared: true })
      return lock && new LeaseFile(lockPath, `${folder}/${key}.json`, lock)
    } catch (cause) {
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

  /** Writes the owner down. @returns false when the lock's file is no longer the one that we hold */
  sign(owner: LeaseOwner): boolean {
    if (!this.isOurs) return false
    writeShared(this.#ownerPath, `${JSON.stringify(owner)}\n`, owner.pid)
    // Whoever tidies up a temporary folder looks at the age of files.
    touch(this.#lockPath)
    return true
  }

  /** Is the file that we locked still the one that others would lock? */
  get isOurs(): boolean {
    return this.#lock.isOurs
  }

  /** Frees the lock and leaves the owner's name where it is. */
  letGo(): void {
    this.#lock[Symbol.dispose]()
  }

  release(): void {
    if (this.isOurs) removeShared(this.#ownerPath)
    this.letGo()
  }
}

/** The folder in which every user's programs find each other's leases; made if need be. */
export function makeLeaseFolder(folder: string): void {
  mkdirSync(folder, { recursive: true })
  shareWithOthers(folder, 0o1777)
}

/** Whole or not at all, but for a file of another user in a shared folder: that can only be written over. */
function writeShared(path: string, text: string, pid: number): void {
  const draft = `${path}.${pid}`
  writeFileSync(draft, text)
  shareWithOthers(draft, 0o666)
  try {
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    if (!isForbidden(error)) throw error
    writeOver(path, text)
  }
}

/** Another user's file stays, and says nothing. */
function removeShared(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch (error) {
    if (!isForbidden(error)) throw error
    writeOver(path, '')
  }
}

function writeOver(path: string, text: string): void {
  try {
    const file = openSync(path, 'r+')
    try {
      ftruncateSync(file)
      writeSync(file, text)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    // The lock is held all the same; that somebody else is named beside it harms less than not to work.
    if (!isForbidden(error)) throw error
  }
}

function touch(path: string): void {
  const now = Date.now() / 1000
  try {
    utimesSync(path, now, now)
  } catch {
    // Only its owner may say how old a file is.
  }
}

function isForbidden(error: unknown): boolean {
  return ['EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')
}

function readOwner(path: string): LeaseOwner | null {
  try {
    return leaseOwner.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    // Absent, or half a line on a full disk: nothing is decided by it.
    return null
  }
}

/** Other users' programs must see the lock too. What another user made, that user has shared already. */
function shareWithOthers(path: string, mode: number): void {
  try {
    chmodSync(path, mode)
  } catch {
    // Not ours to change.
  }
}
