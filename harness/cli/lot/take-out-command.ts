import { readLotFile } from '../../checks/lot/read-lot-file.ts'
import type { ExplainedFacts, OutFacts } from '../../lots/release/lot-kinds.ts'
import type { CommandContext } from '../context.ts'
import { type JournalOptions, openStationJournal } from '../journal/station-journal.ts'
import { say } from '../line/site-command.ts'
import { readRecords } from '../lot-report.ts'
import { LotReleaseError, requireLotName, requirePerson } from './release-entry.ts'

interface SaidBy extends JournalOptions {
  readonly by: string
  readonly why: string
}

/** `assay lot take-out`: a unit that is not shipped. */
export async function takeOut(
  file: string,
  unit: string,
  options: SaidBy & { readonly as: OutFacts['as'] },
  context: CommandContext,
): Promise<void> {
  const { lot } = readLotFile(readRecords(file), file)
  const name = requireLotName(lot.lot, file)
  if (!lot.units.some(({ serial }) => serial === unit))
    throw new LotReleaseError(
      'unit-unknown',
      `The lot ${name} has no unit ${JSON.stringify(unit)}. Nothing was written.`,
    )
  await using journal = await openStationJournal(options, context.signal)
  await requirePerson(journal, options.by, ['quality'])
  const facts: OutFacts = { lot: name, unit, as: options.as }
  await journal.append({ kind: 'lot-unit-out', who: options.by, why: options.why, facts })
  say(options, facts, [`${unit} is ${options.as}: it does not ship with ${name}.`])
}

/** `assay lot explain`: what inspections of something foreign or doubled were. */
export async function explain(
  lot: string,
  entries: readonly number[],
  options: SaidBy,
  context: CommandContext,
): Promise<void> {
  const name = requireLotName(lot, 'the command')
  await using journal = await openStationJournal(options, context.signal)
  await requirePerson(journal, options.by, ['quality'])
  const { size } = (await journal.head())!
  const beyond = entries.find(index => index >= size)
  if (beyond !== undefined)
    throw new LotReleaseError('entry-missing', `The journal has no entry ${beyond}. Nothing was written.`)
  const facts: ExplainedFacts = { lot: name, entries: [...entries] }
  await journal.append({ kind: 'lot-entry-explained', who: options.by, why: options.why, facts })
  say(options, facts, [`Explained for ${name}: entries ${entries.join(', ')}.`])
}
