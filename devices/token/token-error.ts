import { AssayError, type ExitCode, exitCodes } from '../../harness/core/assay-error.ts'

/** What a token refused, or that there is none. Never holds a PIN. */
export class TokenError extends AssayError {
  override readonly name = 'TokenError'
  /** Tries that are left, where a PIN was wrong and the token says it. */
  readonly triesLeft: number | null

  /** @param code kebab-case and stable, e.g. `pin-wrong`, `token-missing` */
  constructor(
    code: string,
    sentence: string,
    options: ErrorOptions & { readonly exitCode?: ExitCode; readonly triesLeft?: number | null } = {},
  ) {
    super(code, sentence, { exitCode: exitCodes.rigFault, ...options })
    this.triesLeft = options.triesLeft ?? null
  }
}

/** @param triesLeft null: the token does not say */
export function pinWrong(what: string, triesLeft: number | null): TokenError {
  if (triesLeft === 0) return pinBlocked(what)
  const left =
    triesLeft === null ? '' : ` ${triesLeft} ${triesLeft === 1 ? 'try is' : 'tries are'} left, then it is blocked.`
  return new TokenError('pin-wrong', `The PIN does not open ${what}.${left}`, { exitCode: exitCodes.usage, triesLeft })
}

export const pinBlocked = (what: string): TokenError =>
  new TokenError(
    'pin-blocked',
    `${what} is blocked: too many wrong PINs were given. Nothing is lost. Lift it with its PUK (ykman piv access unblock-pin, or the maker's own program); without the PUK, use another token or the recovery phrase, and set this one up anew from the backup of its key (assay vault init --spare).`,
    { exitCode: exitCodes.usage, triesLeft: 0 },
  )

export const tokenClosed = (what: string): TokenError => new TokenError('token-closed', `${what} was closed already.`)

export const tokenLocked = (what: string): TokenError =>
  new TokenError('token-locked', `${what} has not been given its PIN.`, { exitCode: exitCodes.usage })

export const blockForm = (what: string): TokenError =>
  new TokenError('token-block', `What is to be opened by ${what} is no block of an RSA-2048 key.`, {
    exitCode: exitCodes.usage,
  })
