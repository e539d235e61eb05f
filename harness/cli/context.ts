import type { ExitCode } from '../core/assay-error.ts'

/** What the outside hands to a command's action. */
export interface CommandContext {
  /** Aborts when the person interrupts (Ctrl-C, SIGTERM), or when the reader of stdout goes away. Actions pass it on. */
  readonly signal: AbortSignal
  /** The exit code of a command that ran to its end, e.g. `exitCodes.failed`. Without a call it is 0; errors are thrown. */
  exit(code: ExitCode): void
}
