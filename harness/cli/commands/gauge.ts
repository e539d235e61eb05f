import { type Command, Option } from 'commander'
import { stationNames } from '../../core/vocabulary.ts'
import type { CommandContext } from '../context.ts'
import { decimal, wholeFrom } from '../option-values.ts'
import { journalSigner } from './journal-command.ts'

/** `assay gauge`: is a rig fit to judge? */
export function register(program: Command, context: CommandContext): void {
  const gauge = program
    .command('gauge')
    .summary('find out whether a rig is fit to judge')
    .description('Studies of a rig with cards of which somebody knows whether they are good.')
  const signer = (name: string, summary: string) =>
    journalSigner(gauge, name, summary)
      .requiredOption('--by <name>', 'who does it, of quality')
      .requiredOption('--truth <file>', 'a table of unit and truth (good or bad) of every card')

  signer('plan', 'write down which known cards a rig will be tried with, before it sees them')
    .argument('<name>', 'of the study')
    .argument('<file>', "the cards' records, a lot file of their own")
    .requiredOption('--rig <name>', 'the rig that is tried')
    .addOption(new Option('-s, --station <name>', 'where').choices([...stationNames]).makeOptionMandatory())
    .option('--trials <number>', 'how often it sees each card', wholeFrom(2, 50), 3)
    .addHelpText(
      'after',
      '\nFifty cards, twenty of them bad, three trials each, are a usual study. The journal keeps a digest of --truth, salted: the salt lies beside it (truth.csv.salt), and both are kept.\n\n  $ assay gauge plan G-1 gauge.json --truth truth.csv --rig bench --station sealed --by ann',
    )
    .action(async (name, file, options) =>
      (await import('../gauge/gauge-commands.ts')).planGauge(name, file, options, context),
    )

  signer('study', 'work out from the journal how well the rig told the cards apart, and keep it')
    .argument('<name>', 'of the study')
    .option('--people <file>', 'a table of appraiser, unit, trial and said (good, bad or unread) by people')
    .addHelpText(
      'after',
      '\nEnds with 0 when the rig is fit, 3 when it is not: it passed a bad card, or refused too many good ones.\n\n  $ assay gauge study G-1 --truth truth.csv --people people.csv --by ann',
    )
    .action(async (name, options) =>
      context.exit(await (await import('../gauge/gauge-commands.ts')).studyGauge(name, options, context)),
    )

  gauge
    .command('measure')
    .summary('work out how much of a spread is the gauge itself, from a table of values')
    .description(
      'Crossed gauge R&R by analysis of variance; with --reference and --tolerance, Cg and Cgk of one part of a known value.',
    )
    .argument('<file>', 'a table of part, appraiser, trial and value')
    .option('--reference <value>', 'the known value of the part', decimal)
    .option('--tolerance <value>', 'width of its tolerance', decimal)
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nEnds with 0 when the gauge is fit or may do, 3 when it is not.\n\n  $ assay gauge measure values.csv',
    )
    .action(async (file, options) =>
      context.exit((await import('../gauge/gauge-commands.ts')).measureGauge(file, options)),
    )
}
