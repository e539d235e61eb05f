import { AssayError, type ExitCode, exitCodes } from '../core/assay-error.ts'

/** Why a picture cannot be used; stable, scripts may rely on them. */
export type PictureErrorCode =
  | 'picture-missing'
  | 'picture-is-a-folder'
  | 'picture-unreadable'
  | 'picture-empty'
  | 'picture-not-a-picture'
  | 'picture-unsupported-format'
  | 'picture-truncated'
  | 'picture-damaged'
  | 'picture-several-frames'
  | 'picture-too-small'
  | 'picture-too-large'
  | 'picture-too-hard'

/** A file or bytes that cannot be used as a photograph. The other pictures of a run are not touched by it. */
export class PictureError extends AssayError {
  override readonly name = 'PictureError'
  declare readonly code: PictureErrorCode

  constructor(code: PictureErrorCode, sentence: string, options: ErrorOptions & { exitCode?: ExitCode } = {}) {
    super(code, sentence, { exitCode: exitCodes.usage, ...options })
  }
}
