import { AssayError } from '../core/assay-error.ts'

/** Something that stops the line: a refused manifest, a step out of order, a sick source. Names units by serial, never a secret. */
export class LineError extends AssayError {
  override readonly name: string = 'LineError'
}

/** A layer that cannot be printed as its product describes it. */
export class PrintError extends LineError {
  override readonly name = 'PrintError'
}

/** A unit that cannot be etched as its product describes it. */
export class EtchError extends LineError {
  override readonly name = 'EtchError'
}
