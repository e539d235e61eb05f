import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { AssayError } from '../../core/assay-error.ts'
import { lockFile } from '../../core/process-lock.node.ts'
import { makeOwnFolder } from '../../custody/durable-file.ts'
import { type JournalOptions, journalFolder } from '../journal/station-journal.ts'

/** A large lot is closed in well under a minute. */
const [mostTries, tryMs] = [900, 100]

/**
 * Decisions over lots are made one after the other at a workplace: what one rests on is still so when it is written. Inspections are
 * not held up.
 * @throws AssayError `lots-held` when another program does not come to its end
 */
export async function holdLots(options: JournalOptions, signal: AbortSignal): Promise<Disposable> {
  const folder = await journalFolder(options)
  makeOwnFolder(folder)
  for (let tries = 0; tries < mostTries; tries++) {
    const lock = lockFile(join(folder, '.lots'))
    if (lock !== null) return lock
    await pause(tryMs, undefined, { signal })
  }
  throw new AssayError(
    'lots-held',
    `Another program decides over a lot with the journal in ${folder}; wait until it is done. Nothing was written.`,
  )
}
