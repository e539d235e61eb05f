import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { AssayError } from '../core/assay-error.ts'

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

/** Writes a whole file, or leaves what was there. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  writeFileSync(`${path}.partial`, content, { flush: true })
  renameSync(`${path}.partial`, path)
}

/** Writes a whole file where there is none. @returns false where there is one, which stays as it is */
export function createFile(path: string, content: string | Uint8Array): boolean {
  const own = `${path}.${process.pid}.partial`
  writeFileSync(own, content, { flush: true })
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(own, { force: true })
  }
}
