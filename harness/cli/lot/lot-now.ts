import { printable } from '../../core/printable.ts'
import type { JournalReader } from '../../custody/journal/journal.ts'
import type { TreeHead } from '../../custody/journal/tree-head.ts'
import type { FaultOfJournal } from '../../lots/release/lot-facts.ts'
import { type LotIdentity, LotRows } from '../../lots/release/lot-rows.ts'
import type { ReadLot } from './read-lot-of.ts'
import { requireLotName } from './release-entry.ts'

/** What a journal says of a lot, up to its head. */
export interface LotNow {
  readonly head: TreeHead
  readonly taken: LotRows
  readonly journalFaults: readonly FaultOfJournal[]
}

/** The lot by its file. @throws LotReleaseError `lot-name` */
export const identityOf = ({ lot, recordsSha256 }: ReadLot, file: string): LotIdentity => ({
  lot: requireLotName(lot.lot, printable(file)),
  recordsSha256,
  serials: lot.units.map(({ serial }) => serial),
})

/** Reads and verifies the whole journal. @param kept heads that were kept outside of it. @throws the signal's reason */
export async function lotNow(
  journal: JournalReader,
  lot: LotIdentity,
  kept: readonly TreeHead[],
  signal: AbortSignal,
): Promise<LotNow> {
  const head = (await journal.head())!
  const taken = new LotRows(lot)
  const { faults } = await journal.verify([head, ...kept], entry => {
    signal.throwIfAborted()
    // What is written meanwhile is not part of it.
    if (entry.index < head.size) taken.take(entry)
  })
  const journalFaults = faults.map(({ index, kind, sentence }) => ({
    entry: index,
    isClock: kind === 'time',
    sentence,
  }))
  return { head, taken, journalFaults }
}
