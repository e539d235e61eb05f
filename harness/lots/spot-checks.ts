import type { JournalEntry } from '../custody/journal/entry.ts'
import { recordIn } from '../record/inspection-record.ts'
import { SpotCheckStepEntry, type SpotCheckStepFacts } from '../record/journal-kinds.ts'

/** A spot check as the journal has it. */
export interface KnownSpotCheck {
  readonly unit: string
  /** It was broken off, and goes on. */
  readonly isOpen: boolean
  /** Does the journal say that it is spent? A run that was killed after the first step has not said it yet. */
  readonly isDestroyed: boolean
  readonly done: readonly SpotCheckStepFacts[]
}

/** The spot checks of these entries, by unit. */
export async function spotChecksIn(entries: AsyncIterable<JournalEntry>): Promise<ReadonlyMap<string, KnownSpotCheck>> {
  const known = new Map<string, KnownSpotCheck>()
  const destroyed = new Set<string>()
  for await (const { kind, unit, facts } of entries) {
    if (unit === null) continue
    if (kind === 'unit-destroyed') destroyed.add(unit)
    else if (kind === 'spot-check-step') {
      const step = stepOf(facts)
      const before = known.get(unit)
      if (step !== null)
        known.set(unit, { unit, isOpen: true, isDestroyed: false, done: [...(before?.done ?? []), step] })
    } else if (kind === 'spot-check') {
      // One that never opened the unit may begin anew.
      if (facts['isWhole'] === true)
        known.set(unit, { unit, isOpen: false, isDestroyed: false, done: known.get(unit)?.done ?? [] })
      else known.delete(unit)
    }
  }
  return new Map([...known].map(([unit, one]) => [unit, { ...one, isDestroyed: destroyed.has(unit) }]))
}

function stepOf(facts: JournalEntry['facts']): SpotCheckStepFacts | null {
  const read = SpotCheckStepEntry.safeParse(facts)
  const record = read.success ? recordIn(JSON.stringify(read.data.record)) : null
  return record === null ? null : { step: read.data!.step, record }
}
