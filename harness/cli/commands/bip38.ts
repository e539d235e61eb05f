import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import { descriptor, wholeFrom } from '../option-values.ts'
import { jsonRequests, requestCommand } from '../request-command.ts'

const secretsHelp = `
Secrets are asked for without echo, or read one a line from standard input, or each from a file descriptor of its own
(--passphrase-fd 3). They are never taken from the command line, which every program on this machine can read.`

const passphraseFd = ['--passphrase-fd <fd>', 'read the passphrase from this file descriptor', descriptor] as const
const epkFd = ['--epk-fd <fd>', 'read the encrypted private key from this file descriptor', descriptor] as const

/** `assay bip38`: the core by hand, and for other programs. */
export function register(program: Command, context: CommandContext): void {
  const bip38 = program
    .command('bip38')
    .summary('BIP38 codes: explain, make, verify, decrypt, cross-check')
    .description('Everything that BIP38 defines, and the cross-check of the parts of one unit.')
    .addHelpText('after', secretsHelp)
  const load = () => import('../bip38/bip38-commands.ts')

  bip38
    .command('inspect')
    .summary('explain any code field by field')
    .description(
      'Explains an encrypted private key, a confirmation code or an intermediate code, field by field, without secrets.',
    )
    .argument('[code]', 'the code; left out: asked for without echo, as an encrypted private key is a secret')
    .option('--json', jsonRequests)
    .action(async (code, options) => (await load()).inspect(code, options, context))

  requestCommand(
    bip38,
    'encrypt',
    'encrypt a private key with a passphrase',
    'Encrypts a private key (WIF, or 64 hexadecimal digits) with a passphrase. Asks for the key, then the passphrase.',
    '{id, wif | privateKey, compressed, passphrase} → {id, epk}',
  )
    .option('--uncompressed', 'the hexadecimal key is used with its uncompressed public key')
    .option('--key-fd <fd>', 'read the private key from this file descriptor', descriptor)
    .option(...passphraseFd)
    .action(async options => (await load()).encrypt(options, context))

  requestCommand(
    bip38,
    'intermediate',
    'make the intermediate code of a passphrase',
    'Makes an intermediate code, with which another site makes keys that only this passphrase opens.',
    '{id, passphrase, ownerSalt, lot?, sequence?} → {id, intermediateCode}',
  )
    .option('--owner-salt <hex>', '8 bytes, or 4 with lot and sequence (default: random)')
    .option('--lot <number>', '0..1048575', wholeFrom(0, 9_999_999))
    .option('--sequence <number>', '0..4095', wholeFrom(0, 9_999_999))
    .option(...passphraseFd)
    .action(async options => (await load()).intermediate(options, context))

  requestCommand(
    bip38,
    'generate',
    'make a unit from an intermediate code',
    'Makes an encrypted private key, its confirmation code and its address from an intermediate code.',
    '{id, intermediateCode, seedb?, compressed} → {id, epk, confirmationCode, publicKey, address}',
  )
    .argument('[intermediate-code]', 'not needed with --json')
    .option('--uncompressed', 'use the uncompressed public key')
    .option(
      '--seedb-fd <fd>',
      'read seedb (48 hexadecimal digits) from this file descriptor (default: random)',
      descriptor,
    )
    .action(async (code, options) => (await load()).generate(code, options, context))

  requestCommand(
    bip38,
    'verify',
    'verify a confirmation code with its passphrase',
    'Shows the public key and the addresses that a confirmation code confirms, if the passphrase is the right one.',
    '{id, confirmationCode, passphrase} → {id, publicKey, addresses}',
  )
    .argument('[confirmation-code]', 'not needed with --json')
    .option(...passphraseFd)
    .action(async (code, options) => (await load()).verify(code, options, context))

  requestCommand(
    bip38,
    'decrypt',
    'open an encrypted private key',
    'Opens an encrypted private key and shows its public key and addresses. Asks for it, then for the passphrase.',
    '{id, epk, passphrase} → {id, privateKey, wif, publicKey, addresses}; the first two with --reveal-secrets',
  )
    .option('--reveal-secrets', 'show the private key too')
    .option(...epkFd)
    .option(...passphraseFd)
    .action(async options => (await load()).decrypt(options, context))

  requestCommand(
    bip38,
    'check',
    'cross-check any parts of one unit',
    'Says whether the given parts belong together, with one finding and its reason for every check that they allow.',
    '{id, intermediateCode?, epk?, confirmationCode?, address?, passphrase?} → {id, verdict, publicKey?, addresses?, findings}\nEnds with 0 PASS, 1 FAIL, 4 INCONCLUSIVE.',
  )
    .option('--intermediate-code <code>', "of the unit's owner (passphrase…)")
    .option('--confirmation-code <code>', 'of the unit (cfrm38…)')
    .option('--address <address>', 'deposit address, of any of the coins')
    .option('--with-epk', 'ask for the encrypted private key')
    .option('--with-passphrase', 'ask for the passphrase')
    .option(...epkFd)
    .option(...passphraseFd)
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
