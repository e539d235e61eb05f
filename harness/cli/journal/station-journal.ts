import { configurationHere } from '../../config/configuration-here.ts'
import type { LoadedConfig } from '../../config/load-config.ts'
import { AssayError } from '../../core/assay-error.ts'
import { Secret } from '../../core/secret.ts'
import { CustodyError } from '../../custody/custody-error.ts'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import type { Journal, JournalReader } from '../../custody/journal/journal.ts'
import { type FolderOptions, openJournal, readJournal } from '../../custody/journal/journal-folder.ts'
import { SecretInput } from '../bip38/secret-input.ts'
import { settingFlags } from '../setting-options.ts'
import { tellLine } from '../terminal.ts'

/** What every command that uses the journal takes. */
export interface JournalOptions {
  readonly journal?: string
  readonly passwordFd?: number
  /** Passwords, where a command opens the journal more than once. Default: asked for each time. */
  readonly passwords?: JournalPasswords
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
  return await openJournal(folder, {
    clock: () => new Date(),
    ...(options.passwords ?? askedPasswords(options, signal)),
  })
}

/** The journal of this workplace, to read. @throws CustodyError `journal-missing` */
export async function readStationJournal(options: JournalOptions): Promise<JournalReader> {
  return await readJournal(await journalFolder(options))
}

/**
 * The same, to count what it says: of a chain with a hole or another subject nothing is counted.
 * @param onEntry gets each entry on the way: what it counted is good once this resolves
 * @throws CustodyError `journal-broken`, and as {@link readStationJournal}
 */
export async function readSoundJournal(
  options: JournalOptions,
  onEntry?: (entry: JournalEntry) => void,
): Promise<JournalReader> {
  const journal = await readStationJournal(options)
  const { faults } = await journal.verify([], onEntry)
  const fault = faults.find(({ kind }) => kind !== 'time')
  if (fault === undefined) return journal
  await journal[Symbol.asyncDispose]()
  throw new CustodyError(
    'journal-broken',
    `The journal in ${journal.place} is not whole, and nothing that it says is counted: ${fault.sentence}. See assay journal verify; assay journal restore puts a backup back.`,
  )
}

/** What opens a journal's key, or seals that of one that is made now (null: it lies open). */
export type JournalPasswords = Pick<FolderOptions, 'password' | 'newPassword'>

const askedPasswords = (options: JournalOptions, signal: AbortSignal): JournalPasswords => ({
  password: () => journalPassword(options, signal),
  newPassword: () => newPassword(options, signal, false),
})

/** The same, asked for once. */
export function passwordsAskedOnce(options: JournalOptions, signal: AbortSignal): JournalPasswords {
  const asked = askedPasswords(options, signal)
  let known: Secret | null = null
  const copy = () => (known === null ? null : Secret.ofBytes(known.expose()))
  return {
    password: async () => {
      known ??= await asked.password()
      return copy()!
    },
    newPassword: async () => {
      known ??= (await asked.newPassword?.()) ?? null
      return copy()
    },
  }
}

async function journalPassword({ passwordFd }: JournalOptions, signal: AbortSignal): Promise<Secret> {
  const typed = await new SecretInput().read('password of the journal', passwordFd, signal)
  const password = Secret.ofBytes(typed)
  typed.fill(0)
  return password
}

/**
 * What the key of a journal that is made now is sealed by: from the descriptor, else typed twice by whoever sits at the terminal.
 * @returns null where nobody is there, or wants it to lie open; never where it is needed, which then is read from standard input
 * @throws AssayError `passwords-differ`
 */
export async function newPassword(options: JournalOptions, signal: AbortSignal, isNeeded: true): Promise<Secret>
export async function newPassword(
  options: JournalOptions,
  signal: AbortSignal,
  isNeeded: boolean,
): Promise<Secret | null>
export async function newPassword(options: JournalOptions, signal: AbortSignal, isNeeded: boolean) {
  const isAtTerminal = process.stdin.isTTY && process.stderr.isTTY
  if (options.passwordFd !== undefined || !isAtTerminal) {
    return isNeeded || options.passwordFd !== undefined ? await journalPassword(options, signal) : null
  }
  if (!isNeeded)
    tellLine(
      'assay: there is no journal here yet, and one is made. A password seals its key (Enter: the key lies open).',
    )
  const typed = async (what: string) => await new SecretInput().read(what, undefined, signal)
  const [first, again] = [await typed('new password of the journal'), await typed('the same once more')]
  try {
    if (Buffer.compare(first, again) !== 0) {
      throw new AssayError('passwords-differ', 'the two passwords are not the same. Nothing was made.')
    }
    return first.length === 0 && !isNeeded ? null : Secret.ofBytes(first)
  } finally {
    first.fill(0)
    again.fill(0)
  }
}
