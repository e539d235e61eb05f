import type { JournalEntry } from '../../custody/journal/entry.ts'
import { judgedIn } from '../../record/journal-kinds.ts'
import type { Calling, CardTrials } from './attribute-study.ts'
import type { GaugePlannedFacts } from './gauge-kinds.ts'

/** What a card is known to be. */
export type Truths = ReadonlyMap<string, 'good' | 'bad'>

/** What the journal says that a rig said of known cards since it was planned: every visit is a trial, none is left out. */
export class RigTrials {
  readonly #plan: GaugePlannedFacts & { readonly index: number }
  readonly #said: Map<string, Calling[]>
  /** Visits in which no card was recognised: neither accepted nor refused, but seen. */
  #nameless = 0

  constructor(plan: GaugePlannedFacts & { readonly index: number }, truths: Truths) {
    this.#plan = plan
    this.#said = new Map([...truths.keys()].map(card => [card, []]))
  }

  take({ index, kind, unit, station, facts }: JournalEntry): void {
    const { judgedBy, record } = facts as {
      judgedBy?: { recordsSha256?: unknown }
      record?: { rig?: { name?: unknown } }
    }
    const { index: since, rig, station: at, recordsSha256 } = this.#plan
    if (kind !== 'inspection' || index < since || station !== at) return
    if (record?.rig?.name !== rig || judgedBy?.recordsSha256 !== recordsSha256) return
    const { verdict } = judgedIn(facts)
    if (unit === null) this.#nameless++
    else this.#said.get(unit)?.push(verdict === 'PASS' ? 'good' : verdict === 'FAIL' ? 'bad' : 'unread')
  }

  /** @returns the cards with their trials, or how many trials are left of which card */
  result(truths: Truths): { readonly cards: readonly CardTrials[] } | { readonly left: readonly string[] } {
    let spare = this.#nameless
    const left: string[] = []
    const cards = [...truths].map(([card, truth]): CardTrials => {
      const said = [...this.#said.get(card)!]
      while (said.length < this.#plan.trials && spare-- > 0) said.push('unread')
      if (said.length < this.#plan.trials) left.push(`${card} ${said.length} of ${this.#plan.trials}`)
      return { card, truth, said }
    })
    return left.length > 0 ? { left } : { cards }
  }
}
