import { createHash } from 'node:crypto'
import type { StationName } from '../../core/vocabulary.ts'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import type { JournalReader } from '../../custody/journal/journal.ts'
import type { PassRequest } from '../../line/site/pass-station.ts'
import { type Standing, standings } from '../../lots/attempts.ts'
import { type InspectionRecord, RecordError, recordIn, serialiseRecord } from '../../record/inspection-record.ts'
import { LineInputError } from './line-input.ts'

/** What units of a lot have to have been judged by. */
interface Asked {
  readonly lot: string
  readonly station: StationName
  /** The station's plan for the lot's product. */
  readonly plan: readonly string[]
}

/**
 * Where the units of a lot stand at a station, by a journal whose every entry was looked at: chained, signed by one key, and
 * each verdict worked out again. A record that lies in a folder, whoever made it, is none of them.
 * @throws LineInputError `journal-faulty`, `inspections-missing`
 */
export async function inspectionsOf(
  journal: JournalReader,
  { lot, station, plan }: Asked,
): Promise<Pick<PassRequest, 'inspections' | 'signer' | 'spent'>> {
  const { faults, signer } = await journal.verify()
  if (signer === null || faults.length > 0) {
    throw new LineInputError(
      'journal-faulty',
      `No unit passes by ${journal.place}: ${faults[0]?.sentence ?? 'it is empty'} (assay journal verify).`,
    )
  }
  const entries = await Array.fromAsync(journal.entries())
  const all = standings(entries)
  const destroyed = new Set(entries.flatMap(({ kind, unit }) => (kind === 'unit-destroyed' ? [unit] : [])))
  const inspections = all.filter(one => one.station === station).flatMap(one => neededOf(one, entries, lot, plan) ?? [])
  if (inspections.length === 0) {
    throw new LineInputError(
      'inspections-missing',
      `${journal.place} has no inspection of a unit of the lot ${lot} at the station ${station}: inspect with --records ${lot}.lot.json, or name the journal with --journal.`,
    )
  }
  const ofLot = all.filter(one => destroyed.has(one.unit) && neededOf(one, entries, lot, plan) !== null)
  return { inspections, signer, spent: [...new Set(ofLot.map(({ unit }) => unit))] }
}

/** Null of a unit that was never inspected as one of this lot. */
function neededOf(
  { unit, station, verdict, because, counts, attempts }: Standing,
  entries: readonly JournalEntry[],
  lot: string,
  plan: readonly string[],
): PassRequest['inspections'][number] | null {
  const counting = attempts.find(({ number }) => number === counts) ?? attempts.at(-1)!
  const records = attempts.flatMap(({ index }) => recordAt(entries, index) ?? [])
  if (records.every(record => record.lot !== lot)) return null
  const record = recordAt(entries, counting.index)
  const not =
    record === null
      ? 'its record cannot be read'
      : record.lot !== lot
        ? `it was last inspected as one of the lot ${record.lot ?? 'without a name'}`
        : plan.some(check => !record.plannedChecks.some(planned => planned === check))
          ? 'not every check of the station was planned'
          : null
  return {
    unit,
    station,
    product: record?.product ?? '',
    verdict: verdict === 'PASS' && not !== null ? 'INCONCLUSIVE' : verdict,
    because: not ?? because,
    at: counting.at,
    sha256: createHash('sha256')
      .update(record === null ? '' : serialiseRecord(record))
      .digest('hex'),
  }
}

/** Null of one that cannot be used: what counts of it is worked out with its standing. */
function recordAt(entries: readonly JournalEntry[], index: number): InspectionRecord | null {
  try {
    return recordIn(JSON.stringify(entries[index]?.facts['record'] ?? null))
  } catch (error) {
    if (error instanceof RecordError) return null
    throw error
  }
}
