import { existsSync } from 'node:fs'
import { OutsideFileError, readOutside, replaceOutside } from '../../core/outside-file.node.ts'
import { CustodyError } from '../custody-error.ts'
import { parseRecipient, parseRecipients, type VaultRecipient } from './seal.ts'

/** A recipient with the name that stands behind or above it. */
export interface NamedRecipient extends VaultRecipient {
  readonly name: string
}

/*
 * The recipients file, as `age -R` takes it: one a line, `#` begins a comment. The comment before a recipient names it.
 */

/** Those of a file, however many; none where there is no file. @throws CustodyError `recipient-unreadable`, `recipients-file` */
export function readRecipientsFile(path: string): readonly NamedRecipient[] {
  if (!existsSync(path)) return []
  const named: NamedRecipient[] = []
  let comment = ''
  for (const line of readText(path)
    .split('\n')
    .map(text => text.trim())) {
    if (line.startsWith('#')) comment = line.slice(1).trim()
    else if (line !== '') {
      const behind = line.startsWith('ssh-rsa ') ? line.split(' ').slice(2).join(' ') : ''
      named.push({ ...parseRecipient(line), name: behind || comment || `recipient ${named.length + 1}` })
      comment = ''
    }
  }
  return named
}

/** Those that evidence may be sealed to. @throws CustodyError as {@link parseRecipients} */
export function requireRecipients(path: string): readonly NamedRecipient[] {
  const named = readRecipientsFile(path)
  parseRecipients(named.map(({ text }) => text))
  return named
}

/** Adds one at the end, with its name above. */
export function addRecipient(path: string, name: string, text: string): void {
  const before = existsSync(path) ? readText(path) : ''
  const gap = before === '' || before.endsWith('\n') ? '' : '\n'
  replaceOutside(path, `${before}${gap}# ${name}\n${text}\n`, 0o644)
}

function readText(path: string): string {
  try {
    // Whoever may write it could have evidence sealed to a key of their own.
    return readOutside(path, 'configuration', 'own').toString('utf8')
  } catch (cause) {
    if (!(cause instanceof OutsideFileError)) throw cause
    throw new CustodyError('recipients-file', `The recipients file ${path} ${cause.clause}; nothing was sealed.`, {
      cause,
    })
  }
}
