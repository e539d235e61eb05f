import { worst } from '../core/verdict.ts'
import type { Verdict } from '../core/vocabulary.ts'
import type { JournalEntry } from '../custody/journal/entry.ts'
import { People } from '../custody/journal/people.ts'
import { recordIn } from '../record/inspection-record.ts'
import { SpotCheckEntry, SpotCheckStepEntry, type SpotCheckStepFacts } from '../record/journal-kinds.ts'
import { inspectorRoles } from './inspector.ts'

/** Kind of the entry by which a person ends a spot check whose unit cannot be read on: it is spent, and proved nothing. */
export const spotCheckUnread = 'spot-check-unread'

/** A spot check as the journal has it. */
export interface KnownSpotCheck {
  readonly unit: string
  /** It was broken off, and goes on. */
  readonly isOpen: boolean
  /** Does the journal say that it is spent? A run that was killed after the first step has not said it yet. */
  readonly isDestroyed: boolean
  readonly done: readonly SpotCheckStepFacts[]
  /** Who said that the unit cannot be read (null: a person without a name, or the twin), and why; null where nobody did. */
  readonly unread: { readonly who: string | null; readonly why: string } | null
  /** What the whole came to; null while it is open. */
  readonly came: { readonly verdict: Verdict; readonly because: string } | null
}

/** Did it come to something worse than any of its steps, which each show what they show? */
export const isWorseThanSteps = ({ came, done }: Pick<KnownSpotCheck, 'came' | 'done'>): boolean => {
  const steps = worst(done.map(({ record }) => record.verdict))
  return came !== null && worst([came.verdict, steps]) !== steps
}

/** The spot checks that entries tell of, entry by entry. */
export class SpotChecks {
  readonly #known = new Map<string, Omit<KnownSpotCheck, 'isDestroyed'>>()
  readonly #destroyed = new Set<string>()
  readonly #people = new People()

  take(entry: JournalEntry): void {
    this.#people.take(entry)
    const { kind, unit, who, why, facts } = entry
    if (unit === null) return
    const before = this.#known.get(unit)
    if (kind === 'unit-destroyed') this.#destroyed.add(unit)
    else if (kind === 'spot-check-step') {
      const step = stepOf(facts)
      // What another card of this serial showed before, when it was opened, is nothing of this one.
      const done = before?.isOpen === true ? before.done : []
      if (step !== null) this.#known.set(unit, { unit, isOpen: true, done: [...done, step], unread: null, came: null })
    } else if (kind === 'spot-check') {
      // One that never opened the unit may begin anew.
      const isGivenUp = facts['isGivenUp'] === true
      const unread = isGivenUp ? { who, why: because(facts) } : null
      if (isGivenUp || facts['isWhole'] === true)
        this.#known.set(unit, {
          ...{ unit, isOpen: false, done: before?.done ?? [], unread },
          came: SpotCheckEntry.safeParse(facts).data ?? null,
        })
      else this.#known.delete(unit)
    } else if (kind === spotCheckUnread && before?.isOpen === true && who !== null && why !== null) {
      if (this.#inspects(entry)) this.#known.set(unit, { ...before, isOpen: false, unread: { who, why } })
    }
  }

  /** Was the unit spent, and its spot check ended? Whatever shows it again is another card. */
  isSpent(unit: string): boolean {
    return this.#known.get(unit)?.isOpen === false
  }

  /** By unit. */
  get all(): ReadonlyMap<string, KnownSpotCheck> {
    return new Map([...this.#known].map(([unit, one]) => [unit, { ...one, isDestroyed: this.#destroyed.has(unit) }]))
  }

  #inspects(entry: JournalEntry): boolean {
    return this.#people.all.length === 0 || inspectorRoles.some(role => this.#people.mayAct(entry, role))
  }
}

/** The spot checks of these entries, by unit. */
export async function spotChecksIn(
  entries: AsyncIterable<JournalEntry> | Iterable<JournalEntry>,
): Promise<ReadonlyMap<string, KnownSpotCheck>> {
  const checks = new SpotChecks()
  for await (const entry of entries) checks.take(entry)
  return checks.all
}

const because = ({ because: its }: JournalEntry['facts']) => (typeof its === 'string' ? its : '')

function stepOf(facts: JournalEntry['facts']): SpotCheckStepFacts | null {
  const read = SpotCheckStepEntry.safeParse(facts)
  const record = read.success ? recordIn(JSON.stringify(read.data.record)) : null
  return record === null ? null : { step: read.data!.step, record, basisSha256: read.data!.basisSha256 }
}
