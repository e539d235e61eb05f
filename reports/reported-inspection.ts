import { worst } from '../harness/core/verdict.ts'
import type { Verdict } from '../harness/core/vocabulary.ts'
import type { InspectionRecord } from '../harness/record/inspection-record.ts'

/** A piece of a photograph with its secrets blacked out, as the report shows it. */
export interface ReportPicture {
  /** The mark that it shows, or `card` for the whole front. */
  readonly of: string
  readonly mediaType: string
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
  readonly masked: boolean
}

/** An inspection record with its pictures. */
export interface ReportedInspection {
  readonly record: InspectionRecord
  /** Whose card it is where the record names no unit, since an alarm ended it before; null where nobody knows. */
  readonly serial?: string | null
  /** Names of the photographs' files; none where a rig took them. */
  readonly files?: readonly string[]
  /** Which attempt of the unit at the station it is, from 1. */
  readonly attempt?: number
  /** Which other attempt, shown beside it, counts in its place, in a sentence; null where none does. */
  readonly settledBecause?: string | null
  /** Where the unit stands, whatever this inspection says; null where nothing worse than this inspection counts. */
  readonly stands?: { readonly verdict: Verdict; readonly because: string } | null
  /** Left out: of such inspections none are shown. None, or null: there are none here. */
  readonly pictures?: readonly ReportPicture[] | null
  /** One more sentence about the unit, e.g. what a demonstration had planted in it, or that it is spent. */
  readonly remark?: string | null
}

/** Which unit an inspection is of, as far as anybody knows. */
export const unitOf = ({ record, serial = null }: Pick<ReportedInspection, 'record' | 'serial'>): string | null =>
  record.unit ?? serial

/** A file, or a scanned card, that was put before Assay and has no record. */
export interface ReportedFile {
  readonly file: string
  readonly code: string
  /** Why it was not judged. */
  readonly because: string
  /** It counts elsewhere: the same picture was judged, or the file was judged by a later run. */
  readonly isSettled: boolean
}

/** What counts of a unit after this inspection. */
export function countingVerdict({ record, stands = null }: Pick<ReportedInspection, 'record' | 'stands'>): Verdict {
  return stands === null ? record.verdict : worst([record.verdict, stands.verdict])
}

/** «It counts as failed: …», where something worse than the inspection itself counts; else null. */
export function countsSentence(inspection: Pick<ReportedInspection, 'record' | 'stands'>): string | null {
  const { record, stands = null } = inspection
  if (stands === null || countingVerdict(inspection) === record.verdict) return null
  return `It counts as ${stands.verdict === 'FAIL' ? 'failed' : stands.verdict}: ${stands.because}`
}
