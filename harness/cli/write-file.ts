import { existsSync } from 'node:fs'
import { AssayError } from '../core/assay-error.ts'
import { createOutside, OutsideFileError, readOutside, replaceOutside } from '../core/outside-file.node.ts'
import { printable } from '../core/printable.ts'

/**
 * Does what writes `path`. What the operating system refuses becomes one sentence.
 * @param instead what to do then: «choose another place with --out»
 */
export function writing<T>(path: string, code: string, instead: string, write: () => T): T {
  try {
    return write()
  } catch (cause) {
    throw new AssayError(code, `${path} cannot be written: ${refusalOf(cause)}, or ${instead}.`, { cause })
  }
}

/** What the operating system's code means here, and what helps. */
const refusals: Readonly<Record<string, string>> = {
  ENOSPC: 'the drive is full: free some room',
  EDQUOT: 'the quota is used up: free some room',
  EROFS: 'the drive is read-only: have it mounted for writing',
  EACCES: 'the folder is not yours to write: correct its permissions',
  EPERM: 'the folder is not yours to write: correct its permissions',
  ENOTDIR: 'something in its path is a file where a folder should be: look at the path',
  EEXIST: 'a file lies where a folder should be: take it away',
  EISDIR: 'a folder lies where a file should be: take it away',
  ENOENT: 'its folder is not there: make it',
  ENAMETOOLONG: 'its name is too long: shorten it',
}

function refusalOf(cause: unknown): string {
  if (cause instanceof AssayError) return cause.message.replace(/\.$/, '')
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  return refusals[code] ?? `the operating system refused (${code}): look at the path`
}

/**
 * Written over is what Assay wrote there before, and nothing else: a journal, a lot file or somebody's own page is nothing to ask for by
 * mistake.
 * @param mark stands in every such file
 * @param what it would be: «a report of inspections»
 * @param beside path of what lies with each of them
 * @throws AssayError `page-other`
 */
export function requireOwnFile(path: string, mark: string, what: string, beside: string | null = null): void {
  let isOwn = false
  try {
    isOwn = readOutside(path, 'evidence').includes(mark) && (beside === null || existsSync(beside))
  } catch (cause) {
    if (!(cause instanceof OutsideFileError)) throw cause
    isOwn = cause.why === 'missing'
  }
  if (isOwn) return
  throw new AssayError(
    'page-other',
    `${printable(path)} is there and no ${what}: it stays as it is. Choose another place with --out.`,
  )
}

/** For everybody whom the folder and the user's own mask let in. */
const shared = 0o666

/** Writes a whole file, or leaves what was there. */
export const replaceFile = (path: string, content: string | Uint8Array): void => replaceOutside(path, content, shared)

/** Writes a whole file where there is none. @returns false where there is one, which stays as it is */
export const createFile = (path: string, content: string | Uint8Array): boolean => createOutside(path, content, shared)
