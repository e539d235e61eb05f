import type { JournalReader } from '../../custody/journal/journal.ts'
import { DecoyFacts, PlannedFacts } from '../../lots/release/lot-kinds.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { factsOfLot } from './release-entry.ts'

/** Whether a session at a station was tried with a decoy, where the lot's plan asks for that. */
export interface SessionDecoys {
  judged(record: Pick<InspectionRecord, 'unit' | 'verdict'>): void
  /** What whoever ran the session has to know, in a sentence; null where nothing is left out. Names no unit. */
  readonly leftOut: string | null
}

export async function decoysOfSession(
  journal: Pick<JournalReader, 'entriesOn'>,
  lot: string | null,
  station: string,
): Promise<SessionDecoys> {
  const plans =
    lot === null ? [] : await factsOfLot(journal, lot, 'lot-planned', said => PlannedFacts.safeParse(said).data ?? null)
  const isAsked = plans[0]?.facts.decoys.some(name => name === station) ?? false
  const said = isAsked
    ? await factsOfLot(journal, lot!, 'lot-decoy', facts => DecoyFacts.safeParse(facts).data ?? null)
    : []
  const decoys = new Set(said.flatMap(({ facts }) => (facts.station === station ? [facts.unit] : [])))
  let isTried = false
  return {
    judged: ({ unit, verdict }) => {
      if (unit !== null && decoys.has(unit) && verdict === 'FAIL') isTried = true
    },
    get leftOut() {
      return isAsked && !isTried
        ? `The plan asks for a decoy in every session at ${station}, and none was refused in this one: the lot is not released on what was judged in it.`
        : null
    },
  }
}
