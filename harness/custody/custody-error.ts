import { AssayError } from '../core/assay-error.ts'

/** Something about keys, chains, stores or their files that stops the work. Never holds a secret. */
export class CustodyError extends AssayError {
  override readonly name = 'CustodyError'
}

/** Turns what the operating system said about a file into a sentence that says what to do. */
export function fileError(path: string, doing: string, cause: unknown): CustodyError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown'
  const advice = adviceFor[code] ?? 'Look at the folder and its drive, then run the command again.'
  return new CustodyError(
    codeFor[code] ?? 'file-unusable',
    `${path} cannot be ${doing} (${code}). ${advice} Nothing that was acknowledged is lost.`,
    { cause },
  )
}

const adviceFor: Readonly<Record<string, string>> = {
  ENOSPC: 'The drive is full: free some room, then run the same command again.',
  EDQUOT: 'The quota is used up: free some room, then run the same command again.',
  EFBIG: 'The file may not grow further: lift the limit, then run the same command again.',
  EROFS: 'The drive is mounted read-only: mount it for writing, then run the same command again.',
  EACCES: 'The folder is not writable for you: correct its permissions, then run the same command again.',
  EPERM: 'The folder is not writable for you: correct its permissions, then run the same command again.',
  ERR_ACCESS_DENIED: 'A site may use its own folder only.',
  ENOENT: 'It is not there: look at the path.',
}

const codeFor: Readonly<Record<string, string>> = {
  ENOSPC: 'drive-full',
  EDQUOT: 'drive-full',
  EFBIG: 'drive-full',
  EROFS: 'folder-read-only',
  EACCES: 'folder-read-only',
  EPERM: 'folder-read-only',
  ERR_ACCESS_DENIED: 'outside-own-folder',
  ENOENT: 'file-missing',
}
