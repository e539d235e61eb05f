import { existsSync, lstatSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { systemRandom } from '../../core/random.ts'
import { Secret } from '../../core/secret.ts'
import { CustodyError, fileError } from '../custody-error.ts'
import { makeOwnFolder, refuseForeignFolder, syncFolder, writeDurably } from '../durable-file.ts'
import type { Said } from './entry.ts'
import { Journal, JournalReader } from './journal.ts'
import { refuseNetworkDrive } from './network-drive.ts'
import { SqliteStore } from './sqlite-store.ts'
import { makeStationKey, openStationKey } from './station-key.ts'
import type { TreeHead } from './tree-head.ts'

/** What lies in a journal's folder; SQLite adds `journal.sqlite-wal` and `-shm`. */
export const journalFile = (folder: string) => join(folder, 'journal.sqlite')
export const keyFile = (folder: string) => join(folder, 'station.key')
/** Says that entries were written here: a journal without any is one that was emptied. */
const begunFile = (folder: string) => join(folder, 'journal.begun')

/** What a journal of a folder is opened with. */
export interface FolderOptions {
  readonly clock: () => Date
  /** Asked only where the key is sealed. */
  readonly password: () => Promise<Secret>
  /** Asked only where there is no journal yet: what its key is sealed by; null, or left out: the key lies open beside it. */
  readonly newPassword?: () => Promise<Secret | null>
}

/**
 * Opens the journal of a folder to write. Where there is none, it is made.
 * @throws CustodyError `folder-foreign`, `journal-on-network`, and what keys, stores and {@link Journal.open} say
 */
export async function openJournal(
  folder: string,
  { clock, password, newPassword = async () => null }: FolderOptions,
): Promise<Journal> {
  refuseForeignFolder(folder)
  refuseNetworkDrive(folder)
  using given = isThere(folder) ? null : await newPassword()
  if (!isThere(folder)) await makeKey(folder, given)
  const typed = given === null ? password : async () => Secret.ofBytes(given.expose())
  const key = await openStationKey(keyFile(folder), typed)
  const wasBegun = existsSync(begunFile(folder))
  const store = await SqliteStore.open(journalFile(folder), 'write')
  try {
    if (wasBegun && (await store.head()) === null) throw lost(folder)
    const journal = await Journal.open(store, { clock, key })
    if (!wasBegun) markBegun(folder)
    return journal
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
}

/**
 * Makes a journal whose key is sealed under a password.
 * @param cost scrypt's N
 * @throws CustodyError `journal-exists`, `password-short`
 */
export async function makeSealedJournal(
  folder: string,
  password: Secret,
  clock: () => Date,
  cost?: number,
): Promise<Journal> {
  if (isThere(folder)) {
    throw new CustodyError('journal-exists', `${folder} holds a journal already; it keeps its key.`)
  }
  await makeKey(folder, password, cost)
  return await openJournal(folder, { clock, password: async () => Secret.ofBytes(password.expose()) })
}

/** Of two that begin a journal at one moment either may have marked it. */
function markBegun(folder: string): void {
  try {
    writeDurably(begunFile(folder), '', 0o600)
  } catch (error) {
    if (!existsSync(begunFile(folder))) throw error
  }
}

const lost = (folder: string) =>
  new CustodyError(
    'journal-lost',
    `${folder} holds a journal whose entries are gone. Put a backup back (assay journal restore), or take the folder away if it is to be given up.`,
  )

/** Opens the journal of a folder to read: no key is needed. @throws CustodyError `journal-missing` and what stores say */
export async function readJournal(folder: string): Promise<JournalReader> {
  return new JournalReader(await SqliteStore.open(journalFile(folder), 'read'))
}

/**
 * A backup and a head that was kept are never written over: they are what the journal is held against. A link that leads nowhere is
 * there, too: the drive that it leads to may come back.
 * @throws CustodyError `file-exists`
 */
export function refuseOverwriting(file: string): void {
  let isThere: boolean
  try {
    isThere = lstatSync(file, { throwIfNoEntry: false }) !== undefined
  } catch (cause) {
    // A file where a folder is named: a slash behind a name, or a file on the way.
    throw fileError(file, 'written', cause)
  }
  if (isThere) throw new CustodyError('file-exists', `${file} is there already; name another file.`)
}

/**
 * Copies the journal as one file, while others may write it. The key is not in it.
 * @throws CustodyError `file-exists`, and what stores say
 */
export async function backUpJournal(folder: string, file: string): Promise<TreeHead | null> {
  refuseOverwriting(file)
  await using store = await SqliteStore.open(journalFile(folder), 'read')
  await store.backUp(file)
  return await headIn(file)
}

/**
 * Puts a backup in the place of the journal. What was there is kept beside it under another name; it is never given up for
 * a backup that has less. That it was put back is written into the backup's copy before that takes the place: no journal goes on
 * from an older one without saying so.
 * @param permit told of the backup when it was found sound, before anything is changed; gives what to write; what it throws refuses it
 * @returns the head of what lies there now, and of what the backup was; where the journal before it is, and how many entries it had, as far as
 * can be told
 * @throws CustodyError `backup-faulty`, `backup-older`, `journal-busy`, and what keys and stores say; nothing was changed then
 */
export async function restoreJournal(
  folder: string,
  file: string,
  { clock, password }: Pick<FolderOptions, 'clock' | 'password'>,
  permit: (backup: JournalReader) => Promise<Said>,
): Promise<Restored> {
  const backup = await soundHeadIn(file, [])
  const said = await readIn(file, permit)
  const place = journalFile(folder)
  const isReplaced = existsSync(place)
  if (isReplaced) await refuseOlder(place, file)
  if (isReplaced && SqliteStore.isHeld(place))
    throw new CustodyError(
      'journal-busy',
      `Another program has the journal in ${place} open, and what it writes from now on would be lost. End it, then run the command again. Nothing was changed.`,
    )
  const before = isReplaced ? await headIn(place).catch(() => null) : null
  refuseForeignFolder(folder)
  const key = await openStationKey(keyFile(folder), password)
  makeOwnFolder(folder)
  const coming = `${place}.coming`
  const ends = ['', '-wal', '-shm']
  for (const end of ends) rmSync(coming + end, { force: true })
  let head: TreeHead
  try {
    {
      await using store = await SqliteStore.open(file, 'read')
      await store.backUp(coming)
    }
    await using journal = await Journal.open(await SqliteStore.open(coming, 'write'), { clock, key })
    await journal.append(said)
    head = (await journal.head())!
  } catch (error) {
    for (const end of ends) rmSync(coming + end, { force: true })
    throw error
  }
  const aside = `${place}.until-${clock()
    .toISOString()
    .replaceAll(/[^0-9TZ]/g, '')}`
  try {
    for (const end of isReplaced ? ends : []) {
      if (existsSync(place + end)) renameSync(place + end, aside + end)
    }
    renameSync(coming, place)
    syncFolder(folder)
  } catch (cause) {
    throw fileError(place, 'written', cause)
  }
  return { head, backup, aside: isReplaced ? { path: aside, entries: before?.size ?? null } : null }
}

interface Restored {
  readonly head: TreeHead
  readonly backup: TreeHead
  readonly aside: { readonly path: string; readonly entries: number | null } | null
}

async function readIn<T>(file: string, read: (journal: JournalReader) => Promise<T>): Promise<T> {
  await using journal = new JournalReader(await SqliteStore.open(file, 'read'))
  return await read(journal)
}

/** A sound journal that the backup does not go on from holds results that would be lost. A damaged one may be replaced. */
async function refuseOlder(place: string, file: string): Promise<void> {
  let here: TreeHead | null
  try {
    here = await soundHeadIn(place, [])
  } catch {
    return
  }
  try {
    await soundHeadIn(file, [here])
  } catch (cause) {
    throw new CustodyError(
      'backup-older',
      `The journal in ${place} has ${here.size} entries and is sound, and ${file} does not hold all of them; it was not touched. Take its folder away first if it is to be given up.`,
      { cause },
    )
  }
}

const headIn = (file: string): Promise<TreeHead | null> => readIn(file, async journal => await journal.head())

async function soundHeadIn(file: string, kept: readonly TreeHead[]): Promise<TreeHead> {
  await using journal = new JournalReader(await SqliteStore.open(file, 'read'))
  const { faults } = await journal.verify(kept)
  const head = faults.some(({ kind }) => kind !== 'time') ? null : await journal.head()
  if (head !== null) return head
  throw new CustodyError(
    'backup-faulty',
    `${file} is no whole journal: ${faults[0]?.sentence ?? 'it is empty'}. Nothing was changed.`,
  )
}

/** Is there a journal, or the key that one was begun with? */
const isThere = (folder: string) => existsSync(journalFile(folder)) || existsSync(keyFile(folder))

async function makeKey(folder: string, password: Secret | null, cost?: number): Promise<void> {
  makeOwnFolder(folder)
  await makeStationKey(keyFile(folder), password, systemRandom, cost)
}
