import { AssayError } from '../core/assay-error.ts'
import type { JournalEntry } from '../custody/journal/entry.ts'
import { People } from '../custody/journal/people.ts'
import { AcknowledgedFacts, AlarmFacts } from '../record/journal-kinds.ts'

/** An alarm that nobody has acknowledged. */
export interface OpenAlarm extends AlarmFacts {
  /** Number of its entry. */
  readonly index: number
  readonly at: string
  readonly station: string | null
}

/**
 * The alarms that nobody has acknowledged, the oldest first. It takes a person with the role quality, and a reason.
 * @param entries about alarms and people
 */
export async function openAlarms(entries: AsyncIterable<JournalEntry>): Promise<OpenAlarm[]> {
  const open = new Map<number, OpenAlarm>()
  const people = new People()
  for await (const entry of entries) {
    people.take(entry)
    const { index, at, kind, why, station, facts } = entry
    if (kind === 'alarm') {
      const read = AlarmFacts.safeParse(facts)
      const told = read.success ? read.data : { rig: null, unit: null, code: 'unknown', because: 'It cannot be read.' }
      open.set(index, { ...told, index, at, station })
    } else if (kind === 'alarm-acknowledged' && why !== null && people.mayAct(entry, 'quality')) {
      const read = AcknowledgedFacts.safeParse(facts)
      if (!read.success) continue
      const { alarm, alarmAt } = read.data
      if (alarmAt === undefined || alarmAt === open.get(alarm)?.at) open.delete(alarm)
    }
  }
  return [...open.values()]
}

/**
 * No unit is judged on a rig whose alarm nobody has acknowledged.
 * @param entries about alarms and people
 * @throws AssayError `alarm-open`
 */
export async function refuseOpenAlarms(entries: AsyncIterable<JournalEntry>, rigName: string): Promise<void> {
  const [first, ...more] = (await openAlarms(entries)).filter(({ rig }) => rig === rigName)
  if (first === undefined) return
  const { index, at, because, unit } = first
  throw new AssayError(
    'alarm-open',
    `An alarm stopped rig ${rigName} at ${at} (${unit ?? 'unknown unit'}: ${because.replace(/\.$/, '')})${more.length > 0 ? `, and ${more.length} more did` : ''}; nobody has acknowledged it, so no unit is judged there. Once the card is put away: assay journal acknowledge ${index} --by NAME --why TEXT.`,
  )
}
