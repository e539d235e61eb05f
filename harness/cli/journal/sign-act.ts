import { AssayError } from '../../core/assay-error.ts'
import { Secret } from '../../core/secret.ts'
import type { Said } from '../../custody/journal/entry.ts'
import type { People } from '../../custody/journal/people.ts'
import { signedAct } from '../../custody/journal/signed-act.ts'
import { readPersonKey } from '../../custody/person-key.ts'
import { SecretInput } from '../bip38/secret-input.ts'

/** What a command takes that a person signs. */
export interface SigningOptions {
  readonly signWith?: string
  readonly passphraseFd?: number
}

/**
 * The same as it is written: signed by whoever says it, where the register has a key of theirs.
 * @throws AssayError `signature-missing`, `signature-other`; as {@link readPersonKey} and opening the key do
 */
export async function signedByWho(
  said: Said,
  people: People,
  { signWith, passphraseFd }: SigningOptions,
  signal: AbortSignal,
): Promise<Said> {
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
  const typed = await new SecretInput().read(`passphrase of ${file.name}`, passphraseFd, signal)
  using passphrase = Secret.ofBytes(typed)
  typed.fill(0)
  return signedAct(said, await file.open(passphrase))
}
