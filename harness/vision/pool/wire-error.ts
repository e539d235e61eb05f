import { AssayError, type ExitCode, exitCodes } from '../../core/assay-error.ts'
import { PictureError, type PictureErrorCode } from '../../imaging/picture-error.ts'
import { VisionError } from './vision-error.ts'

/** An error as it crosses: class by name, code, sentence. Causes stay behind (they may hold anything). */
export interface WireError {
  readonly name: string
  readonly code: string | null
  readonly message: string
  readonly exitCode: number | null
}

export function wireError(error: unknown): WireError {
  if (error instanceof AssayError)
    return { name: error.name, code: error.code, message: error.message, exitCode: error.exitCode }
  // What an unknown error says may quote what it worked on: only its kind crosses over.
  return { name: 'Error', code: null, message: error instanceof Error ? error.name : 'unknown', exitCode: null }
}

export function crashed(cause: unknown): VisionError {
  return new VisionError(
    'vision-crashed',
    'Reading a photograph ended unexpectedly: try it again, and report the picture if it happens twice.',
    { cause, exitCode: exitCodes.environment },
  )
}

export function revived({ name, code, message, exitCode }: WireError): Error {
  if (name === 'PictureError') return new PictureError(code as PictureErrorCode, message)
  if (code === null) return crashed(new Error(message))
  const options = exitCode === null ? {} : { exitCode: exitCode as ExitCode }
  return name === 'VisionError' ? new VisionError(code, message, options) : new AssayError(code, message, options)
}
