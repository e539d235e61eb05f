import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'

/** The code with one rule broken. */
export interface Mutant {
  /** The source, from the root of the tree. */
  readonly file: string
  /** Text that stands in the source exactly once. */
  readonly find: string
  readonly replace: string
  /** What would go wrong in the world, in a clause. */
  readonly why: string
  /** The test files that have to notice. */
  readonly tests: readonly string[]
  /** Why no test can notice, where that is known. It counts as survived all the same. */
  readonly excuse?: string | undefined
}

/** A rule of a file: the text that stands for it, what breaks it, what would then go wrong, and why nobody could tell. */
export type BrokenRule = readonly [find: string, replace: string, why: string, excuse?: string]

/** One file's mutants: all of them are for the same tests. */
export const mutantsOf = (file: string, tests: readonly string[], rules: readonly BrokenRule[]): readonly Mutant[] =>
  rules.map(([find, replace, why, excuse]) => ({ file, find, replace, why, tests, excuse }))

/**
 * The mutant's source.
 * @throws Error when its text does not stand there exactly once, or what comes of it is no TypeScript
 */
export function mutatedSource(root: string, { file, find, replace }: Mutant): string {
  const source = readFileSync(join(root, file), 'utf8')
  const times = source.split(find).length - 1
  if (times !== 1) throw new Error(`${file} holds this ${times} times, not once: ${find}`)
  const mutated = source.replace(find, () => replace)
  stripTypeScriptTypes(mutated)
  return mutated
}
