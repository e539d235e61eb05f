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
  readonly pictures?: readonly ReportPicture[]
  /** One more sentence about the unit, e.g. what a demonstration had planted in it. */
  readonly remark?: string | null
}
