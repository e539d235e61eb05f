import { type Command, InvalidArgumentError } from 'commander'
import type { CommandContext } from '../context.ts'

const secretsHelp = `
Secrets are asked for without echo, or read one a line from standard input, or each from a file descriptor of its own
(--passphrase-fd 3). They are never taken from the command line, which every program on this machine can read.`

const jsonHelp = 'one JSON request a line on stdin, one JSON answer a line on stdout, in order'

function descriptor(text: string): number {
  const fd = Number(text)
  if (!Number.isInteger(fd) || fd < 0 || fd > 1023)
    throw new InvalidArgumentError('A file descriptor is a small whole number.')
  return fd
}

function whole(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.')
  return Number(text)
}

/** `assay bip38`: the core by hand, and for other programs. */
export function register(program: Command, context: CommandContext): void {
  const bip38 = program
    .command('bip38')
    .summary('BIP38 codes: explain, make, verify, decrypt, cross-check')
    .description('Everything that BIP38 defines, and the cross-check of the parts of one unit.')
    .addHelpText('after', secretsHelp)
  const load = () => import('../bip38/commands.ts')

  bip38
    .command('inspect')
    .summary('explain any code field by field')
    .description(
      'Explains an encrypted private key, a confirmation code or an intermediate code, field by field, without secrets.',
    )
    .argument('[code]', 'the code; left out: asked for without echo, as an encrypted private key is a secret')
    .option('--json', jsonHelp)
    .action(async (code, options) => (await load()).inspect(code, options, context))

  bip38
    .command('encrypt')
    .summary('encrypt a private key with a passphrase')
    .description(
      'Encrypts a private key (WIF, or 64 hexadecimal digits) with a passphrase. Asks for the key, then the passphrase.',
    )
    .option('--uncompressed', 'the hexadecimal key is used with its uncompressed public key')
    .option('--key-fd <fd>', 'read the private key from this file descriptor', descriptor)
    .option('--passphrase-fd <fd>', 'read the passphrase from this file descriptor', descriptor)
    .option('--json', jsonHelp)
    .addHelpText('after', '\nRequests: {id, wif | privateKey, compressed, passphrase} → {id, epk}')
    .action(async options => (await load()).encrypt(options, context))

  bip38
    .command('intermediate')
    .summary('make the intermediate code of a passphrase')
    .description('Makes an intermediate code, with which another site makes keys that only this passphrase opens.')
    .option('--owner-salt <hex>', '8 bytes, or 4 with lot and sequence (default: random)')
    .option('--lot <number>', '0..1048575', whole)
    .option('--sequence <number>', '0..4095', whole)
    .option('--passphrase-fd <fd>', 'read the passphrase from this file descriptor', descriptor)
    .option('--json', jsonHelp)
    .addHelpText('after', '\nRequests: {id, passphrase, ownerSalt, lot?, sequence?} → {id, intermediateCode}')
    .action(async options => (await load()).intermediate(options, context))

  bip38
    .command('generate')
    .summary('make a unit from an intermediate code')
    .description('Makes an encrypted private key, its confirmation code and its address from an intermediate code.')
    .argument('[intermediate-code]', 'not needed with --json')
    .option('--uncompressed', 'use the uncompressed public key')
    .option(
      '--seedb-fd <fd>',
      'read seedb (48 hexadecimal digits) from this file descriptor (default: random)',
      descriptor,
    )
    .option('--json', jsonHelp)
    .addHelpText(
      'after',
      '\nRequests: {id, intermediateCode, seedb?, compressed} → {id, epk, confirmationCode, publicKey, address}',
    )
    .action(async (code, options) => (await load()).generate(code, options, context))

  bip38
    .command('verify')
    .summary('verify a confirmation code with its passphrase')
    .description(
      'Shows the public key and the addresses that a confirmation code confirms, if the passphrase is the right one.',
    )
    .argument('[confirmation-code]', 'not needed with --json')
    .option('--passphrase-fd <fd>', 'read the passphrase from this file descriptor', descriptor)
    .option('--json', jsonHelp)
    .addHelpText('after', '\nRequests: {id, confirmationCode, passphrase} → {id, publicKey, addresses}')
    .action(async (code, options) => (await load()).verify(code, options, context))

  bip38
    .command('decrypt')
    .summary('open an encrypted private key')
    .description(
      'Opens an encrypted private key and shows its public key and addresses. Asks for it, then for the passphrase.',
    )
    .option('--reveal-secrets', 'show the private key too')
    .option('--epk-fd <fd>', 'read the encrypted private key from this file descriptor', descriptor)
    .option('--passphrase-fd <fd>', 'read the passphrase from this file descriptor', descriptor)
    .option('--json', jsonHelp)
    .addHelpText(
      'after',
      '\nRequests: {id, epk, passphrase} → {id, privateKey, wif, publicKey, addresses}; the first two with --reveal-secrets',
    )
    .action(async options => (await load()).decrypt(options, context))

  bip38
    .command('check')
    .summary('cross-check any parts of one unit')
    .description(
      'Says whether the given parts belong together, with one finding and its reason for every check that they allow.',
    )
    .option('--intermediate-code <code>', "of the unit's owner (passphrase…)")
    .option('--confirmation-code <code>', 'of the unit (cfrm38…)')
    .option('--address <address>', 'deposit address, of any of the coins')
    .option('--with-epk', 'ask for the encrypted private key')
    .option('--with-passphrase', 'ask for the passphrase')
    .option('--epk-fd <fd>', 'read the encrypted private key from this file descriptor', descriptor)
    .option('--passphrase-fd <fd>', 'read the passphrase from this file descriptor', descriptor)
    .option('--json', jsonHelp)
    .addHelpText(
      'after',
      `
Requests: {id, intermediateCode?, epk?, confirmationCode?, address?, passphrase?} → {id, verdict, publicKey?, addresses?, findings}
Ends with 0 PASS, 1 FAIL, 4 INCONCLUSIVE.`,
    )
    .action(async options => (await load()).check(options, context))

  bip38
    .command('engines')
    .summary('measure the scrypt engines of this machine')
    .description(
      'Measures every scrypt engine that runs here on a small share of the work, and says which one is used.',
    )
    .option('--json', 'one JSON document')
    .action(async options => (await load()).engines(options))
}
