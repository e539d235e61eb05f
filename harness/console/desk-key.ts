import { AssayError } from '../core/assay-error.ts'
import { Secret } from '../core/secret.ts'
import type { People } from '../custody/journal/people.ts'
import { type PersonKey, parsePersonKey } from '../custody/person-key.ts'
import type { SigningKey } from '../custody/signing-key.ts'

/** A person's key as it comes to the screen: the file that `assay people key` made, and its passphrase. */
export interface TypedKey {
  /** Not needed where the bench keeps the file. */
  readonly key?: string | undefined
  readonly passphrase?: string | undefined
}

/** Key files that the bench keeps for its people, by public key: each is sealed under its person's passphrase. */
export type KeysHere = ReadonlyMap<string, PersonKey>

/**
 * The key of somebody of the register, opened.
 * @returns null for whoever has none there
 * @throws AssayError `signature-missing` where file or passphrase is; `signature-other` for another person's file; as `PersonKey.open`
 */
export async function openTypedKey(
  people: People,
  who: string | null,
  { key, passphrase }: TypedKey,
  here: KeysHere,
): Promise<SigningKey | null> {
  const publicKey = people.find(who)?.publicKey ?? null
  if (publicKey === null) return null
  const file = key === undefined ? here.get(publicKey) : parsePersonKey(key, 'The chosen file')
  if (file === undefined || passphrase === undefined) {
    throw new AssayError(
      'signature-missing',
      `${who} signs with a key of their own: choose its file, and type its passphrase.`,
    )
  }
  if (file.publicKey !== publicKey) {
    throw new AssayError('signature-other', `The chosen file is not the key that the register has of ${who}.`)
  }
  using typed = Secret.ofText(passphrase)
  return await file.open(typed)
}
