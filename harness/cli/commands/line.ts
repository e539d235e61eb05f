import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CommandContext } from '../context.ts'

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
    .option('--units <number>', 'units in the lot, 1 to 50', demoUnits, 2)
    .option('--product <name or file>', 'the product profile', 'assay-reference')
    .option('--json', 'one JSON document on stdout, the walk on stderr')
    .action(async options => (await import('../line/line-demo.ts')).demo(options, context))

  const site = (name: string, summary: string, letter: 'a' | 'b' | null): Command => {
    const command = (letter === null ? line : letter === 'a' ? a : b)
      .command(name)
      .summary(summary)
      .requiredOption('--site <folder>', "the site's own folder")
      .requiredOption('--operator <name>', 'who does it: lower-case letters, digits, dots and dashes')
      .option('--password-fd <fd>', "read the site's password from this file descriptor", descriptor)
      .option('--json', 'one JSON document on stdout')
      .addHelpText('after', passwordHelp)
    return command
  }
  const a = line
    .command('a')
    .summary('site A: passphrases')
    .description('Site A: passphrases, intermediate codes, etching.')
  const b = line.command('b').summary('site B: encrypted keys').description('Site B: encrypted keys, printing.')

  site('new', 'make a site, with its key', null)
    .argument('<a|b>', 'which of the two')
    .action(async (letter, options) => (await load()).newSite(siteOf(letter), options, context))
  site('trust', "accept the other site's card, after comparing its fingerprint in person", null)
    .argument('<a|b>', 'the site that accepts')
    .requiredOption('--card <file>', "the other site's site.json")
    .requiredOption('--fingerprint <text>', 'its fingerprint, as the other operator reads it aloud')
    .action(async (letter, options) => (await load()).trust(siteOf(letter), options, context))

  lot(site('begin', 'make passphrases and intermediate codes; write the manifest for site B', 'a'))
    .option('--product <name or file>', 'the product profile', 'assay-reference')
    .requiredOption('--count <number>', 'units in the lot', count)
    .option('--value <text>', 'what every unit carries when it is sold, such as "0.1 BTC"')
    .option('--settings <file>', 'line settings (JSON); left out: the strictest')
    .option('--customer-codes <file>', "PRO: the customers' intermediate codes, one a line")
    .option('--seal <number>', "number of the courier's seal")
    .action(async options => (await load()).begin(options, context))
  lot(site('receive', "take site B's manifest and verify every unit's confirmation code", 'a'))
    .requiredOption('--from <file>', "site B's manifest")
    .option('--seal <number>', "number of the courier's seal, as it arrived")
    .action(async options => (await load()).receive(options, context))

  lot(site('make', "take site A's manifest and make an encrypted key for every unit", 'b'))
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

  lot(site('print', "put both layers of every unit into the printer's spool", 'b'))
    .requiredOption('--spool <folder>', 'the folder that the printer takes its files from, in memory: /dev/shm/spool')
    .option('--serials <file>', 'only these units, one serial a line')
    .option('--dots-per-mm <number>', "the printer's resolution (default: 600 dpi)", positive)
    .option('--address-kind <coin>', "one of the profile's address kinds (default: its first)")
    .action(async options => (await load()).print(options, context))
  lot(site('etch', "put the laser's job of every verified unit into its spool", 'a'))
    .requiredOption('--spool <folder>', 'the folder that the laser takes its jobs from, in memory: /dev/shm/spool')
    .option('--serials <file>', 'only these units, one serial a line')
    .action(async options => (await load()).etch(options, context))

  for (const [letter, steps] of [
    ['a', ['arrived', 'stickers-checked', 'covered', 'scrapped', 'destroyed']],
    ['b', ['applied', 'shipped', 'scrapped', 'destroyed']],
  ] as const) {
    lot(site('mark', 'write down a step that hands have done', letter))
      .argument('<step>', steps.join(', '))
      .option('--serials <file>', 'the serials as they were scanned, one a line; left out: all that wait for the step')
      .option('--seal <number>', "number of the box's seal")
      .option('--box <number>', "the box's own number")
      .option('--drive <number>', "the drive's number")
      .option('--witness <name>', 'who saw the drive destroyed')
      .addOption(
        new Option('--reason <why>', 'why units are taken out').choices([
          ...['misprint', 'damaged', 'wrong-serial', 'failed-station', 'code-unconfirmed', 'not-arrived', 'spot-check'],
        ]),
      )
      .action(async (step, options) => (await load()).mark(siteOf(letter), step, options, context))
    lot(site('pass', 'let units through whose inspection ended with PASS', letter))
      .argument('<station>', letter === 'a' ? 'etched, sealed' : 'printed')
      .requiredOption('--inspections <folder>', 'inspection records, as assay inspect --out leaves them')
      .action(async (station, options) => (await load()).pass(siteOf(letter), station, options, context))
    lot(site('erase', "erase the lot's secrets at this site", letter)).action(async options =>
      (await load()).erase(siteOf(letter), options, context),
    )
    lot(site('record', "write the lot's public records, for assay inspect --records", letter)).action(async options =>
      (await load()).record(siteOf(letter), false, options, context),
    )
  }
  lot(site('release', 'close the lot and write its final record', 'a')).action(async options =>
    (await load()).record('A', true, options, context),
  )

  line
    .command('audit')
    .summary('check ledgers for gaps, edits and steps out of order; needs no secret')
    .description('Reads the ledgers of one or both sites and says what is wrong, or that nothing is.')
    .argument('<ledger or folder...>', 'ledger.ndjson files, or folders that hold some')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nEnds with 0 when nothing is wrong, with 1 otherwise.')
    .action(async (paths, options) => (await load()).audit(paths, options, context))
}

function lot(command: Command): Command {
  return command.requiredOption('--lot <name>', 'the lot: lower-case letters, digits, dots and dashes')
}

function siteOf(letter: string): 'A' | 'B' {
  if (letter === 'a' || letter === 'A') return 'A'
  if (letter === 'b' || letter === 'B') return 'B'
  throw new InvalidArgumentError('A line has a site a and a site b.')
}

function descriptor(text: string): number {
  const fd = Number(text)
  if (!Number.isInteger(fd) || fd < 0 || fd > 1023)
    throw new InvalidArgumentError('A file descriptor is a small whole number.')
  return fd
}

function count(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text) || Number(text) > 100_000)
    throw new InvalidArgumentError('A whole number from 1 to 100000 is needed; make several lots of more units.')
  return Number(text)
}

function demoUnits(text: string): number {
  if (!/^[1-9]\d?$/.test(text) || Number(text) > 50)
    throw new InvalidArgumentError('A whole number from 1 to 50 is needed.')
  return Number(text)
}

function positive(text: string): number {
  const number = Number(text)
  if (!(number > 0 && number <= 400)) throw new InvalidArgumentError('A number above 0, at most 400, is needed.')
  return number
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value]
