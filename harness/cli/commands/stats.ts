import { type Command, InvalidArgumentError, Option } from 'commander'
import { groupings } from '../../lots/yield/groupings.ts'
import { journalCommand } from './journal-command.ts'

/** `assay stats`: yield, by the journal. */
export function register(program: Command): void {
  addYieldOptions(journalCommand(program, 'stats', 'count first-pass and final yield, and what units failed'))
    .addHelpText(
      'after',
      '\n  $ assay stats --by lot\n  $ assay stats --by week --product assay-reference --since 2026-07-01',
    )
    .action(async options => (await import('../stats/stats-command.ts')).sayStats(options))
}

/** What units are counted by, and which. */
export const addYieldOptions = (command: Command): Command =>
  command
    .addOption(new Option('--by <what>', 'count by').choices([...groupings]).default('station'))
    .option('--product <product>', 'only this product')
    .option('--lot <name>', 'only this lot')
    .option('--rig <name>', 'only units first seen on this rig')
    .option('--operator <name>', 'only what this person first inspected')
    .option('--since <day>', 'only units first seen on this day (UTC) or later', day)
    .option('--until <day>', 'only units first seen on this day (UTC) or before', day)

function day(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text
  throw new InvalidArgumentError('It takes a day like 2026-07-20.')
}
