import { AssayError } from '../../core/assay-error.ts'
import { Secret } from '../../core/secret.ts'
import type { PersonKey } from '../../custody/person-key.ts'
import type { SigningKey } from '../../custody/signing-key.ts'
import { SecretInput } from '../bip38/secret-input.ts'

/** What opens the key that a person signs with. */
export interface PersonKeyOptions {
  /** Of its passphrase, or of the token's PIN. */
  readonly passphraseFd?: number
  /** The token that it is sealed to, as `assay vault` names them. */
  readonly token?: string
}

/**
 * A person's key, once they have given its passphrase, or their token its PIN.
 * @param path of the key, for sentences
 * @throws AssayError `token-needed`, `token-needless`; as opening and tokens do
 */
export async function openPersonKey(
  key: PersonKey,
  path: string,
  { passphraseFd, token: choice }: PersonKeyOptions,
  signal: AbortSignal,
): Promise<SigningKey> {
  if (key.opensBy === 'passphrase') {
    if (choice !== undefined)
      throw new AssayError('token-needless', `${path} opens by a passphrase: leave out --token. Nothing was signed.`)
    const typed = await new SecretInput().read(`passphrase of ${key.name}`, passphraseFd, signal)
    using passphrase = Secret.ofBytes(typed)
    typed.fill(0)
    return await key.open(passphrase)
  }
  if (choice === undefined)
    throw new AssayError('token-needed', `${path} opens by a token: name it, such as --token pcsc. Nothing was signed.`)
  const { unlockToken } = await import('../vault/token-choice.ts')
  const token = await unlockToken(choice, passphraseFd === undefined ? {} : { pinFd: passphraseFd }, signal)
  try {
    return await key.open(token.identity)
  } finally {
    await token.close()
  }
}
