import type { JournalReader } from '../custody/journal/journal.ts'
import { evidenceIn } from '../lots/release/lot-evidence.ts'
import type { PlannedFacts } from '../lots/release/lot-kinds.ts'
import { LotRows } from '../lots/release/lot-rows.ts'
import { lotsBefore } from '../lots/release/lots-before.ts'
import { type Fate, outcomesOf } from '../lots/release/unit-outcome.ts'
import type { Inspection } from '../lots/sampling/switching.ts'
import { breathing } from './breathing.ts'
import type { LotOnDesk } from './lot-view.ts'

/** What a lot comes to as it stands, and how strictly it is inspected. */
export interface LotCount {
  /** What becomes of each of the units. */
  readonly quantities: Readonly<Record<Fate | 'made', number>>
  /** Of those to ship, how many count as something else than PASS, or were not seen. */
  readonly notGood: number
  /** What the plan opens; null where none is planned, or none is opened. */
  readonly opening: Pick<NonNullable<PlannedFacts['opening']>, 'basis' | 'sample' | 'accept' | 'reject'> | null
  /** How the product's next lot is inspected at the least, after those that were decided; null where no plan says the product. */
  readonly next: { readonly decided: number; readonly inspection: Inspection } | null
}

/**
 * By what the journal says now, as a release of the lot would count it. It is no release: nothing is verified, and nobody has counted.
 * @returns null of a lot without a name, which nobody releases
 */
export async function lotCount(
  journal: JournalReader,
  { lot, recordsSha256, units }: LotOnDesk,
): Promise<LotCount | null> {
  if (lot === null) return null
  const identity = { lot, recordsSha256, serials: units.map(({ serial }) => serial) }
  const taken = new LotRows(identity)
  for await (const entry of breathing(journal.entries())) taken.take(entry)
  const evidence = await evidenceIn(taken.rows, identity)
  const plan = evidence.plans[0]?.facts ?? null
  const outcomes = outcomesOf(evidence, new Set(evidence.draws[0]?.facts.sample))
  const count = (fate: Fate) => outcomes.filter(unit => unit.fate === fate).length
  return {
    quantities: {
      made: outcomes.length,
      shipped: count('shipped'),
      opened: count('opened'),
      scrapped: count('scrapped'),
      held: count('held'),
    },
    notGood: outcomes.filter(({ fate, verdict }) => fate === 'shipped' && verdict !== 'PASS').length,
    opening: plan?.opening ?? null,
    next: plan === null ? null : await lotsBefore(journal, plan, breathing),
  }
}
