import type { StationName } from '../../core/vocabulary.ts'
import type { Journal } from '../../custody/journal/journal.ts'
import { DecoyFacts, type OutFacts } from '../../lots/release/lot-kinds.ts'
import type { CommandContext } from '../context.ts'
import type { SigningOptions } from '../journal/sign-act.ts'
import { type JournalOptions, openStationJournal } from '../journal/station-journal.ts'
import { say } from '../line/site-command.ts'
import { typedUnit } from '../typed-serial.ts'
import { holdLots } from './hold-lots.ts'
import { readLotOf } from './read-lot-of.ts'
import { appendAct, factsOfLot, LotReleaseError, requireLotName, requireReason } from './release-entry.ts'

interface SaidBy extends JournalOptions, SigningOptions {
  readonly by: string
  readonly why: string
}

/** `assay lot take-out`: a unit that is not shipped. */
export async function takeOut(
  file: string,
  typed: string,
  options: SaidBy & { readonly as: OutFacts['as'] },
  context: CommandContext,
): Promise<void> {
  const { lot: name, unit } = unitOfLot(file, typed)
  using _held = await holdLots(options, context.signal)
  await using journal = await openStationJournal(options, context.signal)
  const { by: who, why } = options
  const facts: OutFacts = { lot: name, unit, as: options.as }
  requireReason(why)
  await appendAct(journal, { kind: 'lot-unit-out', who, why, facts }, ['quality'], options, context.signal)
  say(options, facts, [
    `${unit} is ${options.as}: it does not ship with ${name}.`,
    ...((await isFinished(journal, unit))
      ? [
          'It was finished: unless it failed, it keeps its ticket in the draw, and where it is drawn it has to be opened like any other. Taken out after the draw, page one names it.',
        ]
      : []),
  ])
}

async function isFinished(journal: Journal, unit: string): Promise<boolean> {
  for await (const { kind, unit: its, station } of journal.entriesAbout(unit))
    if (kind === 'inspection' && its === unit && station === 'sealed') return true
  return false
}

/** @throws LotReleaseError `unit-unknown`, `lot-name` */
function unitOfLot(file: string, typed: string): { readonly lot: string; readonly unit: string } {
  const { lot } = readLotOf(file)
  const name = requireLotName(lot.lot, file)
  const unit = typedUnit(
    lot.units.map(({ serial }) => serial),
    typed,
  )
  if (unit !== null) return { lot: name, unit }
  throw new LotReleaseError(
    'unit-unknown',
    `The lot ${name} has no unit ${JSON.stringify(typed)}. Nothing was written.`,
  )
}

/** `assay lot decoy`: a unit that was made bad, and goes its way among the others. */
export async function sayDecoy(
  file: string,
  typed: string,
  options: JournalOptions & SigningOptions & { readonly by: string; readonly station: StationName },
  context: CommandContext,
): Promise<void> {
  const { lot, unit } = unitOfLot(file, typed)
  const facts: DecoyFacts = { lot, unit, station: options.station }
  using _held = await holdLots(options, context.signal)
  await using journal = await openStationJournal(options, context.signal)
  for await (const { kind, index, unit: its } of journal.entriesAbout(unit))
    if (kind === 'inspection' && its === unit)
      throw new LotReleaseError(
        'seen-already',
        `${unit} was inspected (entry ${index}): whoever calls it a decoy now hides what it is. Nothing was written.`,
      )
  const said = await factsOfLot(journal, facts.lot, 'lot-decoy', its => DecoyFacts.safeParse(its).data ?? null)
  const already = said.find(one => one.facts.unit === unit)
  if (already !== undefined)
    throw new LotReleaseError(
      'decoy-already',
      `${unit} is a decoy at ${already.facts.station} already (entry ${already.index}), and tries one station only: ${already.facts.station === facts.station ? 'nothing is left to say' : `name another card for ${facts.station}`}. Nothing was written.`,
    )
  await appendAct(journal, { kind: 'lot-decoy', who: options.by, facts }, ['quality'], options, context.signal)
  say(options, facts, [
    `${unit} is a decoy: it does not ship, and whoever passes it at ${facts.station} is not fit to judge.`,
  ])
}
