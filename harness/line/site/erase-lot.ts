import { z } from 'zod'
import { eraseFile } from '../../custody/erase.ts'
import { LotDesk } from './lot-desk.ts'
import { readOptions } from './read-options.ts'
import { eraseSpool, spoolsOf } from './spool.ts'
import type { Workplace } from './workplace.ts'

const EraseRequest = z.strictObject({ lot: z.string() })

export interface ErasedLot {
  readonly lot: string
  readonly files: number
  readonly bytes: number
  /** True when the lot's settings still want the drive destroyed before a witness. */
  readonly driveMustBeDestroyed: boolean
}

/**
 * Erases a lot's secrets at a site: first the key, without which the rest is noise, then the encrypted units; each
 * overwritten in place, synchronised, unlinked; then what printer or laser had in their spools. Repeating a broken-off erasure ends it.
 */
export async function eraseLot(workplace: Workplace, options: unknown): Promise<ErasedLot> {
  const { lot } = readOptions(EraseRequest, options)
  using desk = await LotDesk.open(workplace, lot, 'erase', 'continue')
  const { ledger } = desk
  if (!ledger.progress.hasBeen('erasing')) ledger.write('erasing', 'all')
  const all = [...ledger.progress.units, ...ledger.progress.scrapped]
  const stores = desk.secretFiles.map(path => eraseFile(path, workplace.random))
  const spools = spoolsOf(desk.folder).flatMap(folder => eraseSpool(folder, all, workplace.random))
  const erased = [...stores, ...spools].filter(bytes => bytes > 0)
  const bytes = erased.reduce((sum, size) => sum + size, 0)
  ledger.write('erased', 'all', { files: erased.length, bytes })
  return { lot, files: erased.length, bytes, driveMustBeDestroyed: ledger.progress.settings.drives === 'destroyed' }
}
