import { AssayError, exitCodes } from '../harness/core/assay-error.ts'

/**
 * The rig failed, not the unit: whoever catches it records the unit as ERROR, never as FAIL and never as PASS.
 * The sentence says what did not happen, what was seen last, and what to do at the bench.
 */
export class RigError extends AssayError {
  override readonly name = 'RigError'

  /** @param code kebab-case and stable, e.g. `port-lost`, `stage-alarm`, `deadline` */
  constructor(code: string, sentence: string, options: ErrorOptions = {}) {
    super(code, sentence, { ...options, exitCode: exitCodes.rigFault })
  }
}
