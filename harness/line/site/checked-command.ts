import type { z } from 'zod'
import { shapeFault, shownPath } from '../../core/shape-fault.ts'
import { LineError } from '../line-error.ts'
import type { Workplace } from './workplace.ts'

/** Something that a site can be asked to do. It checks its own options, and returns what may be shown. */
export type SiteCommand<Result = unknown> = (workplace: Workplace, options: unknown) => Promise<Result>

/**
 * A command whose options are checked before its work begins. The sentence names the option and its form, never the
 * value: it may be a secret that stands in the wrong place.
 * @throws LineError `option-unfit`
 */
export function checked<Schema extends z.ZodType, Result>(
  schema: Schema,
  work: (workplace: Workplace, request: z.output<Schema>) => Promise<Result>,
): SiteCommand<Result> {
  return async (workplace, options) => {
    const read = schema.safeParse(options)
    if (read.success) return await work(workplace, read.data)
    const issue = read.error.issues[0]!
    const where = issue.path.length === 0 ? 'The request' : `«${shownPath(issue.path).join('.').slice(0, 60)}»`
    throw new LineError('option-unfit', `${where} has not the form that it must have: ${shapeFault(issue)}.`)
  }
}
