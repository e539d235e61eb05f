import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AssayError } from './assay-error.ts'
import { noteDeed } from './deeds.ts'

/*
 * The one door for files and folders that others may have made. What lies there is looked at through the open handle, so that
 * what was looked at is what is read; a pipe or a device is never waited for, a link of somebody else's never followed, and
 * the mode of what was there before is never changed.
 */

const KiB = 1024
const MiB = 1024 * KiB

/** What a file of each kind may hold at most, bytes: far more than any real one. */
const mostBytes = {
  lease: 64 * KiB,
  configuration: MiB,
  certificate: MiB,
  note: MiB,
  profile: 4 * MiB,
  calibration: 16 * MiB,
  record: 64 * MiB,
  appearance: 64 * MiB,
  font: 64 * MiB,
  lot: 512 * MiB,
  session: 1024 * MiB,
  picture: 1024 * MiB,
  evidence: 1024 * MiB,
} as const
export type OutsideKind = keyof typeof mostBytes

/** Whose a file may be: `own` is this user's or the administrator's alone to write, `anyone` is only looked at. */
export type WhoseFile = 'own' | 'anyone'

type Refusal = 'missing' | 'folder' | 'special' | 'too-large' | 'foreign' | 'denied'

/** A file that is not opened. `clause` goes on with a sentence that begins with its name: «does not exist». */
export class OutsideFileError extends AssayError {
  override readonly name = 'OutsideFileError'
  readonly why: Refusal
  readonly clause: string

  constructor(path: string, why: Refusal, clause: string, options: ErrorOptions = {}) {
    super(`file-${why}`, `${path} ${clause}.`, options)
    this.why = why
    this.clause = clause
  }
}

/** The whole of a file from outside. @param at bytes for a name that is no UTF-8 @throws OutsideFileError */
export function readOutside(at: string | Buffer, kind: OutsideKind, whose: WhoseFile = 'anyone'): Buffer {
  const path = at.toString()
  const file = refusing(path, () => openWithoutTrust(at))
  try {
    const { size } = looked(
      path,
      refusing(path, () => fstatSync(file)),
      kind,
      whose,
    )
    // One byte more than there should be: a file may grow while it is read, and some tell no size.
    const room = Buffer.allocUnsafe(Math.min(mostBytes[kind], Math.max(size, 64 * KiB)) + 1)
    return refusing(path, () => readUpTo(file, room, path, kind))
  } finally {
    closeSync(file)
  }
}

/** {@link readOutside} without waiting for a slow drive. @throws OutsideFileError */
export async function readOutsideLater(path: string, kind: OutsideKind, whose: WhoseFile = 'anyone'): Promise<Buffer> {
  try {
    const target = refusing(path, () => followed(path))
    await using file = await open(target, O_LOOK)
    const { size } = looked(path, await file.stat(), kind, whose)
    const room = Buffer.allocUnsafe(Math.min(mostBytes[kind], Math.max(size, 64 * KiB)) + 1)
    let length = 0
    while (length < room.length) {
      const { bytesRead } = await file.read(room, length, room.length - length)
      if (bytesRead === 0) return room.subarray(0, length)
      length += bytesRead
    }
    throw tooLarge(path, length, kind)
  } catch (error) {
    throw refusalOf(path, error)
  }
}

/** Of a file or folder: who else made it, or could change it; null when that is only this user and the administrator. */
export function foreignHand({ uid, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>): string | null {
  // Windows has access lists instead, and keeps strangers out of what is not shared on purpose.
  const me = process.geteuid?.()
  if (me === undefined) return null
  if (uid !== me && uid !== 0) return 'belongs to another user'
  // A group of the owner's own number is the owner's own, as most systems set users up.
  return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== uid) ? 'may be written by other users' : null
}

/** {@link foreignHand} of a path, without following a link there; null also where there is nothing. */
export function foreignHandOf(path: string): string | null {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found === undefined ? null : found.isSymbolicLink() ? foreignLink(found) : foreignHand(found)
}

/**
 * A folder that others may have made, as it was prepared; where there is none, one for this user alone. What several users
 * write into must keep each from taking away what another put there (mode 1777).
 * @throws OutsideFileError `file-foreign`
 */
export function useFolder(path: string): void {
  refusing(path, () => mkdirSync(path, { recursive: true, mode: 0o700 }))
  const found = refusing(path, () => lstatSync(followed(path)))
  if (!found.isDirectory()) throw new OutsideFileError(path, 'special', 'is no folder')
  const isKept = (found.mode & 0o1000) !== 0
  const hand = foreignHand(isKept ? { uid: found.uid, gid: found.gid, mode: 0o700 } : found)
  if (hand !== null) throw new OutsideFileError(path, 'foreign', hand)
}

