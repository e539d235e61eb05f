import { AssayError } from '../../core/assay-error.ts'
import { decodeText } from '../../core/decode-text.ts'
import { OutsideFileError, readOutside } from '../../core/outside-file.node.ts'

/** A file or option of `assay line` that cannot be used. */
export class LineInputError extends AssayError {
  override readonly name = 'LineInputError'
}

/** A file that a person named, as text. @param what it is, for the error */
export function readInput(path: string, what: string): string {
  let bytes: Uint8Array
  try {
    bytes = readOutside(path, 'record')
  } catch (cause) {
    const why = cause instanceof OutsideFileError ? `it ${cause.clause}` : 'unknown'
    throw new LineInputError('file-unreadable', `${path} cannot be read as ${what}: ${why}.`, { cause })
  }
  const text = decodeText(bytes)
  if (text !== null) return text
  throw new LineInputError('file-unreadable', `${path} cannot be read as ${what}: it is neither UTF-8 nor UTF-16.`)
}
