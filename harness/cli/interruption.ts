import { AssayError, exitCodes } from '../core/assay-error.ts'

/** Someone or something asked the running command to stop. */
export class InterruptedError extends AssayError {
  override readonly name = 'InterruptedError'
  constructor(why: string) {
    super('interrupted', `stopped: ${why}.`, { exitCode: exitCodes.interrupted })
  }
}

/**
 * One Ctrl-C reaches this process up to three times: from the terminal, from npm and from the entry script. Signals
 * closer together than this are one wish.
 */
const SAME_WISH_MS = 1000

/** How long a command may take to make its rig safe and to write its record before the process ends anyway. */
const GRACE_MS = 10_000

/**
 * Aborts `controller` on the first SIGINT, SIGTERM or SIGHUP; a second wish, or {@link GRACE_MS} without an end, ends
 * the process with exit code 130. It stays so until the process ends: a signal that is passed on late must not kill it.
 *
 * @param tell writes one line for the person
 */
export function onInterruption(controller: AbortController, tell: (line: string) => void): void {
  let firstAt: number | null = null
  const interrupt = (signal: NodeJS.Signals) => {
    const now = performance.now()
    if (firstAt === null) {
      firstAt = now
      setTimeout(() => process.exit(exitCodes.interrupted), GRACE_MS).unref()
      tell('assay: stopping; press Ctrl-C again to end at once.')
      controller.abort(new InterruptedError(signal === 'SIGINT' ? 'interrupted by Ctrl-C' : `received ${signal}`))
    } else if (now - firstAt > SAME_WISH_MS) {
      process.exit(exitCodes.interrupted)
    }
  }
  const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, interrupt)
}
