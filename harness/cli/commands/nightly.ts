import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import { numberFrom, wholeFrom } from '../option-values.ts'
import { addSettingOptions } from '../setting-options.ts'
import { journalWriter } from './journal-command.ts'

/** `assay nightly`: is a rig still what it was? */
export function register(program: Command, context: CommandContext): void {
  const nightly = journalWriter(
    program,
    'nightly',
    'look at a rig while nobody works: health, golden card, planted defects, trends',
  )
    .requiredOption('--rig <name>', 'the rig; its golden card lies in the nest')
    .option('--golden <number>', 'times that the golden card is looked at', wholeFrom(1, 1000), 3)
    .option(
      '--planted <number>',
      'units, half of them with a planted defect, that are judged on the twin',
      wholeFrom(0, 200),
      4,
    )
    .option('--seed <number>', 'of the planted defects (default: another one every day)', wholeFrom(0, 2 ** 31 - 1))
    .option('--soak <minutes>', 'go on looking at the golden card for so long', numberFrom(0, 1440), 0)
    .option('--operator <name>', 'who answers for it')
    .requiredOption('--out <folder>', 'where nightly.html, nightly.json and junit.xml are written')
    .addHelpText(
      'after',
      '\nEnds with 0 when all is well, 4 when a value of the golden card drifts, 3 when the rig is not well or does not see its golden\ncard as good, 1 when a planted defect was missed, 5 when a secret lies open on the golden card.\n\n  $ assay nightly --rig virtual --product assay-reference --out nightly',
    )
  addSettingOptions(nightly, ['product'])
  nightly.action(async options =>
    context.exit(await (await import('../nightly/nightly-command.ts')).runNight(options, context)),
  )
}
