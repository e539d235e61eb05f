import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import type { BuildOptions, ServeOptions } from '../customer/customer-commands.ts'
import { wholeFrom } from '../option-values.ts'

/** `assay customer`: the page by which an owner opens a card. */
export function register(program: Command, context: CommandContext): void {
  const customer = program
    .command('customer')
    .summary("make or serve the owner's page, which opens a card")
    .description('The page by which the owner of a card checks it and opens it, in a browser and without a network.')
    .addHelpText('after', '\nThe guide is docs/customer.md.')
  const load = () => import('../customer/customer-commands.ts')

  customer
    .command('build')
    .summary('write the page as one file')
    .description(
      'Writes one HTML file that needs nothing else and asks nobody for anything. Says its SHA-256, which is the same wherever it is made from the same version and products.',
    )
    .option('-o, --out <file>', 'where to write it', 'card.html')
    .option(
      '-p, --product <product...>',
      "products that it offers, the first one chosen; shipped names or files (default: the makers' cards that come with Assay)",
    )
    .option('--reader', 'with all that reads and judges photographs of cards on the device itself (30 MB)')
    .action(async (options: BuildOptions) => (await load()).buildPage(options))

  customer
    .command('serve')
    .summary("serve the page, with a look-up of a maker's cards")
    .description(
      'Serves the page, and answers which card a serial or an address belongs to: its confirmation code and address, never more than the list has. Ends with Ctrl-C.',
    )
    .requiredOption('-r, --records <file...>', "makers' lists of cards: lot files")
    .option(
      '-p, --product <product...>',
      "products that the page offers, the first one chosen; shipped names or files (default: the makers' cards that come with Assay, and shipped ones of the lists)",
    )
    .option('--reader', 'serve the page that reads and judges photographs of cards as well (30 MB)')
    .option('--port <number>', 'port to listen at', wholeFrom(0, 65_535), 8431)
    .option(
      '--host <address>',
      'address to listen at; browsers let a page of another machine count with keys over https only',
      '127.0.0.1',
    )
    .action(async (options: ServeOptions) => (await load()).servePage(options, context))
}
