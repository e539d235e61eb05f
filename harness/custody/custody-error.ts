import { AssayError } from '../core/assay-error.ts'

/** Something about keys, chains, stores or their files that stops the work. Never holds a secret. */
export class CustodyError extends AssayError {
  override readonly name = 'CustodyError'
}

/** Turns what the operating system said about a file into a sentence that says what to do. */
export function fileError(path: string, doing: string, cause: unknown): CustodyError {
  const said = (cause as NodeJS.ErrnoException).code ?? 'unknown'
  const [code, advice] = faults[said] ?? [
    'file-unusable',
    'Look at the folder and its drive, then run the command again.',
  ]
  return new CustodyError(
    code,
    `${path} cannot be ${doing} (${said}). ${advice} Nothing that was acknowledged is lost.`,
    { cause },
  )
}

const readOnly = 'folder-read-only'
const notWritable = 'The folder is not writable for you: correct its permissions, then run the same command again.'
/** Code and advice by the operating system's own code. */
const faults: Readonly<Record<string, readonly [code: string, advice: string]>> = {
  ENOSPC: ['drive-full', 'The drive is full: free some room, then run the same command again.'],
  EDQUOT: ['drive-full', 'The quota is used up: free some room, then run the same command again.'],
  EFBIG: ['drive-full', 'The file may not grow further: lift the limit, then run the same command again.'],
  EROFS: [readOnly, 'The drive is mounted read-only: mount it for writing, then run the same command again.'],
  EACCES: [readOnly, notWritable],
  EPERM: [readOnly, notWritable],
  ERR_ACCESS_DENIED: ['outside-own-folder', 'A site may use its own folder only.'],
  ENOENT: ['file-missing', 'It is not there: look at the path.'],
  ENOTDIR: ['file-missing', 'A file stands where the path names a folder: look at the path.'],
  ELOOP: ['file-missing', 'Its links lead round in a circle: look at the path.'],
}
