import { z } from 'zod'
import type { LotIdentity, LotRow } from './lot-rows.ts'

/** What is wrong with a journal as a whole: at which entry, and what, as a clause. A clock that ran back can be explained; nothing else. */
export const FaultOfJournal = z.strictObject({ entry: z.int().min(0), isClock: z.boolean(), sentence: z.string() })
export type FaultOfJournal = z.infer<typeof FaultOfJournal>

/** All that a decision is worked out from. */
export interface LotFacts {
  readonly lot: LotIdentity
  readonly rows: readonly LotRow[]
  readonly journalFaults: readonly FaultOfJournal[]
  /** Units that lie there to be shipped, as somebody counted them. */
  readonly counted: number
  /** Units that passed with an address that is none of their key by the lot file, as whoever had the file found. */
  readonly otherAddresses: readonly string[]
}
