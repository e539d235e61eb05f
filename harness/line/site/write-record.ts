import { z } from 'zod'
import { writeDurably } from '../../custody/durable-file.ts'
import { AnswerManifest, RequestManifest } from '../courier/manifests.ts'
import { lotRecordText } from '../lot/lot-record.ts'
import { openDesk } from './lot-desk.ts'
import { keptManifest } from './lot-manifests.ts'
import type { Workplace } from './workplace.ts'

export const RecordRequest = z.strictObject({ lot: z.string(), release: z.boolean() })

/**
 * Writes the lot record from what both sites signed; at site A with `release`, closes the lot first. Both sites need it:
 * it is what the stations inspect against.
 * @throws LineError `step-out-of-order` when units have steps before them, `lot-doubled`, `lot-not-dense`
 */
export async function writeRecord(workplace: Workplace, { lot, release }: z.infer<typeof RecordRequest>) {
  using desk = await openDesk(workplace, lot, release ? 'release' : 'record', 'continue')
  const { ledger } = desk
  const request = keptManifest(desk, 'request.json', RequestManifest)
  const answer = keptManifest(desk, 'answer.json', AnswerManifest)
  const { scrapped } = ledger.progress
  const content = { request, answer, scrapped, symbols: ledger.find('made')?.body.facts.symbols ?? null }
  // Checked before the lot is closed: what cannot be recorded is not released.
  lotRecordText({ ...content, released: false, heads: {} })
  if (release && !ledger.progress.hasBeen('released')) {
    ledger.write('released', 'all', { count: ledger.progress.units.length })
  }
  const peerHead = ledger.entries.findLast(({ body }) => body.facts.peerHead != null)?.body.facts.peerHead
  const [here, there] = workplace.site === 'A' ? ['A', 'B'] : ['B', 'A']
  const heads = { [here]: ledger.head ?? undefined, [there]: peerHead ?? undefined }
  const released = ledger.progress.hasBeen('released')
  const record = desk.outbox(`${lot}.lot.json`)
  writeDurably(record, lotRecordText({ ...content, released, heads }))
  return { lot, units: ledger.progress.units.length, record, released }
}
