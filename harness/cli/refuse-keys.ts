import { AssayError } from '../core/assay-error.ts'
import { secretKind } from '../core/looks-secret.ts'
import { type SecretKind, secretTitles } from '../core/vocabulary.ts'

/**
 * Everybody on the machine can read what a program was started with, and a command may repeat what it was given as a name or a file.
 * @throws AssayError `key-as-argument`, which says which word
 */
export function refuseKeys(argv: readonly string[]): void {
  for (const [i, word] of argv.entries()) {
    const runs = word.match(/[A-Za-z0-9-]{16,}/g) ?? []
    const held = runs.map(secretKind).find(kind => kind !== null && isKey(kind))
    if (held == null) continue
    throw new AssayError(
      'key-as-argument',
      `word ${i + 1} behind assay holds what may be ${secretTitles[held]}: others may have seen it there, and nothing was done. Secrets are typed, or come from a file; give a file whose name holds one another name.`,
    )
  }
}

/** What is known by more than its alphabet: digests have as many digits as bare keys, and names groups as passphrases have. */
const isKey = (kind: SecretKind) => !['raw-key', 'passphrase', 'seed-words', 'seed-qr'].includes(kind)
