import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'

const jsonHelp = 'one JSON request a line on stdin, one JSON answer a line on stdout, in order'

/** `assay coins`: addresses of a public key, and printed addresses read back. */
export function register(program: Command, context: CommandContext): void {
  const coins = program
    .command('coins')
    .summary('deposit addresses: derive them, read them back')
    .description('Deposit addresses of 25 coins.')
  const load = () => import('../bip38/commands.ts')

  coins
    .command('address')
    .summary('every address of a public key')
    .description(
      'Derives the deposit addresses of every coin from a public key. A SegWit address of an uncompressed key is left out.',
    )
    .argument('[public-key]', '33 or 65 bytes, hexadecimal; not needed with --json')
    .option('--json', jsonHelp)
    .addHelpText('after', '\nRequests: {id, publicKey} → {id, addresses}')
    .action(async (publicKey, options) => (await load()).coinAddresses(publicKey, options, context))

  coins
    .command('read')
    .summary('say what a printed address is')
    .description('Says which coin and kind an address is, the hash behind it, and whether its checksum fits.')
    .argument('[address]', 'not needed with --json')
    .option('--json', jsonHelp)
    .addHelpText(
      'after',
      '\nRequests: {id, address} → {id, coin, kind, key, keys, hash, hash160, checksum, canonical}\nEnds with 1 when it is no sound address.',
    )
    .action(async (address, options) => (await load()).readCoinAddress(address, options, context))
}
