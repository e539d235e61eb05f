import type { Said } from '../../custody/journal/entry.ts'
import type { Journal, JournalReader } from '../../custody/journal/journal.ts'
import { ClosedFacts } from '../../lots/release/lot-kinds.ts'
import { type LotIdentity, type LotRow, LotRows, slimIn } from '../../lots/release/lot-rows.ts'
import type { ReleaseDocument } from '../../lots/release/release-record.ts'
import { factsOfLot, LotReleaseError } from './release-entry.ts'

/** What the journal closed a lot as last; null where it never did. */
export async function lastClosed(journal: Pick<JournalReader, 'entriesOn'>, lot: string) {
  return (
    (await factsOfLot(journal, lot, 'lot-closed', facts => ClosedFacts.safeParse(facts).data ?? null)).at(-1) ?? null
  )
}

/**
 * The first thing that was said of a lot since, which another closing would take into account; null where nothing was.
 * @param size entries of the journal that a closing took into account
 */
export async function newsOfLot(
  journal: Pick<JournalReader, 'entries'>,
  lot: LotIdentity,
  size: number,
  isRehearsal: boolean,
): Promise<LotRow | null> {
  const since = new LotRows(lot)
  for await (const entry of journal.entries(size)) since.take(entry)
  const isNews = ({ kind, facts }: LotRow) =>
    kind === 'golden-card'
      ? slimIn({ facts })?.verdict !== 'PASS' && !isRehearsal
      : // That secrets of some card were shown is told, and no decision hangs on it, nor on which rig something else was seen; whoever
        // signs has to be in the register still.
        !/^(?:lot-closed|lot-signed|gauge-planned|person-added|person-retired|secrets-revealed|rig-seen)$/.test(kind)
  return since.rows.find(isNews) ?? null
}

/** @throws LotReleaseError `lot-changed` where something was said of the lot since the journal was looked at */
export async function refuseNews(
  journal: Pick<JournalReader, 'entries'>,
  { lot, recordsSha256, serials, head, rehearsal }: ReleaseDocument,
  undone: string,
): Promise<void> {
  const news = await newsOfLot(journal, { lot, recordsSha256, serials }, head.size, rehearsal)
  if (news !== null)
    throw new LotReleaseError(
      'lot-changed',
      `Since the lot was looked at the journal has a new entry about it (${news.index}, ${news.kind}): close it again. ${undone}`,
    )
}

/**
 * While a folder is written, or somebody thinks of a passphrase, a unit may fail: nothing is said of a release over what was said of its lot by
 * then.
 */
export async function appendWhileCurrent(
  journal: Journal,
  document: ReleaseDocument,
  said: Said,
  undone: string,
): Promise<void> {
  for (;;) {
    const { size } = (await journal.head())!
    await refuseNews(journal, document, undone)
    if ((await journal.appendAfter(size, said)) !== null) return
  }
}
