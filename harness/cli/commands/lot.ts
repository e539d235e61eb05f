import { type Command, Option } from 'commander'
import { type StationName, stationNames } from '../../core/vocabulary.ts'
import type { CommandContext } from '../context.ts'
import type { JournalOptions } from '../journal/station-journal.ts'
import { addSettingOptions } from '../setting-options.ts'
import { printLine } from '../terminal.ts'

/** `assay lot`: the public records of a lot. */
export function register(program: Command, context: CommandContext): void {
  const lot = program
    .command('lot')
    .summary("check a lot's public records, and say where its units stand")
    .description(
      "A lot's public records: for each unit its serial and, as far as they are known, codes, key and address.",
    )

  lot
    .command('check')
    .summary('say everything that is wrong with a lot file')
    .description(
      'Reads a lot file (JSON, or a table as spreadsheets export it) and proves every field of every unit: alphabets, checksums, points, and that no two units share what is their own.',
    )
    .argument('<file>', "the lot's records")
    .option('-p, --product <product>', 'hold serials and values against this product as well')
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\nEnds with 0 when every record is sound, 2 when one is not.\n\n  $ assay lot check lot.json --product assay-reference',
    )
    .action(async (file: string, options: { product?: string; json?: boolean }) => {
      const { checkLotFile } = await import('../lot-report.ts')
      context.exit(checkLotFile(file, options, printLine))
    })

  const status = lot
    .command('status')
    .summary('say where every unit of a lot stands at every station')
    .description(
      'Works out from the journal which units of a lot were seen, what counts of each at every station, which are missing, which were seen twice, and what was seen that is not of the lot.',
    )
    .argument('<file>', "the lot's records")
    .addOption(new Option('-s, --station <name>', 'end by what counts at this station only').choices([...stationNames]))
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\nEnds with 0 when every unit was seen and none did anything but pass, 1 when one counts as failed, else 4.\n\n  $ assay lot status lot.json',
    )
    .action(async (file: string, options: JournalOptions & { station?: StationName }) => {
      const { sayLotStatus } = await import('../lot/lot-status-command.ts')
      context.exit(await sayLotStatus(file, options))
    })
  addSettingOptions(status, ['journal'])
}
