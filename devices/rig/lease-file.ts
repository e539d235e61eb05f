import { readdirSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { OutsideFileError, readOutside, replaceOutside, useFolder } from '../../harness/core/outside-file.node.ts'
import { parseJson } from '../../harness/core/parse-json.ts'
import { lockFile, type ProcessLock } from '../../harness/core/process-lock.node.ts'
import { RigError } from '../rig-error.ts'

/** The folder may be everybody's, and what stands in it is shown on terminals. */
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
 * the file only tells: an owner that is merely slow is never mistaken for a dead one. Each user's programs write a file of
 * their own, so that nobody needs to change what another user made.
 */
export class LeaseFile {
  readonly #lockPath: string
  readonly #ownerPath: string
  readonly #lock: ProcessLock

  private constructor(folder: string, key: string, lock: ProcessLock) {
    this.#lockPath = join(folder, `${key}.lock`)
    this.#ownerPath = ownPath(folder, key)
    this.#lock = lock
  }

  /** @returns null when a living program holds it. @throws RigError `lease-folder` when the lock cannot be made */
  static take(folder: string, key: string): LeaseFile | null {
    try {
      useFolder(folder)
      const lock = lockFile(join(folder, `${key}.lock`), { shared: true })
      return lock && new LeaseFile(folder, key, lock)
    } catch (cause) {
      throw leaseFolderError(folder, cause)
    }
  }

  /** Who holds it, or held it and did not give it back; null when nobody does. */
  static ownerOf(folder: string, key: string): LeaseOwner | null {
    const owners = ownerFiles(folder, key).flatMap(file => readOwner(join(folder, file)) ?? [])
    return owners.toSorted((a, b) => (a.heartbeat < b.heartbeat ? 1 : -1))[0] ?? null
  }

  /** Who of this user held it before and never gave it back. */
  get left(): LeaseOwner | null {
    return readOwner(this.#ownerPath)
  }

  /** Writes the owner down. @returns false when the lock's file is no longer the one that we hold */
  sign(owner: LeaseOwner): boolean {
    if (!this.isOurs) return false
    try {
      replaceOutside(this.#ownerPath, `${JSON.stringify(owner)}\n`, 0o644)
    } catch (error) {
      // Another user put something there: the lock is held all the same, and only who holds it is not told.
      if (!isForbidden(error)) throw error
    }
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
    try {
      if (this.isOurs) rmSync(this.#ownerPath, { force: true })
    } catch (error) {
      if (!isForbidden(error)) throw error
    } finally {
      this.letGo()
    }
  }
}

/** @param cause why a lease folder cannot be used */
export function leaseFolderError(folder: string, cause: unknown): RigError {
  const why =
    cause instanceof OutsideFileError ? `it ${cause.clause}` : cause instanceof Error ? cause.message : 'unknown'
  return new RigError(
    'lease-folder',
    `the lease of the rig cannot be taken in ${folder} (${why}). Give your user write access there, or name another folder in ASSAY_LEASES: one of your own, or for several users one that the administrator made with mode 1777.`,
    { cause },
  )
}

/** Windows has no numbers of users, and a folder of leases for each. */
const ownPath = (folder: string, key: string) => join(folder, `${key}.${process.geteuid?.() ?? 0}.json`)

function ownerFiles(folder: string, key: string): string[] {
  try {
    return readdirSync(folder).filter(
      name => name.startsWith(`${key}.`) && /^\d+\.json$/.test(name.slice(key.length + 1)),
    )
  } catch {
    return []
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
  return ['EPERM', 'EACCES', 'EISDIR', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')
}

function readOwner(path: string): LeaseOwner | null {
  try {
    return leaseOwner.parse(parseJson(readOutside(path, 'lease').toString('utf8')))
  } catch {
    // Absent, no file, or half a line on a full disk: nothing is decided by it.
    return null
  }
}
