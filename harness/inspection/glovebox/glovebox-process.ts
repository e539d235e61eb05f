import { flushCompileCache } from 'node:module'
import { becomePrivate } from '../../core/private-process.node.ts'
import { Secret } from '../../core/secret.ts'
import { PassphraseTally } from '../../lots/passphrases/passphrase-tally.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { roleOf } from '../../products/role.ts'
import type { LotFile } from '../../products/unit-record.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { makeReadingKey, openReading } from '../../vision/pool/sealed-reading.ts'
import { revived, wireError } from '../../vision/pool/wire-error.ts'
import { readingsInClear, type SealedSeen } from '../evidence.ts'
import { inspectUnit } from '../inspect-unit.ts'
import type { PhotographSeen } from '../inspection-request.ts'
import type { FromGlovebox, SentEvidence, SentInspection, ToGlovebox } from './glovebox-wire.ts'

/*
 * Where secrets are worked with: readings are opened here and nowhere else, units are judged here, and what was in view is sealed here.
 * Records and sealed files go out. Nothing is kept from one unit to the next but the lot's public records.
 */

const key = makeReadingKey()
let lot: LotFile | null = null
/** Over the run's etched units: null where the product has none of its maker. */
let tally: PassphraseTally | null | undefined

/** What was asked of the main process, and is not answered yet: one question at a time for each request. */
const questions = new Map<number, PromiseWithResolvers<unknown>>()
const stops = new Map<number, AbortController>()

// A parent that is gone needs no answer.
const tell = (message: FromGlovebox) => void process.send!(message, undefined, {}, () => {})

async function ask<Answer>(id: number, question: FromGlovebox): Promise<Answer> {
  const asked = Promise.withResolvers<unknown>()
  questions.set(id, asked)
  tell(question)
  return (await asked.promise) as Answer
}

const open = ({ sealed, ...seen }: SealedSeen): PhotographSeen => ({ ...seen, reading: openReading(sealed, key) })

function wipe(seen: Iterable<PhotographSeen | null>): void {
  for (const one of seen) for (const { text } of one?.reading.marks ?? []) if (text instanceof Secret) text.dispose()
}

async function inspect(
  id: number,
  { photographs, captureRetries, started, ...request }: SentInspection,
): Promise<InspectionRecord> {
  const stop = new AbortController()
  stops.set(id, stop)
  const opened: PhotographSeen[] = []
  try {
    const record = await inspectUnit({
      ...request,
      started,
      photographs: async () => {
        for (const one of photographs) opened.push(open(one))
        return opened
      },
      records: async () => await ask<LotFile>(id, { id, wants: 'records' }),
      onReadingsWritten: async written => await ask(id, { id, written }),
      captureRetries: () => captureRetries,
      // The main process, whose clock it is, says when it ended.
      clock: () => started,
      signal: stop.signal,
    })
    count(record, request.profile, opened)
    return record
  } finally {
    stops.delete(id)
    wipe(opened)
  }
}

/** Only of units that passed: what was misread is no word on who makes passphrases. */
function count({ unit, station, verdict }: InspectionRecord, profile: ProductProfile, seen: readonly PhotographSeen[]) {
  if (unit === null || station !== 'etched' || verdict !== 'PASS') return
  tally ??= PassphraseTally.of(profile)
  const names = new Set(profile.marks.flatMap(mark => (roleOf(mark) === 'passphrase' ? [mark.name] : [])))
  for (const { mark, text } of seen.flatMap(({ reading }) => reading.marks)) {
    if (names.has(mark) && text instanceof Secret) return tally?.take(unit, text)
  }
}

async function seal({ files, started, sealedReadings }: SentEvidence, recipients: readonly string[]) {
  // Only where there is a vault.
  const { parseRecipient } = await import('../../custody/vault/seal.ts')
  const { sealFiles } = await import('../../custody/vault/vault.ts')
  const seen = sealedReadings?.map(one => (one === null ? null : openOrNull(one))) ?? null
  const readings = seen === null ? [] : [readingsInClear(seen)]
  // The record stays the last.
  const whole = [...files.slice(0, -1), ...readings, ...files.slice(-1)]
  try {
    return await sealFiles(whole, started, recipients.map(parseRecipient))
  } finally {
    wipe(seen ?? [])
    for (const { bytes } of whole) bytes.fill(0)
  }
}

/** What was sealed for a process that is gone: the photographs show it all the same. */
function openOrNull(sealed: SealedSeen): PhotographSeen | null {
  try {
    return open(sealed)
  } catch {
    return null
  }
}

async function work(message: ToGlovebox): Promise<FromGlovebox | null> {
  const { id } = message
  if ('inspect' in message) return { id, record: await inspect(id, message.inspect) }
  if ('seal' in message) return { id, sealed: await seal(message.seal, message.recipients) }
  if ('count' in message) return { id, counts: tally?.counts ?? null }
  if ('stop' in message) stops.get(id)?.abort()
  else if ('refused' in message) questions.get(id)?.reject(revived(message.refused))
  else if ('records' in message) {
    // Kept also where nobody waits for it any more: the next null means this one.
    lot = message.records ?? lot
    questions.get(id)?.resolve(lot)
  } else questions.get(id)?.resolve(undefined)
  return null
}

process.on('message', (message: ToGlovebox) => {
  void work(message)
    .catch((error: unknown): FromGlovebox => ({ id: message.id, failed: wireError(error) }))
    .then(reply => {
      if (reply === null) return
      questions.delete(message.id)
      tell(reply)
      // What strings held of the unit is let go of now, not at the engine's leisure.
      setImmediate(() => globalThis.gc?.())
    })
})
// The parent decides what an interruption means; without a parent there is nothing left to do.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())
tell({ publicKey: key.publicKey, holds: await becomePrivate() })
// Killed when its work is done, it would keep none of its compiled source for the next.
flushCompileCache()
