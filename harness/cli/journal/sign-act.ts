import { AssayError } from '../../core/assay-error.ts'
import type { Said } from '../../custody/journal/entry.ts'
import type { People } from '../../custody/journal/people.ts'
import { signedAct } from '../../custody/journal/signed-act.ts'
import { readPersonKey } from '../../custody/person-key.ts'
import { refusePassphrases } from '../refuse-passphrases.ts'
import { openPersonKey, type PersonKeyOptions } from './open-person-key.ts'

/** What a command takes that a person signs. */
export interface SigningOptions extends PersonKeyOptions {
  readonly signWith?: string
}

/**
 * The same as it is written: signed by whoever says it, where the register has a key of theirs.
 * @throws AssayError `signature-missing`, `signature-other`, `passphrase-in-words`; as {@link readPersonKey} and opening the key do
 */
export async function signedByWho(
  said: Said,
  people: People,
  { signWith, ...opening }: SigningOptions,
  signal: AbortSignal,
): Promise<Said> {
  const { facts = {} } = said as { readonly facts?: Record<string, unknown> }
  const names = ['lot', 'gauge', 'name'].map(field => facts[field]).filter(name => typeof name === 'string')
  refusePassphrases('What is said there', [said.why, ...names])
  const who = said.who ?? null
  const publicKey = people.find(who)?.publicKey ?? null
  if (signWith === undefined) {
    if (publicKey === null) return said
    throw new AssayError(
      'signature-missing',
      `${who} signs with a key of their own, by the register: add --sign-with FILE, the key that assay people key made. Nothing was written.`,
    )
  }
  const file = readPersonKey(signWith)
  if (file.publicKey !== publicKey) {
    throw new AssayError(
      'signature-other',
      `${signWith} is not the key that the register has of ${who ?? 'nobody'}. Nothing was written.`,
    )
  }
  return signedAct(said, await openPersonKey(file, signWith, opening, signal))
}
