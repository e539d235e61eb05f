import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import { printLine } from '../terminal.ts'

/** `assay lot`: the public records of a lot. */
export function register(program: Command, context: CommandContext): void {
  const lot = program
    .command('lot')
    .summary("check a lot's public records")
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
}
