import { type Command, Option } from 'commander'
import type { CommandContext } from '../context.ts'
import { descriptor, reason } from '../option-values.ts'
import { journalCommand, journalSigner } from './journal-command.ts'

/** As the register has them; named here so that help loads nothing heavy. */
const roleNames = ['operator', 'quality', 'teacher', 'release', 'witness']

/** `assay people`: who works here, in the journal. */
export function register(program: Command, context: CommandContext): void {
  const people = program
    .command('people')
    .summary('who works here, and what they may do')
    .description('The one register of people: their names, roles and public keys. It stands in the journal.')
    .addHelpText('after', '\nThe guide is docs/journal.md.')
  const load = () => import('../journal/people-commands.ts')
  const command = (name: string, summary: string) => journalCommand(people, name, summary)
  const writer = (name: string, summary: string) =>
    journalSigner(people, name, summary)
      .argument('<name>', 'lower-case letters, digits, dots and dashes')
      .option('--by <name>', 'who does it; only the first person is added by nobody else')

  writer('add', 'add a person')
    .addOption(new Option('--role <role...>', 'what they may do').choices(roleNames).makeOptionMandatory())
    .option('--key <file>', 'their Ed25519 public key: PEM, OpenSSH, base64url, or what people key made')
    .action(async (name, options) => (await load()).add(name, options, context))
  people
    .command('key')
    .summary('make the key that a person signs with')
    .description(
      'Makes an Ed25519 key in a new file, sealed under a passphrase that only the person knows, or to a token that only they have.',
    )
    .argument('<name>', 'as in the register')
    .requiredOption('--out <file>', 'a new file')
    .option('--token <token>', 'seal it to this token instead: pcsc, pcsc:READER, pkcs11:MODULE or software:FILE')
    .option('--passphrase-fd <fd>', 'read the passphrase from this file descriptor', descriptor)
    .option('--json', 'one JSON document on stdout')
    .action(async (name, options) => (await load()).makeKey(name, options, context))
  command('list', 'show everybody, also those who have retired').action(async options => (await load()).list(options))
  writer('retire', 'end what a person may do; the name is never given to another')
    .option('--why <text>', 'why', reason)
    .action(async (name, options) => (await load()).retire(name, options, context))
}
