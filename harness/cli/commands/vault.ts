import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import { descriptor, publicKeys, wholeFrom } from '../option-values.ts'
import { typedSerial } from '../typed-serial.ts'
import { journalCommand, journalWriter } from './journal-command.ts'

/** `assay vault`: evidence that only its owner opens. */
export function register(program: Command, context: CommandContext): void {
  const vault = program
    .command('vault')
    .summary('evidence of opened units, sealed so that only its owner opens it')
    .description(
      'The evidence vault: photographs, readings and records of every inspection at which a secret was in view, one age file each, sealed to hardware tokens and to a recovery phrase. What seals holds public keys only.',
    )
    .addHelpText('after', '\nThe guide is docs/vault.md.')
  const load = () => import('../vault/vault-commands.ts')
  const token = 'pcsc, pcsc:READER, pkcs11:MODULE, pkcs11:MODULE#ID or software:FILE'
  const withPin = (command: Command) =>
    command.option('--pin-fd <fd>', 'read PIN or password of the token from this file descriptor', descriptor)
  const withPhrase = (command: Command) =>
    command.option('--phrase-fd <fd>', 'read the recovery phrase from this file descriptor', descriptor)

  withPhrase(withPin(vault.command('init')))
    .summary('put a new key into a token, and make it a recipient')
    .description(
      'Makes a key, puts it into a token, adds its public half to the recipients file, and keeps a copy of it that only the recovery phrase opens.',
    )
    .argument('<name>', 'what to call the token: lower-case letters, digits, dots and dashes')
    .requiredOption('--token <token>', token)
    .option('--new-phrase', 'make the recovery phrase, and show it once (with --reveal-secrets)')
    .option('--reveal-secrets', 'show the new recovery phrase in clear; the journal notes it')
    .option('--spare <token>', 'put the key of this token in, from its sealed copy; asks for the recovery phrase')
    .option('--management-fd <fd>', "read the card's management key from this file descriptor", descriptor)
    .action(async (name, options) => (await import('../vault/provision.ts')).init(name, options, context))
  journalCommand(vault, 'recipients', 'show for whom evidence is sealed, and what each of them opens').action(
    async options => (await load()).recipients(options),
  )
  journalCommand(vault, 'list', 'show what is sealed')
    .option('--unit <serial>', 'only of this unit', typedSerial)
    .action(async options => (await load()).list(options))
  withPhrase(withPin(journalWriter(vault, 'open', 'open one sealed inspection; the journal notes it first')))
    .argument('<id>', 'as assay vault list has it')
    .option('--token <token>', token)
    .option('--phrase', 'open it with the recovery phrase instead')
    .requiredOption('--out <folder>', 'a new folder to write its files to')
    .action(async (id, options) => (await load()).open(id, options, context))
  journalCommand(vault, 'verify', 'find whatever was changed, taken out, swapped or cut off; needs no key').action(
    async options => (await load()).verify(options, context),
  )
  journalCommand(vault, 'backup', 'copy what a backup does not have yet')
    .argument('<folder>', 'where to')
    .action(async (folder, options) => (await load()).backup(folder, options))
  journalCommand(vault, 'restore', 'put back from a backup what is missing here')
    .argument('<folder>', 'the backup')
    .action(async (folder, options) => (await load()).restore(folder, options, context))
  journalCommand(vault, 'key', 'show the public key by which this workplace adds to the vault').action(async options =>
    (await load()).key(options),
  )
  vault
    .command('serve')
    .summary('serve a vault to rigs over HTTP; holds nothing that it could read')
    .description(
      'Serves the vault of a folder: whoever signs with a writer’s key may add to it, whoever reaches it may read what is sealed, nobody may change or take away. Ends with Ctrl-C.',
    )
    .argument('<folder>', 'where the sealed files are; made where there is none')
    .requiredOption('--writer <key...>', 'public keys of the rigs that may add (assay vault key)', publicKeys)
    .option('--port <number>', 'port to listen at', wholeFrom(0, 65_535), 8432)
    .option('--host <address>', 'address to listen at; for other machines put a server of https before it', '127.0.0.1')
    .action(async (folder, options) => (await load()).serve(folder, options, context))
  withPhrase(withPin(journalWriter(vault, 'drill', 'prove once a year that nothing is lost when a token is')))
    .option('--token <token>', `also try the token in the hand: ${token}`)
    .option('--by <name>', 'who holds the drill')
    .action(async options => (await import('../vault/drill.ts')).drill(options, context))
}
