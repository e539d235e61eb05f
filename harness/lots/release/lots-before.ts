import type { JournalEntry } from '../../custody/journal/entry.ts'
import { type Inspection, laxestAfter } from '../sampling/switching.ts'
import { ClosedFacts, PlannedFacts } from './lot-kinds.ts'

/** Takes from a journal how the lots of a product came out that a table gave the sample of. */
export class LotsBefore {
  readonly #of: Pick<PlannedFacts, 'product' | 'rehearsal'>
  readonly #lots = new Map<string, { readonly accept: number; accepted: boolean | null }>()

  /** Rehearsals are none of real lots', nor the other way round. */
  constructor(of: Pick<PlannedFacts, 'product' | 'rehearsal'>) {
    this.#of = of
  }

  take({ kind, facts }: Pick<JournalEntry, 'kind' | 'facts'>): void {
    const { signature: _, ...said } = facts
    const { product, rehearsal } = this.#of
    const plan = kind === 'lot-planned' ? PlannedFacts.safeParse(said).data : undefined
    if (plan?.opening && plan.opening.basis.by !== 'claim' && plan.product === product && plan.rehearsal === rehearsal)
      this.#lots.set(plan.lot, this.#lots.get(plan.lot) ?? { accept: plan.opening.accept, accepted: null })
    const closed = kind === 'lot-closed' ? ClosedFacts.safeParse(said).data : undefined
    const its = closed && this.#lots.get(closed.lot)
    // What is held is not decided.
    if (its) its.accepted = closed.decision === 'HELD' ? null : closed.decision === 'RELEASED'
  }

  /** How many of them were decided, and how the next one is inspected at the least. */
  get next(): { readonly decided: number; readonly inspection: Inspection } {
    const decided = [...this.#lots.values()].flatMap(({ accept, accepted }) =>
      accepted === null ? [] : [{ accept, accepted }],
    )
    return { decided: decided.length, inspection: laxestAfter(decided) }
  }
}
