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

/** 128 and the signal's number, as a shell tells a program that it ended. */
const exitOf = {
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
  SIGHUP: exitCodes.hungUp,
} as const

/**
 * Aborts `controller` on the first SIGINT, SIGTERM or SIGHUP; a second wish, or {@link GRACE_MS} without an end, ends
 * the process. What ends as interrupted ends with the code of the first signal: 130, 143 or 129. It stays so until the process ends: a signal that is passed on late must not kill it.
 *
 * @param tell writes one line for the person
 */
export function onInterruption(controller: AbortController, tell: (line: string) => void): void {
  let firstAt: number | null = null
  const interrupt = (signal: keyof typeof exitOf) => {
    const now = performance.now()
    if (firstAt === null) {
      firstAt = now
      // Every command tells «interrupted» by one code; which signal it was is known here alone.
      process.on('exit', code => {
        if (code === exitCodes.interrupted) process.exitCode = exitOf[signal]
      })
      setTimeout(() => process.exit(exitCodes.interrupted), GRACE_MS).unref()
      tell('assay: stopping; press Ctrl-C again to end at once.')
      controller.abort(new InterruptedError(signal === 'SIGINT' ? 'interrupted by Ctrl-C' : `received ${signal}`))
    } else if (now - firstAt > SAME_WISH_MS) {
      process.exit(exitCodes.interrupted)
    }
  }
  for (const signal of Object.keys(exitOf) as (keyof typeof exitOf)[]) process.on(signal, () => interrupt(signal))
}

/**
 * Ends the process once nothing is left to do, by its own hand. Left to itself, Node takes the handlers of signals away before the
 * process is gone, and one that is passed on late would kill it: `terminated` in place of the exit code, of work that was done, too.
 * Only for a program whose work is settled: one that hangs must end as such.
 */
export function endWithHandlers(): void {
  process.once('beforeExit', () => process.exit())
}
