import { type Command, CommanderError } from 'commander'
import { AssayError, type ExitCode, exitCodes } from '../core/assay-error.ts'
import { deedsDone } from '../core/deeds.ts'
import { printable } from '../core/printable.ts'
import { withoutCoreFiles } from '../core/private-process.node.ts'
import { AskingCommand, refuseEmptyWords } from './asking-command.ts'
import type { CommandContext } from './context.ts'
import { explainError } from './explain-error.ts'
import { endWithHandlers, InterruptedError, onInterruption } from './interruption.ts'
import { quoting, tellLine } from './terminal.ts'
import { assayVersion } from './version.ts'

/**
 * A command's file registers its arguments and help with light imports only, and loads what does the work by `import()`
 * in its action, so that `assay --help` stays quick.
 */
interface CommandModule {
  register(program: Command, context: CommandContext): void
}

/** Hardly any word has so many letters and digits: only then is it asked what they are. */
const mayHoldKey = (word: string) => /[A-Za-z0-9-]{16}/.test(word)

/** By name, in the order in which help lists them. A new command is one file and one line. */
const commands: Readonly<Record<string, () => Promise<CommandModule>>> = {
  demo: () => import('./commands/demo.ts'),
  read: () => import('./commands/read.ts'),
  inspect: () => import('./commands/inspect.ts'),
  'spot-check': () => import('./commands/spot-check.ts'),
  console: () => import('./commands/console.ts'),
  journal: () => import('./commands/journal.ts'),
  report: () => import('./commands/report.ts'),
  people: () => import('./commands/people.ts'),
  vault: () => import('./commands/vault.ts'),
  custody: () => import('./commands/custody.ts'),
  lot: () => import('./commands/lot.ts'),
  gauge: () => import('./commands/gauge.ts'),
  stats: () => import('./commands/stats.ts'),
  nightly: () => import('./commands/nightly.ts'),
  line: () => import('./commands/line.ts'),
  product: () => import('./commands/product.ts'),
  customer: () => import('./commands/customer.ts'),
  config: () => import('./commands/config.ts'),
  rig: () => import('./commands/rig.ts'),
  qr: () => import('./commands/qr.ts'),
  text: () => import('./commands/text.ts'),
  bip38: () => import('./commands/bip38.ts'),
  coins: () => import('./commands/coins.ts'),
}

/** What the first word asks for: one command, or all of them, for help and for what is like a word that is none. */
function wantedBy(first: string | undefined): (() => Promise<CommandModule>)[] {
  if (first === '-V' || first === '--version') return []
  return first !== undefined && Object.hasOwn(commands, first) ? [commands[first]!] : Object.values(commands)
}

/**
 * The command line as a commander program, with the command that was typed; nothing is parsed or run yet.
 * @param typed the arguments after `assay`, which errors may quote. Default: none, so that every command is there
 */
export async function createProgram(context: CommandContext, typed: readonly string[] = []): Promise<Command> {
  const program = new AskingCommand('assay')
    .description(
      'Hardware-in-the-loop tests for two-factor physical wallets:\nphotograph the card, read it blind, prove it against BIP38.',
    )
    .version(assayVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showHelpAfterError('Add --help to see what is possible.')
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({ outputError: (text, write) => write(quoting(text.replace(/^error: /, 'assay: '), typed)) })
    .exitOverride()
    .addHelpText('after', exitCodeHelp)
  const wanted = await Promise.all(wantedBy(typed[0]).map(load => load()))
  for (const command of wanted) command.register(program, context)
  return program
}

const exitCodeHelp = `
Exit codes:
  0 everything passed    1 a unit failed          2 usage or configuration    3 rig fault
  4 inconclusive         5 stopped by an alarm   69 cannot run here          70 a defect in Assay
130 interrupted         143 by SIGTERM, 129 by SIGHUP
`

/**
 * Runs one command line and says how it ended; never throws.
 *
 * @param argv the arguments after `assay`
 * @param controller aborted from outside to interrupt the command
 * @param tell writes one line to the person (stderr)
 */
export async function main(
  argv: readonly string[],
  controller: AbortController,
  tell: (line: string) => void,
): Promise<ExitCode> {
  const { signal } = controller
  let exitCode = exitCodes.passed as ExitCode
  /** Its work was done before anybody told it to stop. */
  let isDone = false
  const context: CommandContext = {
    signal,
    exit: code => {
      exitCode = code
      isDone = !signal.aborted
    },
  }
  try {
    // Codes are what `bip38` is about; it warns of one that is a secret.
    if (argv[0] !== 'bip38' && argv.some(mayHoldKey)) (await import('./refuse-keys.ts')).refuseKeys(argv)
    const program = await createProgram(context, argv)
    program.hook('preAction', async (_, command) => {
      refuseEmptyWords(command)
      // Passphrases are typed into this process.
      await withoutCoreFiles()
    })
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.usage
    if (signal.aborted && isAbort(error, signal)) return explainError(signal.reason, false).exitCode
    const explanation = explainError(error, process.env['ASSAY_DEBUG'] === '1')
    for (const line of explanation.lines) tell(line)
    return explanation.exitCode
  }
  // A command that came to its end although it was told to stop has not done all its work: never a pass. An alarm is worse.
  const isCut = signal.aborted && !isDone && exitCode !== exitCodes.alarm
  return isCut ? explainError(signal.reason, false).exitCode : exitCode
}

/** What is printed goes nowhere: nothing more is begun that nobody would read. */
function outputUnwritable(cause: NodeJS.ErrnoException): AssayError {
  const why = cause.code === 'ENOSPC' ? 'its drive is full; free some room' : `${cause.message}; choose another place`
  const done = deedsDone()
  return new AssayError(
    'output-unwritable',
    done === null
      ? `standard output cannot be written: ${why}, then run the command again.`
      : `standard output cannot be written: ${why}. What was done stays: ${printable(done)}. Look there what is left to do before you run the command again.`,
    { cause, exitCode: exitCodes.environment },
  )
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError')
}

/** The process around {@link main}: signals, a reader of stdout that goes away, stray errors, the exit code. */
export async function runProcess(): Promise<void> {
  const controller = new AbortController()
  const tell = tellLine
  onInterruption(controller, tell)

  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (controller.signal.aborted) return
    if (error.code !== 'EPIPE') {
      // Once, whatever else is printed until the end.
      const unwritable = outputUnwritable(error)
      process.exitCode = unwritable.exitCode
      tell(`assay: ${unwritable.message}`)
      return controller.abort(unwritable)
    }
    // `assay ... | head`: stop quietly, and not with 0, as the work may not be done.
    process.exitCode = exitCodes.interrupted
    controller.abort(new InterruptedError('nobody reads the output any more'))
  })
  process.stderr.on('error', () => {})
  process.on('uncaughtException', error => {
    // Node would print the message, which may quote a secret, and exit with 1, which means that a unit failed.
    const explanation = explainError(error, process.env['ASSAY_DEBUG'] === '1')
    for (const line of explanation.lines) tell(line)
    process.exitCode = explanation.exitCode
    setTimeout(() => process.exit(explanation.exitCode), 2000).unref()
    controller.abort(error)
  })

  const exitCode = await main(process.argv.slice(2), controller, tell)
  if (exitCode !== exitCodes.passed || process.exitCode === undefined) process.exitCode = exitCode
  endWithHandlers()
}
