import { type Command, InvalidArgumentError, Option } from 'commander'
import { scrapReasons } from '../../line/ledger/steps.ts'
import type { CommandContext } from '../context.ts'
import { descriptor, numberFrom, wholeFrom } from '../option-values.ts'

const passwordHelp = `
The site's password is asked for without echo, or read as one line from standard input, or from a file descriptor
(--password-fd 3). It opens the site's keys and is nowhere on disk.

Repeating a command that was cut off goes on where it was.`

/** `assay line`: the two sites of the 2FKG line, the courier's files between them, and the audit. */
export function register(program: Command, context: CommandContext): void {
  const line = program
    .command('line')
    .summary('make units at two sites that never hold both halves')
    .description(
      'The 2FKG line: site A makes passphrases, site B makes encrypted keys, signed files travel between them, and no place ever holds both halves. Each site runs in a process of its own that reads only its own folder and has no network.',
    )
    .addHelpText('after', '\nThe guide for two computers is docs/line.md.')
  const load = () => import('../line/line-commands.ts')

  line
    .command('demo')
    .summary('walk the whole line in one terminal, with an explanation a step')
    .description(
      'Makes a small lot at two sites in one terminal, each in its own process, and leaves a folder to look through: manifests, PDFs, ledgers, lot record.',
    )
    .option('--out <folder>', 'where to leave it (default: a new folder in runs/)')
    .option('--units <number>', 'units in the lot, 1 to 50', wholeFrom(1, 50), 2)
    .option('--product <name or file>', 'the product profile', 'assay-reference')
    .option('--json', 'one JSON document on stdout, the walk on stderr')
    .action(async options => (await import('../line/line-demo.ts')).demo(options, context))

  const a = line
    .command('a')
    .summary('site A: passphrases')
    .description('Site A: passphrases, intermediate codes, etching.')
  const b = line.command('b').summary('site B: encrypted keys').description('Site B: encrypted keys, printing.')
  const site = (parent: Command, name: string, summary: string) =>
    parent
      .command(name)
      .summary(summary)
      .requiredOption('--site <folder>', "the site's own folder")
      .requiredOption('--operator <name>', 'who does it: lower-case letters, digits, dots and dashes')
      .option('--password-fd <fd>', "read the site's password from this file descriptor", descriptor)
      .option('--json', 'one JSON document on stdout')
      .addHelpText('after', passwordHelp)
  const lot = (parent: Command, name: string, summary: string) =>
    site(parent, name, summary).requiredOption('--lot <name>', 'the lot: lower-case letters, digits, dots and dashes')

  site(line, 'new', 'make a site, with its key')
    .argument('<a|b>', 'which of the two', siteOf)
    .action(async (letter, options) => (await load()).newSite(letter, options, context))
  site(line, 'trust', "accept the other site's card, after comparing its fingerprint in person")
    .argument('<a|b>', 'the site that accepts', siteOf)
    .requiredOption('--card <file>', "the other site's site.json")
    .requiredOption('--fingerprint <text>', 'its fingerprint, as the other operator reads it aloud')
    .action(async (letter, options) => (await load()).trust(letter, options, context))

  lot(a, 'begin', 'make passphrases and intermediate codes; write the manifest for site B')
    .option('--product <name or file>', 'the product profile', 'assay-reference')
    .requiredOption('--count <number>', 'units in the lot', wholeFrom(1, 100_000, 'Make several lots of more units.'))
    .option('--value <text>', 'what every unit carries when it is sold, such as "0.1 BTC"')
    .option('--settings <file>', 'line settings (JSON); left out: the strictest')
    .option('--customer-codes <file>', "PRO: the customers' intermediate codes, one a line")
    .option('--seal <number>', "number of the courier's seal")
    .action(async options => (await load()).begin(options, context))
  lot(a, 'receive', "take site B's manifest and verify every unit's confirmation code")
    .requiredOption('--from <file>', "site B's manifest")
    .option('--seal <number>', "number of the courier's seal, as it arrived")
    .action(async options => (await load()).receive(options, context))

  lot(b, 'make', "take site A's manifest and make an encrypted key for every unit")
    .requiredOption('--from <file>', "site A's manifest")
    .option('--product <name or file>', 'the product profile', 'assay-reference')
    .option('--dice-fd <fd>', 'read dice rolls (digits 1 to 6, about 100) from this file descriptor', descriptor)
    .option('--dice', 'ask for dice rolls without echo')
    .option('--camera [rig]', "use the noise of a rig's camera in the dark (default: the rig of the configuration)")
    .option('--entropy-device <file>', 'a hardware generator, such as /dev/hwrng; may be repeated', collect, [])
    .option('--seal-in <number>', "number of the courier's seal, as it arrived")
    .option('--seal-out <number>', "number of the seal on the answer's way back")
    .option(
      '--drive <number>',
      'number of the drive that holds the encrypted keys; needed where the settings want it destroyed',
    )
    .addHelpText('after', '\nWithout a physical source of randomness no key is made.')
    .action(async options => (await load()).make(options, context))

  lot(b, 'print', "put both layers of every unit into the printer's spool")
    .requiredOption('--spool <folder>', 'the folder that the printer takes its files from, in memory: /dev/shm/spool')
    .option('--serials <file>', 'only these units, one serial a line')
    .option('--dots-per-mm <number>', "the printer's resolution (default: 600 dpi)", numberFrom(0.1, 400))
    .option('--address-kind <coin>', "one of the profile's address kinds (default: its first)")
    .action(async options => (await load()).print(options, context))
  lot(a, 'etch', "put the laser's job of every verified unit into its spool")
    .requiredOption('--spool <folder>', 'the folder that the laser takes its jobs from, in memory: /dev/shm/spool')
    .option('--serials <file>', 'only these units, one serial a line')
    .action(async options => (await load()).etch(options, context))

  for (const [parent, letter, steps] of [
    [a, 'A', ['arrived', 'stickers-checked', 'covered', 'scrapped', 'destroyed', 'heard']],
    [b, 'B', ['applied', 'shipped', 'scrapped', 'destroyed', 'heard']],
  ] as const) {
    lot(parent, 'mark', 'write down a step that hands have done')
      .argument('<step>', steps.join(', '))
      .option('--serials <file>', 'the serials as they were scanned, one a line; left out: all that wait for the step')
      .option('--seal <number>', "number of the box's seal")
      .option('--box <number>', "the box's own number")
      .option('--drive <number>', "the drive's number")
      .option('--from <file>', "heard: the other site's LOT.head-of-….json, how far its ledger has come")
      .option('--witness <name>', 'who saw the drive destroyed')
      .addOption(new Option('--reason <why>', 'why units are taken out').choices(scrapReasons))
      .action(async (step, options) => (await load()).mark(letter, step, options, context))
    lot(parent, 'pass', 'let units through whose inspection ended with PASS')
      .argument('<station>', letter === 'A' ? 'etched, sealed' : 'printed')
      .option('--journal <folder>', 'the journal that the inspections stand in (ASSAY_JOURNAL, assay.config)')
      .action(async (station, options) => (await load()).pass(letter, station, options, context))
    lot(parent, 'erase', "erase the lot's secrets at this site").action(async options =>
      (await load()).erase(letter, options, context),
    )
    lot(parent, 'record', "write the lot's public records, for assay inspect --records").action(async options =>
      (await load()).record(letter, false, options, context),
    )
  }
  lot(a, 'release', 'close the lot and write its final record').action(async options =>
    (await load()).record('A', true, options, context),
  )

  line
    .command('audit')
    .summary('check ledgers for gaps, edits and steps out of order; needs no secret')
    .description('Reads the ledgers of one or both sites and says what is wrong, or that nothing is.')
    .argument('<ledger or folder...>', 'ledger.ndjson files, or folders that hold some')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nEnds with 0 when nothing is wrong, with 4 when something could not be compared (one site alone), with 1 otherwise.',
    )
    .action(async (paths, options) => (await load()).audit(paths, options, context))
}

function siteOf(letter: string): 'A' | 'B' {
  if (letter === 'a' || letter === 'A') return 'A'
  if (letter === 'b' || letter === 'B') return 'B'
  throw new InvalidArgumentError('A line has a site a and a site b.')
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value]
