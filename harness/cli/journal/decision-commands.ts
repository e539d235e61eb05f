import { exitCodes } from '../../core/assay-error.ts'
import { printable } from '../../core/printable.ts'
import { type ClockFacts, clockSet } from '../../custody/journal/entry.ts'
import { peopleOf } from '../../custody/journal/people.ts'
import { acknowledgeAlarm, disposeOfUnit, endSpotCheckUnread, type SignAct } from '../../lots/decisions.ts'
import { sayWrongFile } from '../../lots/wrong-file.ts'
import type { Decision } from '../../record/journal-kinds.ts'
import type { CommandContext } from '../context.ts'
import { say } from '../line/site-command.ts'
import { typedUnitIn } from '../typed-serial.ts'
import { JournalInputError, standingLine } from './journal-commands.ts'
import { type SigningOptions, signedByWho } from './sign-act.ts'
import { type JournalOptions, openStationJournal } from './station-journal.ts'

interface DisposeOptions extends JournalOptions, SigningOptions {
  readonly station: string
  readonly decision: Decision
  readonly by: string
  readonly why: string
}

export async function dispose(typed: string, options: DisposeOptions, context: CommandContext): Promise<void> {
  const { station, decision, by: who, why } = options
  await using journal = await openStationJournal(options, context.signal)
  const unit = await typedUnitIn(journal, typed)
  const after = await disposeOfUnit(journal, { unit, station, decision, who, why }, signing(options, context))
  say(options, after, [standingLine(after)])
}

/** `assay journal wrong-file`: a card failed since the lot file of another lot was given. */
export async function wrongFile(
  entry: number,
  options: JournalOptions & SigningOptions & { readonly by: string; readonly why: string },
  context: CommandContext,
): Promise<void> {
  const { by: who, why } = options
  await using journal = await openStationJournal(options, context.signal)
  const { isSettled, own } = await sayWrongFile(journal, { entry, who, why }, signing(options, context))
  const counted =
    own === null
      ? 'It is not judged yet: inspect it again with its own lot file. Until then the lots are held whose file was used, and whose serials it shows.'
      : `It is ${own} by its own, and counts in each folder that shows it judged by that (assay report build --out FOLDER).`
  say(options, { entry, by: who, why, isSettled, own }, [
    isSettled
      ? `The card of entry ${entry} was held against the file of another lot. ${counted}`
      : `Nobody said who had inspected the card of entry ${entry}: it takes one more to say that its lot file was the wrong one.`,
  ])
}

export async function acknowledge(
  index: number,
  options: JournalOptions & SigningOptions & { readonly by: string; readonly why: string },
  context: CommandContext,
): Promise<void> {
  const { by: who, why } = options
  await using journal = await openStationJournal(options, context.signal)
  const alarm = await acknowledgeAlarm(journal, { alarm: index, who, why }, signing(options, context))
  const where = alarm.rig === null ? 'photograph files' : `rig ${printable(alarm.rig)}`
  say(options, { ...alarm, acknowledgedBy: who, why }, [`${who} acknowledged the alarm ${index} on ${where}.`])
}

/** `assay journal unread`: the unit of a spot check that was broken off cannot be read on. */
export async function endUnread(
  typed: string,
  options: JournalOptions & SigningOptions & { readonly by: string; readonly why: string },
  context: CommandContext,
): Promise<void> {
  const { by: who, why } = options
  await using journal = await openStationJournal(options, context.signal)
  const unit = await typedUnitIn(journal, typed)
  const step = await endSpotCheckUnread(journal, { unit, who, why }, signing(options, context))
  say(options, { unit, step, verdict: 'INCONCLUSIVE', by: who, why }, [
    `Spot check of ${printable(unit)}: INCONCLUSIVE. It was ${step}, is spent, and cannot be read, says ${printable(who)}: ${printable(why)}`,
  ])
  context.exit(exitCodes.inconclusive)
}

/** `assay journal clock`: the clock was wrong until now. Where somebody has the role quality, only they say so. */
export async function setClock(
  options: JournalOptions & SigningOptions & { readonly by: string; readonly why: string },
  context: CommandContext,
): Promise<void> {
  const { by: who, why } = options
  await using journal = await openStationJournal(options, context.signal)
  const people = await peopleOf(journal.entriesOn('people'))
  if (people.all.some(({ name }) => people.isActive(name, 'quality')) && !people.isActive(who, 'quality')) {
    throw new JournalInputError(
      'person-unknown',
      `${printable(who)} is nobody with the role quality in the register (assay people list). Nothing was written.`,
    )
  }
  const facts: ClockFacts = { clockSaid: (await journal.head())!.at }
  const { index, at } = await journal.append(
    await signing(options, context)({ kind: clockSet, who, why, facts }, people),
  )
  say(options, { index, at, by: who, why, ...facts }, [
    `From entry ${index} on the clock of ${at} counts. The one before said ${facts.clockSaid}.`,
  ])
}

const signing =
  (options: SigningOptions, { signal }: CommandContext): SignAct =>
  async (said, people) =>
    await signedByWho(said, people, options, signal)
