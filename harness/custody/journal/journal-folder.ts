import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemRandom } from '../../core/random.ts'
import { Secret } from '../../core/secret.ts'
import { CustodyError } from '../custody-error.ts'
import { makeFolder } from '../durable-file.ts'
import { Journal, JournalReader } from './journal.ts'
import { SqliteStore } from './sqlite-store.ts'
import { makeStationKey, openStationKey } from './station-key.ts'

/** What lies in a journal's folder; SQLite adds `journal.sqlite-wal` and `-shm`. */
export const journalFile = (folder: string) => join(folder, 'journal.sqlite')
export const keyFile = (folder: string) => join(folder, 'station.key')

/** What a journal of a folder is opened with. */
export interface FolderOptions {
  readonly clock: () => Date
  /** Asked only where the key is sealed. */
  readonly password: () => Promise<Secret>
}

/**
 * Opens the journal of a folder to write. Where there is none, it is made, with a key that lies open beside it.
 * @throws CustodyError what keys, stores and {@link Journal.open} say
 */
export async function openJournal(folder: string, { clock, password }: FolderOptions): Promise<Journal> {
  if (!isThere(folder)) await makeKey(folder, null)
  const key = await openStationKey(keyFile(folder), password)
  const store = await SqliteStore.open(journalFile(folder), 'write')
  try {
    return await Journal.open(store, { clock, key })
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

/** Opens the journal of a folder to read: no key is needed. @throws CustodyError `journal-missing` and what stores say */
export async function readJournal(folder: string): Promise<JournalReader> {
  return new JournalReader(await SqliteStore.open(journalFile(folder), 'read'))
}

/** Is there a journal, or the key that one was begun with? */
const isThere = (folder: string) => existsSync(journalFile(folder)) || existsSync(keyFile(folder))

async function makeKey(folder: string, password: Secret | null, cost?: number): Promise<void> {
  makeFolder(folder, 0o700)
  await makeStationKey(keyFile(folder), password, systemRandom, cost)
}
