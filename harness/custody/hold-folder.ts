import { join } from 'node:path'
import { z } from 'zod'
import { readOutside } from '../core/outside-file.node.ts'
import { parseJson } from '../core/parse-json.ts'
import { lockFile, type ProcessLock } from '../core/process-lock.node.ts'
import { CustodyError, fileError } from './custody-error.ts'
import { writeDurably } from './durable-file.ts'

/** Who holds a folder, for the one who must wait. */
const Holder = z.strictObject({
  operator: z.string(),
  doing: z.string(),
  pid: z.int(),
  since: z.string(),
})
export type Holder = Readonly<z.infer<typeof Holder>>

/**
 * Holds a folder for one process, until disposed or until the process ends.
 * @throws CustodyError `folder-held` with who holds it
 */
export function holdFolder(folder: string, holder: Holder): Disposable {
  const path = join(folder, '.hold')
  const note = join(folder, '.holder.json')
  let lock: ProcessLock | null
  try {
    lock = lockFile(path)
  } catch (cause) {
    throw fileError(path, 'locked', cause)
  }
  if (lock === null) throw heldBy(folder, note)
  try {
    writeDurably(note, JSON.stringify(holder))
    return lock
  } catch (cause) {
    lock[Symbol.dispose]()
    throw cause
  }
}

function heldBy(folder: string, note: string): CustodyError {
  const holder = holderIn(note)
  const who =
    holder === null
      ? 'another process'
      : `${holder.operator} (${holder.doing}, process ${holder.pid}, since ${holder.since})`
  return new CustodyError('folder-held', `${folder} is held by ${who}; wait until that is done. Nothing was changed.`)
}

/** null: its note is being written at this moment, or is none. */
function holderIn(note: string): Holder | null {
  try {
    return Holder.safeParse(parseJson(readOutside(note, 'lease').toString('utf8'))).data ?? null
  } catch {
    return null
  }
}
