import { AssayError, type ExitCode, exitCodes, kindAndPlace } from '../core/assay-error.ts'

/** What a person reads on stderr about an error, and the exit code that goes with it. */
export interface ErrorExplanation {
  readonly lines: readonly string[]
  readonly exitCode: ExitCode
}

/**
 * Turns whatever was thrown into the lines for stderr.
 *
 * An {@link AssayError} speaks for itself. Of any other error only the class, the place and, for errors of the operating
 * system, the message are shown: a message that a library composed may quote its input, and the input may be a secret
 * (`JSON.parse` does so). For the same reason `debug` adds stack frames, not messages.
 *
 * @param debug also show the stack frames of the error and of its causes (`ASSAY_DEBUG=1`)
 */
export function explainError(error: unknown, debug: boolean): ErrorExplanation {
  if (error instanceof SuppressedError) {
    // Making the rig safe failed while another error was on its way out: both are told, and an unsafe rig decides.
    const first = explainError(error.suppressed, debug)
    const last = explainError(error.error, debug)
    const decides = error.error instanceof AssayError ? last : first
    return { lines: [...first.lines, ...last.lines], exitCode: decides.exitCode }
  }
  const frames = debug ? causes(error).flatMap(describeFrames) : []
  if (error instanceof AssayError) {
    return { lines: [`assay: ${error.message}`, ...frames], exitCode: error.exitCode }
  }
  const hint = debug ? '' : ' Set ASSAY_DEBUG=1 to see where it happened.'
  if (isSystemError(error)) {
    return {
      lines: [`assay: the operating system refused: ${error.message} (code ${error.code}).${hint}`, ...frames],
      exitCode: exitCodes.environment,
    }
  }
  return {
    lines: [`assay: unexpected ${kindAndPlace(error)}; this is a defect in Assay (code internal).${hint}`, ...frames],
    exitCode: exitCodes.internal,
  }
}

interface SystemError extends Error {
  readonly code: string
  readonly syscall: string
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
}

function className(error: unknown): string {
  return error instanceof Error ? error.name : `thrown ${typeof error}`
}

function causes(error: unknown): unknown[] {
  const chain: unknown[] = []
  for (let at: unknown = error; at !== undefined && !chain.includes(at); ) {
    chain.push(at)
    at = at instanceof Error ? at.cause : undefined
  }
  return chain
}

function describeFrames(error: unknown, depth: number): string[] {
  const title = depth === 0 ? className(error) : `caused by ${className(error)}`
  const code = error instanceof Error && 'code' in error ? ` [${String(error.code)}]` : ''
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  // V8 writes frames as indented "at ..." lines after the message; a message may have lines of its own, but ends before.
  const frames = stack.split('\n').filter(line => /^\s+at .*(?::\d+:\d+\)?|\(<anonymous>\)|native\)?)$/.test(line))
  return [`  ${title}${code}`, ...frames]
}
