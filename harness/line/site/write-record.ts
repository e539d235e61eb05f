import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { fileError } from '../../custody/custody-error.ts'
import { writeDurably } from '../../custody/durable-file.ts'
import { manifestHash, openEnvelope } from '../courier/envelope.ts'
import { AnswerManifest, RequestManifest } from '../courier/manifests.ts'
import { LineError } from '../line-error.ts'
import { lotRecordText } from '../lot/lot-record.ts'
import { LotDesk } from './lot-desk.ts'
import { readOptions } from './read-options.ts'
import type { Workplace } from './workplace.ts'

const RecordRequest = z.strictObject({ lot: z.string(), release: z.boolean() })

export interface WrittenRecord {
  readonly lot: string
  readonly units: number
  readonly record: string
  readonly released: boolean
}

/**
 * Writes the lot record from what both sites signed; at site A with `release`, closes the lot first. Both sites need it:
 * it is what the stations inspect against.
 * @throws LineError `step-out-of-order` when units have steps before them, `lot-doubled`, `lot-not-dense`
 */
export async function writeRecord(workplace: Workplace, options: unknown): Promise<WrittenRecord> {
  const { lot, release } = readOptions(RecordRequest, options)
  using desk = await LotDesk.open(workplace, lot, release ? 'release' : 'record', 'continue')
  const { ledger, identity, peer } = desk
  const [requestOf, answerOf] =
    workplace.site === 'A' ? (['sent', 'answered'] as const) : (['received', 'sent'] as const)
  const [requestSigner, answerSigner] =
    workplace.site === 'A' ? [identity.card.publicKey, peer.publicKey] : [peer.publicKey, identity.card.publicKey]
  const request = openEnvelope(keptManifest(desk, 'request.json', requestOf), requestSigner, RequestManifest)
  const answer = openEnvelope(keptManifest(desk, 'answer.json', answerOf), answerSigner, AnswerManifest)
  const scrapped = ledger.progress.scrapped
  const content = { request, answer, scrapped, symbols: ledger.find('made')?.body.facts.symbols ?? null }
  // Checked before the lot is closed: what cannot be recorded is not released.
  lotRecordText({ ...content, released: false, heads: {} })
  if (release && !ledger.progress.hasBeen('released'))
    ledger.write('released', 'all', { count: ledger.progress.units.length })
  const own = ledger.head
  const other = ledger.entries.findLast(({ body }) => body.facts.peerHead != null)?.body.facts.peerHead
  const heads =
    workplace.site === 'A'
      ? { ...(own ? { A: own } : {}), ...(other ? { B: other } : {}) }
      : { ...(own ? { B: own } : {}), ...(other ? { A: other } : {}) }
  const released = ledger.progress.hasBeen('released')
  const record = desk.outbox(`${lot}.lot.json`)
  writeDurably(record, lotRecordText({ ...content, released, heads }))
  return { lot, units: ledger.progress.units.length, record, released }
}

/** Keeps a manifest in the lot's folder: the lot record is made of it. */
export function keepManifest(desk: LotDesk, name: 'request.json' | 'answer.json', text: string): void {
  writeDurably(join(desk.folder, name), text)
}

/** A kept manifest, if it is still the one that the ledger has the hash of. */
function keptManifest(
  desk: LotDesk,
  name: 'request.json' | 'answer.json',
  step: 'sent' | 'answered' | 'received',
): string {
  const entry = desk.ledger.find(step)
  if (entry === null)
    throw new LineError(
      'step-out-of-order',
      `The lot ${desk.lot} has no record yet: the sites have not exchanged their manifests.`,
    )
  const path = join(desk.folder, name)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw fileError(path, 'read', cause)
  }
  if (manifestHash(text) !== entry.body.facts.manifest) {
    throw new LineError('manifest-changed', `${path} is not the manifest that the ledger names. Put it back as it was.`)
  }
  return text
}
