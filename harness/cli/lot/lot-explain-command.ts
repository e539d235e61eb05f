import { printable } from '../../core/printable.ts'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import type { Journal } from '../../custody/journal/journal.ts'
import { type Decided, decideLot } from '../../lots/release/decide-lot.ts'
import type { ExplainedFacts } from '../../lots/release/lot-kinds.ts'
import { OpenEntries, sentencesOf } from '../../lots/release/told-entries.ts'
import { at } from '../../lots/release/unit-outcome.ts'
import type { CommandContext } from '../context.ts'
import type { SigningOptions } from '../journal/sign-act.ts'
import { type JournalOptions, openStationJournal } from '../journal/station-journal.ts'
import { say } from '../line/site-command.ts'
import { holdLots } from './hold-lots.ts'
import { notPlanned } from './lot-draw-command.ts'
import { identityOf, lotNow } from './lot-now.ts'
import { readLotOf } from './read-lot-of.ts'
import { appendAct, LotReleaseError, requireReason } from './release-entry.ts'

interface ExplainOptions extends JournalOptions, SigningOptions {
  readonly by: string
  readonly why: string
}

/** `assay lot explain`: what entries were that a lot's release waits for somebody's word on. */
export async function explain(
  file: string,
  entries: readonly number[],
  options: ExplainOptions,
  context: CommandContext,
): Promise<void> {
  const lot = identityOf(readLotOf(file), file)
  const { by: who, why } = options
  requireReason(why)
  using _held = await holdLots(options, context.signal)
  await using journal = await openStationJournal(options, context.signal)
  const { head, taken, journalFaults } = await lotNow(journal, lot, [], context.signal)
  const beyond = entries.find(index => index >= head.size)
  if (beyond !== undefined)
    throw new LotReleaseError('entry-missing', `The journal has no entry ${beyond}. Nothing was written.`)
  const { rows } = taken
  const decided = await decideLot({ lot, rows, journalFaults, counted: 0, otherAddresses: [] })
  if (decided.evidence.plans.length === 0) throw notPlanned(lot.lot)
  const facts: ExplainedFacts = { lot: lot.lot, entries: [...new Set(entries)] }
  for (const entry of facts.entries) await requireAsked(entry, who, decided, journal)
  await appendAct(journal, { kind: 'lot-entry-explained', who, why, facts }, ['quality'], options, context.signal)
  const settled = decided.asked.filter(({ entry }) => facts.entries.includes(entry))
  const left = new OpenEntries(decided.asked, [...decided.evidence.explained, { index: head.size, by: who, facts }])
  say(options, facts, [
    ...sentencesOf(settled).map(({ what }) => `Explained for ${lot.lot}: ${what}.`),
    ...sentencesOf(left.all).map(({ what }) => `Still to be explained: ${what}.`),
  ])
}

/**
 * That something of the lot waits for this person's word on the entry, by the rule that closes the lot.
 * @throws LotReleaseError `own-entry`, `nothing-to-explain`
 */
async function requireAsked(index: number, by: string, now: Decided, journal: Journal): Promise<void> {
  const asked = now.asked.filter(({ entry }) => entry === index)
  if (asked.some(({ notBy }) => !notBy.has(by))) return
  const { kind, unit, station } = (await journal.entries(index).next()).value as JournalEntry
  const { records, golden } = now.evidence
  const verdict = records.get(index)?.verdict ?? golden.find(look => look.index === index)?.verdict
  const named = [kind, unit === null ? '' : ` of ${unit}`, station === null ? '' : ` at ${station}`].join('')
  const what = `Entry ${index} (${printable(named)}${verdict === undefined ? '' : `, ${verdict}`})`
  const isOwn = now.evidence.saidBy.get(index) === by
  if (isOwn || asked.length > 0)
    throw new LotReleaseError(
      'own-entry',
      `${what} ${isOwn ? `is ${by}'s own` : `was decided over by ${by}`}: somebody else of quality explains it. Nothing was written.`,
    )
  throw new LotReleaseError(
    'nothing-to-explain',
    `${what} needs no explanation, and none would count: ${whyNone(now, unit, station)}. Nothing was written.`,
  )
}

/** As a clause, with what to do instead where something is to be done. */
function whyNone({ evidence, units }: Decided, unit: string | null, station: string | null): string {
  const of = units.find(one => one.unit === unit)
  const standing = of === undefined || station === null ? undefined : at(of, station)
  if (standing === undefined) return 'nothing of this lot waits for a word on it'
  if (evidence.decoys.has(unit!))
    return 'how a decoy is judged speaks for itself (of one that was lost before it tried a rig, the entry by which it was taken out is explained)'
  if (of!.fate === 'scrapped' || of!.fate === 'held') return 'the unit is taken out, and it does not speak for that'
  if (standing.verdict === 'FAIL')
    return 'the failure stands. Somebody of quality takes the unit out (assay lot take-out), or decides that it is inspected again (assay journal dispose); once that was decided, another one explains it'
  return standing.verdict === 'PASS'
    ? 'nothing of this lot waits for a word on it'
    : 'what could not be judged is inspected again, or the unit is taken out'
}
