import type { JournalEntry } from '../../custody/journal/entry.ts'
import { DrawnFacts } from './lot-kinds.ts'

/** The units of a lot that were drawn to be opened, by the last drawing; takes a journal entry by entry. */
export class DrawnSample {
  readonly #lot: string | null
  /** Null while none was drawn. */
  units: readonly string[] | null = null

  constructor(lot: string | null) {
    this.#lot = lot
  }

  take({ kind, facts }: JournalEntry): void {
    const said = kind === 'lot-sample-drawn' ? DrawnFacts.safeParse(facts).data : undefined
    if (said !== undefined && said.lot === this.#lot) this.units = said.sample
  }
}
