import type { z } from 'zod'
import { AssayError, exitCodes } from '../core/assay-error.ts'
import { didYouMean } from '../core/nearest.ts'
import { optionNames } from './option-names.ts'
import { rigsSchema } from './rig-schema.ts'

/** A configuration file, variable or flag that cannot be used. The sentence names the source, the setting and what is allowed. */
export class ConfigError extends AssayError {
  override readonly name = 'ConfigError'
  constructor(code: string, sentence: string, options: ErrorOptions = {}) {
    super(code, sentence, { ...options, exitCode: exitCodes.usage })
  }
}

/**
 * One issue of zod in the words of a person who wrote the value.
 *
 * @param issue from a parse with `reportInput: true`
 * @param known every setting's path, for suggestions
 */
export function describeIssue(issue: z.core.$ZodIssue, known: readonly string[]): string {
  const path = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .map(key => {
        const full = path === '' ? key : `${path}.${key}`
        if (path.startsWith('rigs.')) return `${full} is not a setting${didYouMean(key, optionNames(rigsSchema))}`
        const places = [...new Set([...known, ...known.map(name => name.split('.')[0]!)])]
        return `${full} is not a setting${didYouMean(full, places)}`
      })
      .join('; ')
  }
  const subject = path === '' ? 'the configuration' : path
  const was = issue.input === undefined ? '' : `, not ${shown(issue.input)}`
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    const allowed = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : []
    const given = at(issue.input, issue.discriminator)
    const suggestion = typeof given === 'string' ? didYouMean(given, allowed) : ''
    const not = given === undefined ? '' : `, not ${shown(given)}`
    return `${subject}${path.endsWith(`.${issue.discriminator}`) ? '' : `.${issue.discriminator}`} must be one of ${allowed.join(', ')}${not}${suggestion}`
  }
  if (issue.code === 'invalid_key') return `${subject}: a name here must be ${issue.issues[0]?.message ?? 'another'}`
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String)
    const suggestion = typeof issue.input === 'string' ? didYouMean(issue.input, allowed) : ''
    return `${subject} must be one of ${allowed.join(', ')}${was}${suggestion}`
  }
  if (issue.code === 'too_small') return `${subject} must be ${limit('at least', issue.origin, issue.minimum)}${was}`
  if (issue.code === 'too_big') return `${subject} must be ${limit('at most', issue.origin, issue.maximum)}${was}`
  if (issue.code === 'invalid_type') return `${subject} must be ${kinds[issue.expected] ?? issue.expected}${was}`
  if (issue.code === 'invalid_format') return `${subject} must be ${issue.message}${was}`
  return `${subject}: ${issue.message}${was}`
}

/** As written; an address with a password in it is not repeated. */
function shown(input: unknown): string {
  const text = JSON.stringify(input)
  return /:\/\/[^/\s"]*@/.test(text) ? 'what it is' : text.length > 200 ? `${text.slice(0, 200)}…` : text
}

function at(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[key] : undefined
}

function limit(bound: string, origin: string, figure: number | bigint): string {
  return `${bound} ${figure}${origin === 'string' ? ' characters long' : ''}`
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  object: 'an object',
}
