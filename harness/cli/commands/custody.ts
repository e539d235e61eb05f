import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import { descriptor } from '../option-values.ts'

/** `assay custody`: that nothing secret lies where it should not. */
export function register(program: Command, context: CommandContext): void {
  const custody = program.command('custody').summary('find secrets that were left behind')
  custody
    .command('scan')
    .summary('search files, archives and images for secrets; shows none')
    .description(
      'Looks for secrets in files and folders: in the plain, encoded, packed, and in images. Without --known it hunts what a checksum or its own form proves to be a key, a seed or a passphrase. What is found is never shown: only where it lies, and what it is.',
    )
    .argument('<path...>', 'files and folders; links in folders are not followed')
    .option('--known <file>', 'also look for these: one secret a line, in a file that only you may read')
    .option('--known-fd <fd>', 'the same from this file descriptor', descriptor)
    .option(
      '--product <profile>',
      'also look for passphrases of this product, and read images as photographs of its cards',
    )
    .option('--texts', 'also read every line of text in every image (some seconds an image)')
    .option('--no-images', 'decode no image: only what stands in bytes is found, in a fraction of the time')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nEnds with 0 when nothing was found, 5 when something was, 2 when a path is not there. The guide is docs/custody-scan.md.',
    )
    .action(async (paths: string[], options) =>
      (await import('../custody/scan-command.ts')).scan(paths, options, context),
    )
}
