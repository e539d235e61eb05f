import type { JournalEntry } from '../../custody/journal/entry.ts'
import { DrawnFacts, OutFacts } from './lot-kinds.ts'

/** What another lot of the same journal did with units of this one. */
export interface Elsewhere {
  readonly lot: string
  readonly as: 'scrapped' | 'drawn'
  readonly units: readonly string[]
}

/** Of an entry about another lot what it says of these units; null where it says nothing that they cannot undo. */
export function elsewhereIn(
  { kind, facts: { signature: _, ...facts } }: Pick<JournalEntry, 'kind' | 'facts'>,
  own: ReadonlySet<string>,
): Elsewhere | null {
  const told = (as: Elsewhere['as'], lot: string, named: readonly string[]): Elsewhere | null => {
    const units = named.filter(unit => own.has(unit))
    return units.length === 0 ? null : { lot, as, units }
  }
  if (kind === 'lot-sample-drawn') {
    const drawn = DrawnFacts.safeParse(facts).data
    return drawn === undefined ? null : told('drawn', drawn.lot, drawn.sample)
  }
  const out = kind === 'lot-unit-out' ? OutFacts.safeParse(facts).data : undefined
  return out?.as === 'scrapped' ? told('scrapped', out.lot, [out.unit]) : null
}
