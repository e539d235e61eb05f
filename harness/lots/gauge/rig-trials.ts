import { canonicalJson } from '../../custody/canonical-json.ts'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import { judgedIn } from '../../record/journal-kinds.ts'
import { judgedByIn, type SlimRecord, slimIn } from '../release/lot-rows.ts'
import { entryFaults, recordFaults, rigFaults } from '../release/record-faults.ts'
import { calibratedRig } from '../release/rig-seen.ts'
import type { Calling, CardTrials } from './attribute-study.ts'
import type { GaugePlannedFacts, TrialsBy } from './gauge-kinds.ts'

/** What a card is known to be. */
export type Truths = ReadonlyMap<string, 'good' | 'bad'>

/** What was said of a card, or of none that was recognised. */
interface Look {
  readonly card: string | null
  readonly calling: Calling
  readonly rig: SlimRecord['rig']
  readonly photographs: readonly string[]
  readonly by: TrialsBy
}

/**
 * What the journal says that a rig said of known cards since it was planned: every visit is a trial, none is left out, by whichever
 * copy of their lot file and by whichever name of the rig. A rig is its calibration: of another name by the same one it is the same.
 */
export class RigTrials {
  readonly #plan: GaugePlannedFacts & { readonly index: number }
  readonly #truths: Truths
  readonly #looks: Look[] = []

  constructor(plan: GaugePlannedFacts & { readonly index: number }, truths: Truths) {
    this.#plan = plan
    this.#truths = truths
  }

  take(entry: JournalEntry): void {
    const { index, kind, unit, station, facts } = entry
    const record = slimIn(entry)
    const { index: since, station: at, recordsSha256 } = this.#plan
    if (kind !== 'inspection' || index < since || station !== at || record === null) return
    const isKnown = unit !== null && this.#truths.has(unit)
    const isNameless = unit === null && judgedByIn(entry).recordsSha256 === recordsSha256
    if (!isKnown && !isNameless) return
    const { verdict } = judgedIn(facts)
    const calling = verdict === 'PASS' ? 'good' : verdict === 'FAIL' ? 'bad' : 'unread'
    const { rig, photographs } = record
    const photographIds = photographs.map(({ id }) => id)
    this.#looks.push({ card: unit, calling, rig, photographs: photographIds, by: madeBy(entry, record) })
  }

  /** Looks by the rig, whatever its name was, in their order, and how many of its cards were by another one. */
  get #trials(): { readonly trials: readonly Look[]; readonly elsewhere: number } {
    const isNamed = ({ rig }: Look) => rig.name === this.#plan.rig
    const calibrations = new Set(
      this.#looks.filter(isNamed).flatMap(({ rig }) => calibratedRig(rig)?.calibration ?? []),
    )
    const isOfRig = (look: Look) => isNamed(look) || calibrations.has(calibratedRig(look.rig)?.calibration ?? '')
    const seen = new Set<string>()
    /** The same photographs, judged alike, are no second trial. The twin draws a card the same each time. */
    const isNew = ({ rig, calling, photographs }: Look) => {
      const key = [calling, ...photographs].join(' ')
      const isKnown = rig.kind !== 'virtual' && photographs.length > 0 && seen.has(key)
      seen.add(key)
      return !isKnown
    }
    const elsewhere = this.#looks.filter(look => look.card !== null && !isOfRig(look)).length
    return { trials: this.#looks.filter(isOfRig).filter(isNew), elsewhere }
  }

  /** How the trials were made. */
  get made(): { readonly by: readonly TrialsBy[]; readonly elsewhere: number } {
    const { trials, elsewhere } = this.#trials
    return { by: [...new Map(trials.map(({ by }) => [canonicalJson(by), by])).values()], elsewhere }
  }

  /** @returns the cards with their trials, or how many trials are left of which card */
  result(truths: Truths): { readonly cards: readonly CardTrials[] } | { readonly left: readonly string[] } {
    const { trials } = this.#trials
    // Visits in which no card was recognised: neither accepted nor refused, but seen.
    let spare = trials.filter(({ card }) => card === null).length
    const saidOf = Map.groupBy(trials, ({ card }) => card)
    const left: string[] = []
    const cards = [...truths].map(([card, truth]): CardTrials => {
      const said = (saidOf.get(card) ?? []).map(({ calling }) => calling)
      while (said.length < this.#plan.trials && spare-- > 0) said.push('unread')
      if (said.length < this.#plan.trials) left.push(`${card} ${said.length} of ${this.#plan.trials}`)
      return { card, truth, said }
    })
    return left.length > 0 ? { left } : { cards }
  }
}

function madeBy(entry: JournalEntry, record: SlimRecord): TrialsBy {
  const { rig, product, planSha256 = null } = record
  const faults = [
    ...recordFaults(record, undefined),
    ...rigFaults(record, entry, rig.kind === 'virtual'),
    ...entryFaults(record, entry),
  ]
  const { profileSha256 } = judgedByIn(entry)
  return { kind: rig.kind, product, profileSha256, planSha256, faults: faults.map(([, clause]) => clause) }
}
