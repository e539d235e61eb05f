import { type Command, InvalidArgumentError, Option } from 'commander'
import { stationNames } from '../../core/vocabulary.ts'
import type { CommandContext } from '../context.ts'
import { reason, wholeFrom } from '../option-values.ts'
import { typedSerial } from '../typed-serial.ts'
import { journalCommand, journalSigner, journalWriter } from './journal-command.ts'

const gather = (value: string, before: readonly string[]) => [...before, value]

/** `assay journal`: what was said, by whom and when, and that nothing of it was changed. */
export function register(program: Command, context: CommandContext): void {
  const journal = program
    .command('journal')
    .summary('what was said of every unit, and proof that nothing of it was changed')
    .description(
      'The journal: every result, decision and change, chained, signed by this station, and never overwritten. It lies beside the configuration, or where --journal or ASSAY_JOURNAL says.',
    )
    .addHelpText('after', '\nThe guide is docs/journal.md.')
  const load = () => import('../journal/journal-commands.ts')
  const loadDecisions = () => import('../journal/decision-commands.ts')
  const command = (name: string, summary: string) => journalCommand(journal, name, summary)
  const writer = (name: string, summary: string) => journalWriter(journal, name, summary)
  const signer = (name: string, summary: string) => journalSigner(journal, name, summary)

  writer('new', 'make a journal with its key; without it, the first result does so')
    .option('--sealed', 'seal the key by a password, which every command that writes then asks for')
    .action(async options => (await load()).make(options, context))
  command('verify', 'find whatever was edited, taken out, moved, cut off or put back to an older copy')
    .option(
      '--head <file>',
      'a head that was kept outside (assay journal head); may be given several times',
      gather,
      [],
    )
    .option('--proof <file>', 'look at a proof (assay journal prove) instead of the journal')
    .action(async options => (await load()).verify(options, context))
  command('list', 'show the entries, and with --unit where that unit stands')
    .option('--unit <serial>', 'only of this unit', typedSerial)
    .action(async options => (await load()).list(options))
  command('prove', 'prove that an entry stands in the journal, for whoever holds a head of it')
    .argument('<entry>', 'its number, from 0', whole)
    .option('--out <file>', 'where to write the proof; left out: stdout')
    .action(async (entry, options) => (await load()).prove(entry, options))
  command('head', 'show the signed head, to be kept outside')
    .option('--out <file>', 'write it to this file')
    .action(async options => (await load()).head(options))
  command('backup', 'copy the journal, while others may write it')
    .argument('<file>', 'where to')
    .action(async (file, options) => (await load()).backUp(file, options))
  signer('restore', 'put a backup in the place of a journal that was lost or damaged')
    .argument('<file>', 'the backup')
    .requiredOption('--by <name>', 'who does it')
    .requiredOption('--why <text>', 'why', reason)
    .action(async (file, options) => (await load()).restore(file, options, context))
  signer('dispose', 'decide of a unit that failed: inspect it again, or reject it')
    .argument('<unit>', 'its serial', typedSerial)
    .addOption(new Option('--station <name>', 'where it failed').choices([...stationNames]).makeOptionMandatory())
    .addOption(
      new Option('--decision <decision>', 'what is decided').choices(['inspect-again', 'reject']).makeOptionMandatory(),
    )
    .requiredOption('--by <name>', 'who decides: a person with the role quality who did not find the fault')
    .requiredOption('--why <text>', 'why', reason)
    .action(async (unit, options) => (await loadDecisions()).dispose(unit, options, context))
  signer('wrong-file', 'say that a card which no lot knew was held against the lot file of another lot')
    .argument('<entry>', "its inspection's number in the journal", whole)
    .requiredOption('--by <name>', 'who says so: a person with the role quality who did not inspect it')
    .requiredOption('--why <text>', 'why', reason)
    .action(async (entry, options) => (await loadDecisions()).wrongFile(entry, options, context))
  signer('unread', 'end the spot check of a unit that is spent and cannot be read: it stays INCONCLUSIVE')
    .argument('<unit>', 'its serial', typedSerial)
    .requiredOption('--by <name>', 'who says so: an operator or a person with the role quality')
    .requiredOption('--why <text>', 'what became of it', reason)
    .action(async (unit, options) => (await loadDecisions()).endUnread(unit, options, context))
  signer('clock', 'say that the clock was wrong until now: nothing else is dated before what stands there')
    .requiredOption('--by <name>', 'who says so: a person with the role quality, where there is one')
    .requiredOption('--why <text>', 'what was wrong with it', reason)
    .action(async options => (await loadDecisions()).setClock(options, context))
  signer('acknowledge', 'say that an alarm was dealt with: its rig takes units again')
    .argument('<entry>', "the alarm's number in the journal", whole)
    .requiredOption('--by <name>', 'who says so: a person with the role quality')
    .requiredOption('--why <text>', 'what was done', reason)
    .action(async (entry, options) => (await loadDecisions()).acknowledge(entry, options, context))
}

const entryNumber = wholeFrom(0, Number.MAX_SAFE_INTEGER)

function whole(text: string): number {
  if (text.length > 15) throw new InvalidArgumentError('It takes the number of an entry.')
  return entryNumber(text)
}
