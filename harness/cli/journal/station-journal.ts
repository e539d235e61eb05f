import { configurationHere } from '../../config/configuration-here.ts'
import type { LoadedConfig } from '../../config/load-config.ts'
import { Secret } from '../../core/secret.ts'
import type { Journal, JournalReader } from '../../custody/journal/journal.ts'
import { openJournal, readJournal } from '../../custody/journal/journal-folder.ts'
import { SecretInput } from '../bip38/secret-input.ts'
import { settingFlags } from '../setting-options.ts'

/** What every command that uses the journal takes. */
export interface JournalOptions {
  readonly journal?: string
  readonly passwordFd?: number
  readonly json?: boolean
}

/** Where the journal lies: `--journal`, `ASSAY_JOURNAL`, the configuration, or beside it. */
export async function journalFolder(options: JournalOptions): Promise<string> {
  const flags = settingFlags({ journal: options.journal })
  return (await configurationHere(flags)).config.journal
}

/**
 * The journal of this workplace, to write: whatever command has a result opens it here. Made where there is none; a sealed
 * key asks for its password.
 * @param loaded the configuration, `--journal` included, where it was read already
 */
export async function openStationJournal(
  options: JournalOptions,
  signal: AbortSignal,
  loaded?: LoadedConfig,
): Promise<Journal> {
  const folder = loaded?.config.journal ?? (await journalFolder(options))
  return await openJournal(folder, { clock: () => new Date(), password: () => journalPassword(options, signal) })
}

/** The journal of this workplace, to read. @throws CustodyError `journal-missing` */
export async function readStationJournal(options: JournalOptions): Promise<JournalReader> {
  return await readJournal(await journalFolder(options))
}

export async function journalPassword({ passwordFd }: JournalOptions, signal: AbortSignal): Promise<Secret> {
  const typed = await new SecretInput().read('password of the journal', passwordFd, signal)
  const password = Secret.ofBytes(typed)
  typed.fill(0)
  return password
}
