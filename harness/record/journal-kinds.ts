import { z } from 'zod'
import { worst } from '../core/verdict.ts'
import { type Verdict, verdicts } from '../core/vocabulary.ts'
import { type InspectionRecord, verdictOf } from './inspection-record.ts'

/*
 * What inspections say in a journal. An entry names its kind; `unit` and `station` stand beside the facts. Entries are
 * read for as long as the journal lives, so old ones are read by what is used of them only.
 */

/** What an entry of the kind `inspection` holds: one visit of one unit to one station, as soon as it is judged. */
export interface InspectionFacts {
  readonly record: InspectionRecord
  /** Names of the photographs' files; empty where a rig took them. */
  readonly files: readonly string[]
  /** The folder that results were asked for in (`--out`); null for none. */
  readonly out: string | null
  /** The profile as it was used, the lot file's bytes, and the configuration file; null where there was none. */
  readonly judgedBy: {
    readonly profileSha256: string
    readonly recordsSha256: string | null
    readonly configuration: { readonly file: string; readonly sha256: string } | null
  }
}

/** `unreadable-file`: a file put before Assay that is no usable picture. `not-judged`: one that an ended run left over. */
export interface FileFacts {
  readonly file: string
  readonly code: string
  readonly message: string
  readonly out: string | null
}

/** What somebody decided of a unit: to inspect it again, or that it is and stays bad. */
const decisions = ['inspect-again', 'reject'] as const
export const DispositionFacts = z.strictObject({ decision: z.enum(decisions) })
export type Decision = (typeof decisions)[number]

/** What counts of an inspection's record, of whatever format. */
const Judged = z.looseObject({
  operator: z.string().nullish(),
  verdict: z.enum(verdicts),
  because: z.string(),
  findings: z.array(z.looseObject({ check: z.string(), verdict: z.enum(verdicts) })),
  plannedChecks: z.array(z.string()),
  alarm: z.looseObject({}).nullable(),
  error: z.looseObject({}).nullable(),
  // Since assay-inspection-5.
  unproved: z.array(z.looseObject({ holds: z.boolean(), accepted: z.boolean() })).default([]),
})

/** The verdict of an entry's record, worked out again from what stands in it; whichever is worse than stated counts. */
export function judgedIn(facts: Readonly<Record<string, unknown>>): {
  readonly verdict: Verdict
  readonly because: string
  readonly operator: string | null
} {
  const read = Judged.safeParse(facts['record'])
  if (!read.success) return { verdict: 'ERROR', because: 'The record cannot be read.', operator: null }
  const { verdict, because, operator } = read.data
  return {
    verdict: worst([verdict, verdictOf(read.data as unknown as InspectionRecord)]),
    because,
    operator: operator ?? null,
  }
}