/**
 * Writes a new file. @param mode for nobody else's eyes unless given
 * @returns false where there is one, or a link, which stays as it is
 */
export function createOutside(path: string, content: string | Uint8Array, mode = 0o600): boolean {
  const draft = writeDraft(path, content, mode)
  try {
    linkSync(draft, path)
    noteDeed(path, 'is written')
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
    // Sticks and some network drives know no second name of a file.
    return createPlain(path, content, mode)
  } finally {
    rmSync(draft, { force: true })
  }
}

function createPlain(path: string, content: string | Uint8Array, mode: number): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx', mode, flush: true })
    noteDeed(path, 'is written')
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Writes a whole file in place of what was there, or leaves it. What a link there leads to is not touched. */
export function replaceOutside(path: string, content: string | Uint8Array, mode = 0o666): void {
  const draft = writeDraft(path, content, mode)
  try {
    renameSync(draft, path)
    noteDeed(path, 'is written')
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

/** A whole file beside `path`, under a name that nobody could foresee. */
function writeDraft(path: string, content: string | Uint8Array, mode: number): string {
  const draft = join(dirname(path), `.${basename(path).slice(0, 100)}.${globalThis.crypto.randomUUID()}`)
  const file = openSync(draft, 'wx', mode)
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
  return draft
}

const { O_RDONLY } = constants
/** Windows knows neither flag, nor pipes among its files. */
const O_LOOK = O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

function openWithoutTrust(at: string | Buffer): number {
  return openSync(followed(at), O_LOOK)
}

/** Where a path leads. This user's own links and the administrator's are followed, nobody else's. */
function followed<Path extends string | Buffer>(path: Path): Path {
  const found = lstatSync(path)
  if (!found.isSymbolicLink()) return path
  const foreign = foreignLink(found)
  if (foreign !== null) throw new OutsideFileError(path.toString(), 'foreign', foreign)
  return (typeof path === 'string' ? realpathSync(path) : realpathSync(path, 'buffer')) as Path
}

function foreignLink({ uid }: Stats): string | null {
  const me = process.geteuid?.()
  return me === undefined || uid === me || uid === 0 ? null : 'is a link that another user made'
}

function looked(path: string, found: Stats, kind: OutsideKind, whose: WhoseFile): Stats {
  if (found.isDirectory()) throw new OutsideFileError(path, 'folder', 'is a folder')
  if (!found.isFile()) throw new OutsideFileError(path, 'special', 'is not a regular file')
  const hand = whose === 'own' ? foreignHand(found) : null
  if (hand !== null) throw new OutsideFileError(path, 'foreign', hand)
  if (found.size > mostBytes[kind]) throw tooLarge(path, found.size, kind)
  return found
}

function readUpTo(file: number, room: Buffer, path: string, kind: OutsideKind): Buffer {
  let length = 0
  while (length < room.length) {
    const read = readSync(file, room, length, room.length - length, null)
    if (read === 0) return room.subarray(0, length)
    length += read
  }
  throw tooLarge(path, length, kind)
}

function tooLarge(path: string, bytes: number, kind: OutsideKind): OutsideFileError {
  const clause = `has ${bytes} bytes or more, and a ${kind} file has at most ${mostBytes[kind]}`
  return new OutsideFileError(path, 'too-large', clause)
}

function refusing<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw refusalOf(path, error)
  }
}

/** Of a name that is no UTF-8, Node hands on what cannot be found again. */
const missing = (path: string) =>
  path.includes('\ufffd') ? 'cannot be found by its name, which is not UTF-8: rename the file' : 'does not exist'

function refusalOf(path: string, cause: unknown): unknown {
  if (cause instanceof AssayError || !(cause instanceof Error) || !('code' in cause)) return cause
  const code = String(cause.code)
  if (code === 'ENOENT' || code === 'ENOTDIR') return new OutsideFileError(path, 'missing', missing(path), { cause })
  if (code === 'EISDIR') return new OutsideFileError(path, 'folder', 'is a folder', { cause })
  // Another user changed a file into a link after it was looked at; a socket cannot be opened.
  if (code === 'ELOOP') return new OutsideFileError(path, 'foreign', 'is a link', { cause })
  if (code === 'ENXIO') return new OutsideFileError(path, 'special', 'is not a regular file', { cause })
  return new OutsideFileError(path, 'denied', `cannot be read (${code})`, { cause })
}
