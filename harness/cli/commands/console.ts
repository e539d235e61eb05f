import type { Command } from 'commander'
import type { ConsoleOptions } from '../console/console-command.ts'
import type { CommandContext } from '../context.ts'
import { descriptor, numberFrom, wholeFrom } from '../option-values.ts'
import { addSettingOptions } from '../setting-options.ts'

/** `assay console`: the bench in one screen. */
export function register(program: Command, context: CommandContext): void {
  const command = program
    .command('console')
    .summary('judge the cards of a lot at a screen: lay one in, scan it or press Enter')
    .description(
      'Serves the screen of a bench to this machine and prints its address. Cards are judged as assay inspect --rig judges them, and each result stands in the journal before it is shown. Without --records the virtual rig makes a lot to try, half of it with a planted defect.',
    )
    .option('--rig <name>', 'the rig', 'virtual')
    .option('--by-hand', 'without a rig: photographs are chosen, taken with a phone or dropped on the page')
    .option('-r, --records <file>', "the lot's public records")
    .option('-p, --product <product>', "a shipped product, or the path of a profile file; default: the lot's own")
    .option('-s, --station <station>', 'printed, etched, sealed or opened (default of a lot to try: sealed)')
    .option('--accept-unproved <name...>', 'let units pass without this proof: cover-material, faint-marks')
    .option('--wait <seconds>', 'wait so long for a rig that another program holds', numberFrom(0, 86_400))
    .option('--out <folder>', 'write inspection records, report.html and junit.xml there')
    .option('--operator <name>', 'who inspects, for the record')
    .option('--network [address]', 'others on the network reach it as well, at this address of this machine, by TLS')
    .option('--network-port <number>', 'with --network: port to listen at there', wholeFrom(0, 65_535), 8443)
    .option('--log-in', 'only people of the register who have logged in with their key work there')
    .option('--keys <folder>', "with --log-in: the people's key files, so that each types a passphrase only")
    .option(
      '--idle <minutes>',
      'with --log-in: who does nothing for so long has to log in again',
      numberFrom(0.1, 1440),
      15,
    )
    .option('--password-fd <fd>', 'read the password of a sealed journal from this file descriptor', descriptor)
    .option('--port <number>', 'port to listen at', wholeFrom(0, 65_535), 8430)
    .addHelpText(
      'after',
      `
Whoever has the address may judge cards; without --network it works on this machine only. Ends with Ctrl-C, which makes the unit in the nest an ERROR.

  $ assay console`,
    )
    .action(async (options: ConsoleOptions) => {
      const { runConsole } = await import('../console/console-command.ts')
      await runConsole(options, context.signal)
    })
  addSettingOptions(command, ['journal', 'runs'])
}
