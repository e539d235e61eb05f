import { PrefactorCache, threadCount } from '../../bip38/index.ts'
import type { CommandContext } from '../context.ts'
import { printLine } from '../terminal.ts'
import { explainingCore } from './core-error.ts'
import type { Handler } from './handlers.ts'
import { answerLines, type Request } from './ndjson.ts'

export interface RunOptions {
  readonly json?: boolean | undefined
  readonly revealSecrets?: boolean | undefined
}

/** Answers requests from standard input until it ends: how other programs drive a command. */
export async function answerStandardInput(
  handler: Handler,
  options: RunOptions,
  context: CommandContext,
): Promise<void> {
  using prefactors = new PrefactorCache()
  const { signal } = context
  const shared = { signal, revealSecrets: options.revealSecrets === true, prefactors }
  const stop = (): void => void process.stdin.destroy()
  signal.addEventListener('abort', stop, { once: true })
  const exitCode = await answerLines(process.stdin, request => handler(request, shared), print, {
    signal,
    concurrency: 2 * threadCount(),
  })
  context.exit(exitCode)
}

/** Answers one request, for a person (`lines`) or as one JSON document. */
export async function answerOne(
  handler: Handler,
  request: Request,
  options: RunOptions,
  context: CommandContext,
  lines: (body: Readonly<Record<string, unknown>>) => readonly string[],
): Promise<void> {
  using prefactors = new PrefactorCache()
  const shared = { signal: context.signal, revealSecrets: options.revealSecrets === true, prefactors }
  const { body, exitCode } = await explainingCore(() => handler(request, shared))
  for (const line of options.json ? [JSON.stringify(body)] : lines(body)) await print(line)
  if (exitCode !== undefined) context.exit(exitCode)
}

/** Writes one line to stdout and waits while its reader is slower. */
async function print(line: string): Promise<void> {
  if (printLine(line)) return
  await new Promise<void>(resolve => {
    process.stdout.once('drain', resolve)
    process.stdout.once('close', resolve)
  })
}
