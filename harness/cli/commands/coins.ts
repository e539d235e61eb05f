import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import { requestCommand } from '../request-command.ts'

/** `assay coins`: addresses of a public key, and printed addresses read back. */
export function register(program: Command, context: CommandContext): void {
  const coins = program
    .command('coins')
    .summary('deposit addresses: derive them, read them back')
    .description('Deposit addresses of 25 coins.')
  const load = () => import('../bip38/bip38-commands.ts')
  requestCommand(
    coins,
    'address',
    'every address of a public key',
    'Derives the deposit addresses of every coin from a public key. A SegWit address of an uncompressed key is left out.',
    '{id, publicKey} → {id, addresses}',
  )
    .argument('[public-key]', '33 or 65 bytes, hexadecimal; not needed with --json')
    .action(async (publicKey, options) => (await load()).coinAddresses(publicKey, options, context))
  requestCommand(
    coins,
    'read',
    'say what a printed address is',
    'Says which coin and kind an address is, the hash behind it, and whether its checksum fits.',
    '{id, address} → {id, coin, kind, key, keys, hash, hash160, checksum, canonical}\nEnds with 1 when it is no sound address.',
  )
    .argument('[address]', 'not needed with --json')
    .action(async (address, options) => (await load()).readCoinAddress(address, options, context))
}
