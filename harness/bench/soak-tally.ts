import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Verdict } from '../core/verdict.ts'
import { type InspectionRecord, parseRecord } from '../record/inspection-record.ts'

/** What is kept of one inspection of the soak: a thousand whole records would look like a leak. */
export interface SoakVisit {
  readonly serial: string
  readonly expected: readonly Verdict[]
  readonly fault: string | null
  readonly verdict: Verdict
  /** The unit that the record names, or null. */
  readonly unit: string | null
  /** Tells its record from all others. */
  readonly key: string
  readonly retries: number
}

/** @param planned which unit lay there, what is right for it, and what was done to the rig */
export function visitOf(
  record: InspectionRecord,
  planned: Pick<SoakVisit, 'serial' | 'expected' | 'fault'>,
): SoakVisit {
  const { verdict, unit, captureRetries } = record
  const { serial, expected, fault } = planned
  return { serial, expected, fault, verdict, unit, key: keyOf(record), retries: captureRetries.length }
}

/** A verdict that may never be: a bad unit passed, a good one failed, or a unit taken for another. */
export function isWrong({ serial, expected, verdict, unit }: SoakVisit): boolean {
  if (unit !== null && unit !== serial) return true
  return (verdict === 'PASS' || verdict === 'FAIL') && !expected.includes(verdict)
}

/** Records on disk against inspections made: by their content, not by their names. */
export function countRecords(
  folder: string,
  visits: readonly SoakVisit[],
): { readonly lost: number; readonly doubled: number } {
  const written = readdirSync(folder).map(file => keyOf(parseRecord(readFileSync(join(folder, file), 'utf8'))))
  const kept = new Set(written)
  const made = new Set(visits.map(({ key }) => key))
  return { lost: [...made].filter(key => !kept.has(key)).length, doubled: written.length - kept.size }
}

const keyOf = ({ operator, started, unit }: InspectionRecord): string => `${operator} ${started} ${unit}`
