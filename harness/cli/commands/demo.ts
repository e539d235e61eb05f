import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import { wholeFrom } from '../option-values.ts'
import { addSettingOptions } from '../setting-options.ts'

/** `assay demo`: the whole path on the virtual rig, with planted defects that are revealed at the end. */
export function register(program: Command, context: CommandContext): void {
  const demo = program
    .command('demo')
    .summary('make a lot with planted defects and inspect it on the virtual rig')
    .description(
      'Makes a lot with real BIP38 data, plants defects in half of it, and takes every unit through the stations etched, sealed and opened on the virtual rig: photographed, read blind, judged. Then reveals what was planted.',
    )
    .option(
      '--seed <number>',
      'repeat a demo: the same seed makes the same lot (default: a new one)',
      wholeFrom(0, 2 ** 31 - 1),
    )
    .option('--units <number>', 'units in the lot, 2 to 200', wholeFrom(2, 200), 8)
    .option(
      '--teach',
      'make up a card that no profile describes, learn it from five good units, and judge the rest by that',
    )
    .option('--json', 'one JSON document on stdout, the table on stderr')
    .addHelpText(
      'after',
      `
Ends with 0 only if every verdict was right (with --teach: none was wrong; what could not be judged is counted), and
at once with 5 after an alarm that nothing planted explains. Writes the inspection records, the lot's public records, report.html and junit.xml into a run folder and prints its path.

  $ assay demo --seed 7
  $ assay demo --teach`,
    )
    .action(async () => {
      const { runDemoCommand } = await import('../demo/demo-command.ts')
      context.exit(await runDemoCommand(demo.opts(), context.signal))
    })
  addSettingOptions(demo, ['product', 'runs', 'workers'])
}
