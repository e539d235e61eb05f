import { AssayError } from '../core/assay-error.ts'
import type { ProfileFault } from './profile-rules.ts'

/** A product profile that cannot be used. `faults` says where and what to do, one entry a fault. */
export class ProfileError extends AssayError {
  override readonly name = 'ProfileError'
  readonly faults: readonly ProfileFault[]

  constructor(code: string, sentence: string, faults: readonly ProfileFault[] = [], options: ErrorOptions = {}) {
    super(code, sentence, options)
    this.faults = faults
  }
}

/** The error for a profile with at least one fault. `origin`: what to call it. */
export function faultyProfile(origin: string, faults: readonly ProfileFault[]): ProfileError {
  const [first, ...rest] = faults
  const more = rest.length > 0 ? `, and ${rest.length} more` : ''
  return new ProfileError(
    'profile-faulty',
    `The product profile ${origin} is faulty: ${pathText(first!.path)}: ${first!.message}${more}. Run assay product check FILE for the whole list.`,
    faults,
  )
}

/** `['marks', 2, 'rect']` as `marks[2].rect`. */
export function pathText(path: readonly (string | number)[]): string {
  const text = path.map(part => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')
  return text === '' ? 'the whole file' : text.replace(/^\./, '')
}
