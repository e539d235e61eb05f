import { AssayError } from '../../core/assay-error.ts'

/** A layer that cannot be printed as its product describes it. */
export class PrintError extends AssayError {
  override readonly name = 'PrintError'
}
