import type { z } from 'zod'
import { didYouMean } from './nearest.ts'
import { plainName } from './plain-name.ts'

/** Of very many misspelt fields the first ones say enough. */
export const mostNamed = 10

/**
 * One issue of zod in the words of a person who wrote the value: a clause without any value. What stands in a wrong field may
 * be a secret that belongs elsewhere, and so may what stands where a name belongs. Zod's own messages are not passed on; ours,
 * of a schema's `regex` and `refine`, are.
 *
 * @param issue from a parse with `reportInput: true` where a near word is to be suggested
 * @param known names of fields, to suggest one where one was misspelt
 */
export function shapeFault(issue: z.core.$ZodIssue, known: readonly string[] = []): string {
  switch (issue.code) {
    case 'unrecognized_keys': {
      const names = issue.keys.slice(0, mostNamed).map(key => `${shownName(key, known)}${didYouMean(key, known)}`)
      const more = issue.keys.length - names.length
      return `has no field ${names.join(', ')}${more > 0 ? `, and ${more} more` : ''}`
    }
    case 'invalid_value': {
      const allowed = issue.values.map(String)
      const meant = typeof issue.input === 'string' ? didYouMean(issue.input, allowed) : ''
      return allowed.length === 1 ? `must be ${allowed[0]}` : `must be one of ${allowed.join(', ')}${meant}`
    }
    case 'too_small':
      return `must be ${limit('at least', issue.origin, issue.minimum)}`
    case 'too_big':
      return `must be ${limit('at most', issue.origin, issue.maximum)}`
    case 'invalid_type':
      return issue.input === undefined && 'input' in issue
        ? `is missing: it must be ${kindOf(issue.expected)}`
        : `must be ${kindOf(issue.expected)}`
    case 'invalid_format':
      return issue.message.startsWith('Invalid ') ? 'has another form than it must' : `must be ${issue.message}`
    case 'invalid_key':
      return 'is a name that cannot stand here'
    default:
      return issue.message.startsWith('Invalid ') ? 'is not as it must be' : issue.message
  }
}

/** A path of fields; names that may be a secret are left out. */
export function shownPath(path: readonly PropertyKey[], known: readonly string[] = []): string[] {
  return path.map(part => (typeof part === 'number' ? String(part) : shownName(String(part), known)))
}

/** Names of fields, marks and rigs are plain words with dashes. */
const shownName = (name: string, known: readonly string[]): string =>
  plainName(name, known) ?? (/^[a-z]+(?:-[a-z0-9]{1,8}){0,3}$/.test(name) && name.length <= 32 ? name : '…')

function limit(bound: string, origin: string, figure: number | bigint): string {
  const unit = { string: ' characters long', array: ' long', set: ' long' }[origin] ?? ''
  return `${bound} ${figure}${unit}`
}

const kindOf = (expected: string) => kinds[expected] ?? expected

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  object: 'an object',
  array: 'a list',
  record: 'an object',
  boolean: 'true or false',
}
