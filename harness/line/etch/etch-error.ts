import { AssayError } from '../../core/assay-error.ts'

/** A unit that cannot be etched as its product describes it. */
export class EtchError extends AssayError {
  override readonly name = 'EtchError'
}
