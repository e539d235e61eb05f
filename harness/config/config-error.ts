import type { z } from 'zod'
import { AssayError, exitCodes } from '../core/assay-error.ts'
import { didYouMean } from '../core/nearest.ts'
import { mostNamed, shapeFault, shownPath } from '../core/shape-fault.ts'

/** A configuration file, variable or flag that cannot be used. The sentence names the source, the setting and what is allowed. */
export class ConfigError extends AssayError {
  override readonly name = 'ConfigError'
  constructor(code: string, sentence: string, options: ErrorOptions = {}) {
    super(code, sentence, { ...options, exitCode: exitCodes.usage })
  }
}

/**
 * One issue of zod in the words of a person who wrote the value, which is never repeated: a password may stand in a wrong field.
 *
 * @param issue from a parse with `reportInput: true`
 * @param known every setting's path, for suggestions
 * @param rigOptions every field that a rig may have, where it may be about one
 */
export function describeIssue(
  issue: z.core.$ZodIssue,
  known: readonly string[],
  rigOptions: readonly string[] = [],
): string {
  const places = [...new Set([...known, ...known.map(name => name.split('.')[0]!), 'rigs'])]
  const path = shownPath(issue.path, [...rigOptions, ...places]).join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, mostNamed)
      .map(key => {
        const full = [...issue.path, key].join('.')
        const shown = [path, ...shownPath([key], [...rigOptions, ...places])].filter(part => part !== '').join('.')
        const meant = path.startsWith('rigs.') ? didYouMean(key, rigOptions) : didYouMean(full, places)
        return `${shown} is not a setting${meant}`
      })
      .join('; ')
  }
  const subject = path === '' ? 'the configuration' : path
  if (issue.code === 'invalid_key') {
    const owner = path.slice(0, Math.max(0, path.lastIndexOf('.'))) || 'the configuration'
    return `${owner}: a name here must be ${issue.issues[0]?.message ?? 'another'}`
  }
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    const allowed = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : []
    const given = at(issue.input, issue.discriminator)
    const suggestion = typeof given === 'string' ? didYouMean(given, allowed) : ''
    return `${subject}${path.endsWith(`.${issue.discriminator}`) ? '' : `.${issue.discriminator}`} must be one of ${allowed.join(', ')}${suggestion}`
  }
  return `${subject}${/^(must|is|has) /.test(shapeFault(issue)) ? '' : ':'} ${shapeFault(issue)}`
}

function at(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[key] : undefined
}
