import type { JournalEntry } from '../../custody/journal/entry.ts'
import type { JournalReader } from '../../custody/journal/journal.ts'
import { judgedIn } from '../../record/journal-kinds.ts'
import { type Inspection, laxestAfter } from '../sampling/switching.ts'
import { ClosedFacts, DrawnFacts, PlannedFacts } from './lot-kinds.ts'

/** A lot of before, as far as the next one's inspection follows from it. */
interface LotBefore {
  readonly accept: number
  readonly reject: number
  readonly byTable: boolean
  drawn: readonly string[]
  /** Null while nobody decided. */
  accepted: boolean | null
}

/**
 * How the lots of a product came out that a table accepted, or anything refused. Rehearsals are none of real lots', nor the other way round.
 * @param paced lets others work between the entries of a long journal
 * @returns how many of them were decided, and how the next one is inspected at the least
 */
export async function lotsBefore(
  journal: Pick<JournalReader, 'entriesOn' | 'entriesAboutUnits'>,
  { product, rehearsal }: Pick<PlannedFacts, 'product' | 'rehearsal'>,
  paced: (entries: AsyncIterable<JournalEntry>) => AsyncIterable<JournalEntry> = entries => entries,
): Promise<{ readonly decided: number; readonly inspection: Inspection }> {
  const lots = new Map<string, LotBefore>()
  for await (const { kind, facts } of paced(journal.entriesOn('lots'))) {
    const { signature: _, ...said } = facts
    const plan = kind === 'lot-planned' ? PlannedFacts.safeParse(said).data : undefined
    if (plan?.opening && plan.product === product && plan.rehearsal === rehearsal && !lots.has(plan.lot))
      lots.set(plan.lot, { ...plan.opening, byTable: plan.opening.basis.by !== 'claim', drawn: [], accepted: null })
    const drawn = kind === 'lot-sample-drawn' ? DrawnFacts.safeParse(said).data : undefined
    const closed = kind === 'lot-closed' ? ClosedFacts.safeParse(said).data : undefined
    const its = lots.get((drawn ?? closed)?.lot ?? '')
    if (its && drawn) its.drawn = drawn.sample
    // What is held is not decided.
    if (its && closed) its.accepted = closed.decision === 'HELD' ? null : closed.decision === 'RELEASED'
  }
  const decided: { readonly accept: number; readonly accepted: boolean }[] = []
  for (const lot of lots.values()) {
    // Nobody makes a bad sample undone by not closing its lot.
    const accepted = lot.accepted ?? ((await badOf(journal, lot.drawn, paced)) >= lot.reject ? false : null)
    // What a claim accepted says nothing of a table; what it refused is refused by any.
    if (accepted !== null && (lot.byTable || !accepted)) decided.push({ accept: lot.accept, accepted })
  }
  return { decided: decided.length, inspection: laxestAfter(decided) }
}

/** How many units of a sample failed when they were opened. */
async function badOf(
  journal: Pick<JournalReader, 'entriesAboutUnits'>,
  sample: readonly string[],
  paced: (entries: AsyncIterable<JournalEntry>) => AsyncIterable<JournalEntry>,
): Promise<number> {
  const [drawn, bad] = [new Set(sample), new Set<string>()]
  if (drawn.size === 0) return 0
  for await (const { kind, unit, station, facts } of paced(journal.entriesAboutUnits(sample)))
    if (kind === 'inspection' && station === 'opened' && unit !== null && drawn.has(unit))
      if (judgedIn(facts).verdict === 'FAIL') bad.add(unit)
  return bad.size
}
