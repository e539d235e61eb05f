import { canonicalJson } from '../../custody/canonical-json.ts'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import { judgedIn } from '../../record/journal-kinds.ts'
import { judgedByIn, slimIn } from '../release/lot-rows.ts'
import { entryFaults, recordFaults, rigFaults } from '../release/record-faults.ts'
import type { Calling, CardTrials } from './attribute-study.ts'
import type { GaugePlannedFacts, TrialsBy } from './gauge-kinds.ts'

/** What a card is known to be. */
export type Truths = ReadonlyMap<string, 'good' | 'bad'>

/**
 * What the journal says that a rig said of known cards since it was planned: every visit is a trial, none is left out, by whichever
 * copy of their lot file.
 */
export class RigTrials {
  readonly #plan: GaugePlannedFacts & { readonly index: number }
  readonly #said: Map<string, Calling[]>
  readonly #by = new Map<string, TrialsBy>()
  readonly #photographs = new Set<string>()
  /** Visits in which no card was recognised: neither accepted nor refused, but seen. */
  #nameless = 0
  #elsewhere = 0

  constructor(plan: GaugePlannedFacts & { readonly index: number }, truths: Truths) {
    this.#plan = plan
    this.#said = new Map([...truths.keys()].map(card => [card, []]))
  }

  take(entry: JournalEntry): void {
    const { index, kind, unit, station, facts } = entry
    const record = slimIn(entry)
    const { index: since, rig, station: at, recordsSha256 } = this.#plan
    if (kind !== 'inspection' || index < since || station !== at || record === null) return
    const said = unit === null ? undefined : this.#said.get(unit)
    const judged = judgedByIn(entry)
    if (record.rig.name !== rig) this.#elsewhere += said === undefined ? 0 : 1
    else if (said !== undefined || (unit === null && judged.recordsSha256 === recordsSha256)) {
      const { verdict } = judgedIn(facts)
      const calling = verdict === 'PASS' ? 'good' : verdict === 'FAIL' ? 'bad' : 'unread'
      if (this.#isRepeated(entry, calling)) return
      if (said === undefined) this.#nameless++
      else said.push(calling)
      this.#madeBy(entry)
    }
  }

  /** The same photographs, judged alike, are no second trial. The twin draws a card the same each time. */
  #isRepeated(entry: JournalEntry, calling: Calling): boolean {
    const { photographs, rig } = slimIn(entry)!
    const key = [calling, ...photographs.map(({ id }) => id)].join(' ')
    const isKnown = rig.kind !== 'virtual' && photographs.length > 0 && this.#photographs.has(key)
    this.#photographs.add(key)
    return isKnown
  }

  #madeBy(entry: JournalEntry): void {
    const record = slimIn(entry)!
    const { rig, product, planSha256 = null } = record
    const faults = [
      ...recordFaults(record, undefined),
      ...rigFaults(record, entry, rig.kind === 'virtual'),
      ...entryFaults(record, entry),
    ]
    const { profileSha256 } = judgedByIn(entry)
    const by = { kind: rig.kind, product, profileSha256, planSha256, faults: faults.map(([, clause]) => clause) }
    this.#by.set(canonicalJson(by), by)
  }

  /** How the trials were made. */
  get made(): { readonly by: readonly TrialsBy[]; readonly elsewhere: number } {
    return { by: [...this.#by.values()], elsewhere: this.#elsewhere }
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
