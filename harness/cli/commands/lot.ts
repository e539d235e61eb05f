import { type Command, InvalidArgumentError, Option } from 'commander'
import { type StationName, stationNames } from '../../core/vocabulary.ts'
import { acceptanceLimits, inspectionLevels } from '../../lots/sampling/iso-2859-1.ts'
import type { CommandContext } from '../context.ts'
import type { JournalOptions } from '../journal/station-journal.ts'
import type { KeepPlanOptions } from '../lot/keep-plan-command.ts'
import type { LotPlanOptions } from '../lot/lot-plan-command.ts'
import { descriptor, numberFrom, wholeFrom } from '../option-values.ts'
import { addSettingOptions } from '../setting-options.ts'
import { printLine } from '../terminal.ts'
import { registerRelease } from './lot-release.ts'

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

  const plan = lot
    .command('plan')
    .summary('say how many units of a lot to inspect, and what that can promise')
    .description(
      'A single sampling plan by ISO 2859-1 or ANSI Z1.4, or the smallest sample that proves a claim, exact for the size of the lot; with the chance that it accepts a lot with so many bad units.',
    )
    .requiredOption('--units <number>', 'units of the lot', wholeFrom(2, 10_000_000))
    .addOption(new Option('--level <level>', 'inspection level').choices([...inspectionLevels]))
    .addOption(new Option('--aql <percent>', 'acceptance quality limit').choices([...acceptanceLimits]))
    .addOption(new Option('--standard <name>', 'whose table').choices(['iso2859-1', 'ansi-z1.4']).default('iso2859-1'))
    .addOption(
      new Option('--inspection <kind>', 'how strict (default: "normal")').choices(['normal', 'tightened', 'reduced']),
    )
    .option(
      '--previous <outcomes>',
      'lots before, oldest first: A accepted, T accepted one step tighter too, R not: works the inspection out',
      outcomes,
    )
    .option('--may-reduce', 'production is steady, and who answers for it wants reduced inspection')
    .option('--at-most <percent>', 'claim: less than this share of the lot is bad', percent)
    .option('--good <percent>', 'with --at-most: open one unit after the other, a lot as good as this passes', percent)
    .option('--confidence <percent>', 'how sure the claim has to be (default: 95)', percent)
    .option('--accept <number>', 'bad units that the claim allows in the sample', wholeFrom(0, 100), 0)
    .option('--destructive', 'what is inspected is destroyed')
    .option(
      '--lot <name>',
      'write the plan down in the journal, before the lot is made; needs --product, --by and --decoys',
    )
    .option('--product <product>', 'with --lot: what the lot is of')
    .option('--by <name>', 'with --lot: who plans, of quality')
    .option(
      '--decoys <station...>',
      'with --lot: stations at which every session is tried with a unit that is known to be bad, or none',
    )
    .option(
      '--passphrases-uncounted',
      'with --lot: release it though no session counted its passphrases against chance, as where units come one by one',
    )
    .option('--rehearsal', 'with --lot: virtual rigs count, and nothing real is released by it')
    .option('--sign-with <file>', 'with --lot: the key of whoever plans, where the register has theirs')
    .option('--passphrase-fd <fd>', 'read the passphrase of that key from this file descriptor', descriptor)
    .option('--password-fd <fd>', 'read the password of a sealed journal from this file descriptor', descriptor)
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\n  $ assay lot plan --units 500 --level S-4 --aql 1.0 --destructive\n  $ assay lot plan --units 500 --at-most 1 --confidence 95',
    )
    .action(async (options: LotPlanOptions & Partial<KeepPlanOptions>) => {
      const { lot } = options
      if (lot !== undefined) {
        const { keepPlan } = await import('../lot/keep-plan-command.ts')
        return await keepPlan({ ...options, lot }, context)
      }
      const { sayLotPlan } = await import('../lot/lot-plan-command.ts')
      context.exit(sayLotPlan(options, printLine))
    })

  addSettingOptions(plan, ['journal'])

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
  registerRelease(lot, context)
}

function outcomes(text: string): string {
  if (/^[ATR]*$/.test(text)) return text
  throw new InvalidArgumentError(
    'It takes A or T for each lot that was accepted and R for each that was not, like AATR.',
  )
}

const percent = numberFrom(0.0001, 99.9999)
