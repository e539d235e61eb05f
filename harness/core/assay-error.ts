/** Exit codes of every command (design.md rule 10); scripts may rely on them. */
export const exitCodes = {
  passed: 0,
  failed: 1,
  usage: 2,
  rigFault: 3,
  inconclusive: 4,
  /** A secret lay open where it must not, and nobody had said beforehand that it would. */
  alarm: 5,
  environment: 69,
  /** A defect of ours: never 1, which says that a unit failed. */
  internal: 70,
  /** SIGHUP: its terminal is gone. */
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/**
 * An error that a person can act on: a stable `code` for programs, one sentence for people (what, where, what to do),
 * and the cause. Never holds a secret. Rooms subclass it (`class PictureError extends AssayError`).
 */
export class AssayError extends Error {
  override readonly name: string = 'AssayError'
  readonly code: string
  readonly exitCode: ExitCode

  /** @param code kebab-case and stable, e.g. `picture-truncated` */
  constructor(code: string, sentence: string, options: ErrorOptions & { exitCode?: ExitCode } = {}) {
    super(sentence, options)
    this.code = code
    this.exitCode = options.exitCode ?? exitCodes.usage
  }
}

const ownFrame = /(?:harness|devices|fixtures|reports|scenarios)\/[^\s)]+:\d+/

/** «TypeError at harness/…:12» for an error that is none of ours: its message may quote what it worked on, a secret. */
export function kindAndPlace(error: unknown): string {
  if (!(error instanceof Error)) return `thrown ${typeof error}`
  const place = ownFrame.exec(error.stack ?? '')?.[0]
  return `${error.name}${place === undefined ? '' : ` at ${place}`}`
}
