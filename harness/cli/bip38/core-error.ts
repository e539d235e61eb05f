import { Bip38Error, type Bip38ErrorCode } from '../../bip38/index.ts'
import { AssayError, type ExitCode, exitCodes } from '../../core/assay-error.ts'

/** Refusals that say something of the unit, not of how the command was used. */
const ofTheUnit: ReadonlySet<Bip38ErrorCode> = new Set([
  'wrong-passphrase',
  'other-address-convention',
  'codes-disagree',
])

/** The exit code that goes with an answer that is an error. */
export function exitCodeOf(error: Bip38Error | AssayError): ExitCode {
  if (error instanceof AssayError) return error.exitCode
  if (error.code === 'engine-failed') return exitCodes.environment
  return ofTheUnit.has(error.code) ? exitCodes.failed : exitCodes.usage
}

/** The core's errors as the command line shows them; the core itself knows nothing of exit codes. */
class CoreError extends AssayError {
  override readonly name = 'CoreError'
}

/** Runs `work` and turns a {@link Bip38Error} into an error that the command line explains. */
export async function explainingCore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Bip38Error)) throw error
    throw new CoreError(error.code, error.message, { cause: error, exitCode: exitCodeOf(error) })
  }
}
