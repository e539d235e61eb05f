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
  /** Names of the photographs' files; none where a rig took them. */
  readonly files?: readonly string[]
  /** Which attempt of the unit at the station it is, from 1. */
  readonly attempt?: number
  /** Which other attempt, shown beside it, counts in its place, in a sentence; null where none does. */
  readonly settledBecause?: string | null
  /** Why the unit counts as failed, whatever this inspection says; null where it does not. */
  readonly failsBecause?: string | null
  /** null: there were some, and they are not here any more. */
  readonly pictures?: readonly ReportPicture[] | null
  /** One more sentence about the unit, e.g. what a demonstration had planted in it. */
  readonly remark?: string | null
}

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
export function countingVerdict({ record, failsBecause = null }: ReportedInspection): Verdict {
  return failsBecause === null ? record.verdict : worst([record.verdict, 'FAIL'])
}
