import { AssayError } from '../core/assay-error.ts'
import { printable } from '../core/printable.ts'
import type { JournalEntry, Said } from '../custody/journal/entry.ts'
import type { Journal } from '../custody/journal/journal.ts'
import { type People, peopleOf } from '../custody/journal/people.ts'
import type { Decision } from '../record/journal-kinds.ts'
import { type OpenAlarm, openAlarms } from './alarms.ts'
import { type Standing, standing } from './attempts.ts'
import { requireInspector } from './inspector.ts'
import { spotChecksIn, spotCheckUnread } from './spot-checks.ts'

/** Who decides, and why. */
interface Decider {
  readonly who: string
  readonly why: string
}

/** Signs what a person says with their own key, where the register has one of theirs. @throws what keeps it from being said */
export type SignAct = (said: Said, people: People) => Promise<Said>

/** What a second person decides of a unit that failed. */
export interface UnitDecision extends Decider {
  readonly unit: string
  readonly station: string
  readonly decision: Decision
}

/**
 * Writes down what a second person decides of a unit that failed, if it changes where the unit stands.
 * @returns where it stands now
 * @throws AssayError `unit-unknown`; `disposition-void`, when they may not decide that; what `sign` throws
 */
export async function disposeOfUnit(
  journal: Journal,
  { unit, station, decision, who, why }: UnitDecision,
  sign: SignAct,
): Promise<Standing> {
  const entries: JournalEntry[] = await Array.fromAsync(journal.entriesAbout(unit))
  const before = standing(entries, unit, station)
  if (before === null) {
    throw new AssayError(
      'unit-unknown',
      `No unit ${printable(unit)} was inspected at station ${printable(station)} here.`,
    )
  }
  const facts = { decision, failed: before.failed ?? undefined }
  const plain = { kind: 'disposition', who, why, unit, station, facts }
  const said = await sign(plain, await peopleOf(journal.entriesOn('people')))
  const told = { ...plain, facts: said.facts as JournalEntry['facts'], index: entries.length, at: '' }
  const after = standing([...entries, told], unit, station)!
  if (JSON.stringify(after) === JSON.stringify(before)) {
    throw new AssayError(
      'disposition-void',
      `${printable(who)} cannot decide that of ${printable(unit)}: it takes a FAIL that stands, and a person of the register with the role quality who did not find it (assay people list). Nothing was written.`,
    )
  }
  await journal.append(said)
  return after
}

/**
 * Writes down that a person with the role quality has seen to an alarm.
 * @param alarm number of its entry
 * @throws AssayError `alarm-unknown`, `person-unknown`; what `sign` throws
 */
export async function acknowledgeAlarm(
  journal: Journal,
  { alarm: index, who, why }: Decider & { readonly alarm: number },
  sign: SignAct,
): Promise<OpenAlarm> {
  const alarm = (await openAlarms(journal.entriesOn('alarms', 'people'))).find(one => one.index === index)
  if (alarm === undefined) {
    throw new AssayError('alarm-unknown', `Entry ${index} is no alarm that waits to be acknowledged.`)
  }
  const people = await peopleOf(journal.entriesOn('people'))
  if (!people.isActive(who, 'quality')) {
    throw new AssayError(
      'person-unknown',
      `${printable(who)} is nobody with the role quality in the register (assay people list). Nothing was written.`,
    )
  }
  const facts = { alarm: index, alarmAt: alarm.at }
  await journal.append(await sign({ kind: 'alarm-acknowledged', who, why, station: alarm.station, facts }, people))
  return alarm
}

/**
 * Ends the spot check of a unit that cannot be read on: what was seen of it stands, and it counts as INCONCLUSIVE for ever.
 * @returns the last step that was seen to be done
 * @throws AssayError `spot-check-closed`; as {@link requireInspector}; what `sign` throws
 */
export async function endSpotCheckUnread(
  journal: Journal,
  { unit, who, why }: Decider & { readonly unit: string },
  sign: SignAct,
): Promise<string> {
  await requireInspector(journal.entriesOn('people'), who)
  const known = (await spotChecksIn(journal.entriesAbout(unit))).get(unit)
  if (known === undefined || !known.isOpen) {
    throw new AssayError(
      'spot-check-closed',
      `No spot check of ${printable(unit)} is broken off here, so there is none to end (assay journal list --unit ${printable(unit)}). Nothing was written.`,
    )
  }
  const { step } = known.done.at(-1)!
  const said = await sign(
    { kind: spotCheckUnread, who, why, unit, facts: { step } },
    await peopleOf(journal.entriesOn('people')),
  )
  // A run that was killed after the first step has not said it.
  if (!known.isDestroyed) await journal.append({ kind: 'unit-destroyed', who, unit, facts: { by: 'spot-check' } })
  await journal.append(said)
  return step
}
