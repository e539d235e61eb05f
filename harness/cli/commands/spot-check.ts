import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import type { SpotCheckOptions } from '../lot/spot-check-command.ts'
import { descriptor, numberFrom } from '../option-values.ts'
import { addSettingOptions } from '../setting-options.ts'
import { typedSerial } from '../typed-serial.ts'

/** `assay spot-check`: one unit of a lot, from sealed to opened. */
export function register(program: Command, context: CommandContext): void {
  const command = program
    .command('spot-check')
    .summary('open one unit of a lot, step by step, and prove that its key is the printed one')
    .description(
      'Photographs a sealed unit, has it scratched, photographs it, has it peeled, photographs it, decrypts its key and proves it. Each step is seen to be done before the next is asked for, and photographed again where it is not judged. The unit is spent.',
    )
    .requiredOption('--rig <name>', 'the rig')
    .requiredOption('-r, --records <file>', "the lot's public records")
    .option('-p, --product <product>', "a shipped product, or the path of a profile file; default: the lot's own")
    .option(
      '--unit <serial>',
      'which unit; default: the one that was broken off, else the one that is laid in',
      typedSerial,
    )
    .option('--accept-unproved <name...>', 'let the unit pass without this proof: cover-material, faint-marks')
    .option('--wait <seconds>', 'wait so long for a rig that another program holds', numberFrom(0, 86_400))
    .option('--json', 'one JSON document a look, one of the spot check, one of the lot')
    .option('--out <folder>', 'write inspection records, report.html and junit.xml there')
    .option('--operator <name>', 'who does it, for the record')
    .option('--password-fd <fd>', 'read the password of a sealed journal from this file descriptor', descriptor)
    .addHelpText(
      'after',
      `
A unit that is not good while it is sealed is not opened. One that was broken off goes on where it was. Ends like assay inspect.

  $ assay spot-check --rig virtual --records lot.json`,
    )
    .action(async (options: SpotCheckOptions) => {
      const { spotCheckOnRig } = await import('../lot/spot-check-command.ts')
      const { answersOf } = await import('../../inspection/nests.ts')
      const { processOutput } = await import('../photographs/output.ts')
      using answers = answersOf(process.stdin)
      context.exit(await spotCheckOnRig(options, { output: processOutput(), answers }, context.signal))
    })
  addSettingOptions(command, ['journal'])
}
