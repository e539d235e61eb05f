import { z } from 'zod'
import { eraseFile } from '../../custody/erase.ts'
import { openDesk, secretFiles } from './lot-desk.ts'
import { eraseSpool, spoolsOf } from './spool.ts'
import type { Workplace } from './workplace.ts'

export const EraseRequest = z.strictObject({ lot: z.string() })

/**
 * Erases a lot's secrets at a site: first the key, without which the rest is noise, then the encrypted units; each
 * overwritten in place, synchronised, unlinked; then what printer or laser had in their spools. Repeating a broken-off erasure ends it.
 */
export async function eraseLot(workplace: Workplace, { lot }: z.infer<typeof EraseRequest>) {
  using desk = await openDesk(workplace, lot, 'erase', 'continue')
  const { ledger } = desk
  if (!ledger.progress.hasBeen('erasing')) ledger.write('erasing', 'all')
  const all = [...ledger.progress.units, ...ledger.progress.scrapped]
  const stores = secretFiles(desk).map(path => eraseFile(path, workplace.random))
  const spools = spoolsOf(desk.folder).flatMap(folder => eraseSpool(folder, all, workplace.random))
  const erased = [...stores, ...spools].filter(bytes => bytes > 0)
  const bytes = erased.reduce((sum, size) => sum + size, 0)
  ledger.write('erased', 'all', { files: erased.length, bytes })
  return { lot, files: erased.length, bytes, driveMustBeDestroyed: ledger.progress.settings.drives === 'destroyed' }
}
