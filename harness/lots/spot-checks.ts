import { worst } from '../core/verdict.ts'
import type { Verdict } from '../core/vocabulary.ts'
import type { JournalEntry } from '../custody/journal/entry.ts'
import { People } from '../custody/journal/people.ts'
import { type InspectionRecord, recordIn, serialiseRecord } from '../record/inspection-record.ts'
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

/** A spot check while its entries are read. */
interface Walk extends Omit<KnownSpotCheck, 'isDestroyed'> {
  /** It never opened its unit, which may be put to another one. */
  readonly isVoid: boolean
}

/** The spot checks that entries tell of, entry by entry. */
export class SpotChecks {
  /** By unit, in their order. */
  readonly #walks = new Map<string, Walk[]>()
  readonly #destroyed = new Set<string>()
  readonly #people = new People()

  take(entry: JournalEntry): void {
    this.#people.take(entry)
    const { kind, unit, who, why, facts } = entry
    if (unit === null) return
    if (kind === 'unit-destroyed') this.#destroyed.add(unit)
    const walks = this.#walks.get(unit) ?? []
    const last = walks.at(-1)
    const open = last?.isOpen === true ? last : null
    const put = (walk: Walk) => void this.#walks.set(unit, [...(open === null ? walks : walks.slice(0, -1)), walk])
    if (kind === 'spot-check-step') {
      const step = stepOf(facts)
      // What another card of this serial showed before, when it was opened, is nothing of this one.
      const { done } = open ?? { done: [] }
      if (step !== null) put({ unit, isOpen: true, isVoid: false, done: [...done, step], unread: null, came: null })
    } else if (kind === 'spot-check') {
      const [isGivenUp, isWhole] = [facts['isGivenUp'] === true, facts['isWhole'] === true]
      put({
        ...{ unit, isOpen: false, isVoid: !isGivenUp && !isWhole, done: open?.done ?? [] },
        unread: isGivenUp ? { who, why: because(facts) } : null,
        came: SpotCheckEntry.safeParse(facts).data ?? null,
      })
    } else if (kind === spotCheckUnread && open !== null && who !== null && why !== null) {
      if (this.#inspects(entry)) put({ ...open, isOpen: false, unread: { who, why } })
    }
  }

  /** Was the unit spent, and its spot check ended? Whatever shows it again is another card. */
  isSpent(unit: string): boolean {
    return this.#walks.get(unit)?.findLast(({ isVoid }) => !isVoid)?.isOpen === false
  }

  /** The last one of each unit that opened it, or goes on. */
  get all(): ReadonlyMap<string, KnownSpotCheck> {
    return new Map(
      [...this.#walks].flatMap(([unit, walks]) => {
        const last = walks.findLast(({ isVoid }) => !isVoid)
        return last === undefined ? [] : [[unit, this.#known(last)] as const]
      }),
    )
  }

  /** The spot check of which a record is a step, whatever came of it; null: it is none. */
  ofStep(unit: string, record: InspectionRecord): { readonly step: string; readonly of: KnownSpotCheck } | null {
    const walks = this.#walks.get(unit)
    if (walks === undefined) return null
    const text = serialiseRecord(record)
    for (const walk of walks) {
      const done = walk.done.find(one => serialiseRecord(one.record) === text)
      if (done !== undefined) return { step: done.step, of: this.#known(walk) }
    }
    return null
  }

  /** Does the journal say that the unit is spent? */
  isDestroyed(unit: string): boolean {
    return this.#destroyed.has(unit)
  }

  #known({ isVoid: _, ...walk }: Walk): KnownSpotCheck {
    return { ...walk, isDestroyed: this.#destroyed.has(walk.unit) }
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
