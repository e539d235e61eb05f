import { type Command, Option } from 'commander'
import type { CommandContext } from '../context.ts'
import { descriptor, wholeFrom } from '../option-values.ts'
import { typedSerial } from '../typed-serial.ts'
import { journalSigner, journalWriter } from './journal-command.ts'

/** `assay lot commit … verify`: from a plan in the journal to a signed release. */
export function registerRelease(lot: Command, context: CommandContext): void {
  const writer = (name: string, summary: string) =>
    journalWriter(lot, name, summary).requiredOption('--by <name>', 'who does it, by the register')
  const signer = (name: string, summary: string) =>
    journalSigner(lot, name, summary).requiredOption('--by <name>', 'who does it, by the register')
  const file = ['<file>', "the lot's records"] as const
  const number = wholeFrom(0, 2 ** 53 - 1)

  signer('commit', 'take part in the draw of a planned lot: a seed into a file, its hash into the journal')
    .argument('<lot>', 'its name')
    .requiredOption('--out <file>', 'a new file for the seed, to be kept until the draw')
    .action(async (name, options) => (await import('../lot/lot-draw-command.ts')).commitSeed(name, options, context))

  writer('draw', 'tell the seeds, and with them which units are opened')
    .argument(...file)
    .requiredOption('--seed <file...>', 'the seeds of everybody who committed one')
    .addHelpText(
      'after',
      '\nThe sample is the units whose HMAC-SHA256 under the hash of all seeds is smallest: docs/sign-off.md tells how anybody draws it again.\n\n  $ assay lot draw lot.json --seed ann.seed rita.seed --by ann',
    )
    .action(async (path, options) => (await import('../lot/lot-draw-command.ts')).drawLot(path, options, context))

  signer('take-out', 'say that a unit is scrapped or held back, and does not ship')
    .argument(...file)
    .argument('<unit>', 'its serial', typedSerial)
    .addOption(new Option('--as <fate>', 'what becomes of it').choices(['scrapped', 'held']).makeOptionMandatory())
    .requiredOption('--why <text>', 'why')
    .action(async (path, unit, options) =>
      (await import('../lot/take-out-command.ts')).takeOut(path, unit, options, context),
    )

  signer('decoy', 'say, before anybody sees it, that a unit is bad at a station: who passes it is not fit to judge')
    .argument(...file)
    .argument('<unit>', 'its serial', typedSerial)
    .addOption(
      new Option('-s, --station <name>', 'where it is bad')
        .choices(['printed', 'etched', 'sealed'])
        .makeOptionMandatory(),
    )
    .action(async (path, unit, options) =>
      (await import('../lot/take-out-command.ts')).sayDecoy(path, unit, options, context),
    )

  signer('explain', 'say what entries were that hold a lot until somebody else of quality has explained them')
    .argument(...file)
    .argument('<entry...>', 'numbers of these entries, as lot close tells them')
    .requiredOption('--why <text>', 'what it was')
    .addHelpText(
      'after',
      '\nAn entry on which nothing of the lot depends, or on which this word would not count, is refused.\n\n  $ assay lot explain lot.json 17 --why "laid in twice" --by ann --sign-with ann.key',
    )
    .action(async (path, entries: string[], options) =>
      (await import('../lot/lot-explain-command.ts')).explain(path, entries.map(number), options, context),
    )

  writer('close', "work the lot's decision out of the journal, and write the folder that people sign")
    .argument(...file)
    .requiredOption('--shipped <number>', 'units that lie there to be shipped, counted', number)
    .requiredOption('--out <folder>', 'a new folder')
    .option('--head <file...>', 'heads of the journal that were kept outside')
    .option('--again', 'also where it is released already and nothing was said since: the folder of then is gone')
    .option(
      '--pictures <folder...>',
      'what --out of inspections was: defects are shown by their pictures, secrets blacked out',
    )
    .addHelpText(
      'after',
      '\nEnds with 0 when the lot is released, 4 when it is held, 1 when it is rejected.\n\n  $ assay lot close lot.json --shipped 487 --out LR-0042 --by ann',
    )
    .action(async (path, options) =>
      context.exit(await (await import('../lot/lot-close-command.ts')).closeLot(path, options, context)),
    )

  writer('sign', "put one person's signature under a lot's release")
    .argument('<folder>', 'as lot close wrote it')
    .addOption(new Option('--as <meaning>', 'inspector first').choices(['inspector', 'releaser']).makeOptionMandatory())
    .requiredOption('--key <file>', 'their key (assay people key)')
    .option('--token <token>', 'the token that it is sealed to, where it is: pcsc, pkcs11:MODULE or software:FILE')
    .option('--passphrase-fd <fd>', "read its passphrase, or the token's PIN, from this file descriptor", descriptor)
    .addOption(new Option('--paper <size>', 'of the PDF').choices(['a4', 'letter']).default('a4'))
    .option('--no-pdf', 'make no PDF, which needs Chromium')
    .action(async (folder, options) => (await import('../lot/lot-sign-command.ts')).signLot(folder, options, context))

  lot
    .command('verify')
    .summary("hold a lot's release against its signatures and its own rows, offline")
    .description(
      "Says whether a lot's release is what its people signed, and whether its decision follows from its rows; or what is wrong. Needs nothing but the folder.",
    )
    .argument('<folder>', 'the release')
    .option('--key <file...>', 'public keys that signers have, from elsewhere')
    .option('--head <file...>', 'heads of the journal that were kept outside')
    .option('--journal <folder>', 'work everything out again from the journal itself')
    .option('--rehearsal', 'a rehearsal will do')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nEnds with 0 when all is sound and the lot is released, 1 when something is wrong or it is not, 2 when there is no release, 4 when it is a rehearsal, by which nothing real is released.',
    )
    .action(async (folder, options) =>
      context.exit(await (await import('../lot/lot-verify-command.ts')).verifyLot(folder, options, context)),
    )
}
