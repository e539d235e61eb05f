import { AssayError } from '../core/assay-error.ts'
import { createOutside, replaceOutside } from '../core/outside-file.node.ts'

/**
 * Does what writes `path`. What the operating system refuses becomes one sentence.
 * @param instead what to do then: «choose another place with --out»
 */
export function writing<T>(path: string, code: string, instead: string, write: () => T): T {
  try {
    return write()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown'
    throw new AssayError(code, `${path} cannot be written (${why}); ${instead}.`, { cause })
  }
}

/** For everybody whom the folder and the user's own mask let in. */
const shared = 0o666

/** Writes a whole file, or leaves what was there. */
export const replaceFile = (path: string, content: string | Uint8Array): void => replaceOutside(path, content, shared)

/** Writes a whole file where there is none. @returns false where there is one, which stays as it is */
export const createFile = (path: string, content: string | Uint8Array): boolean => createOutside(path, content, shared)
