import { AssayError, type ExitCode } from '../core/assay-error.ts'

/** Something that stops the line: a refused manifest, a step out of order, a sick source. Names units by serial, never a secret. */
export class LineError extends AssayError {
  override readonly name = 'LineError'
  constructor(code: string, sentence: string, options: ErrorOptions & { exitCode?: ExitCode } = {}) {
    super(code, sentence, options)
  }
}
