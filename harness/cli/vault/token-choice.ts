import type { Identity } from 'age-encryption'
import type { z } from 'zod'
import type { Token } from '../../../devices/token/token.ts'
import { tokens } from '../../../devices/token/tokens.ts'
import { Secret } from '../../core/secret.ts'
import { SshRsaIdentity } from '../../custody/vault/ssh-rsa.ts'
import { SecretInput } from '../bip38/secret-input.ts'
import { tellLine } from '../terminal.ts'
import { VaultInputError } from './station-vault.ts'

export type TokenConfig = z.infer<typeof tokens.schema>

/** How a person names a token: `pcsc`, `pcsc:YubiKey 5`, `software:ann.age`, `pkcs11:/usr/lib/opensc-pkcs11.so#03`. */
export function parseTokenChoice(text: string): TokenConfig {
  const [, driver = '', place = ''] = /^([a-z0-9]+)(?::(.*))?$/s.exec(text) ?? []
  if (driver === 'pcsc') return { driver, ...(place !== '' && { reader: place }) }
  if (driver === 'software' && place !== '') return { driver, file: place }
  if (driver === 'pkcs11' && place !== '') {
    const [, module = place, id] = /^(.*?)(?:#([0-9a-f]+))?$/s.exec(place) ?? []
    const config = { driver: 'pkcs11' as const, module, ...(id !== undefined && { id }) }
    if (tokens.schema.safeParse(config).success) return config
  }
  throw new VaultInputError(
    'token-choice',
    'A token is named pcsc, pcsc:READER (a part of its name), pkcs11:MODULE, pkcs11:MODULE#ID, or software:FILE.',
  )
}

/** Where secrets of a vault command come from. */
export interface VaultSecrets {
  readonly pinFd?: number
  readonly phraseFd?: number
  readonly managementFd?: number
}

const input = new SecretInput()

/** A secret as a person types it, or by a file descriptor; never from the command line. */
export async function askSecret(what: string, descriptor: number | undefined, signal: AbortSignal): Promise<Secret> {
  const typed = await input.read(what, descriptor, signal)
  const secret = Secret.ofBytes(typed)
  typed.fill(0)
  return secret
}

/** A token that has its PIN, as what opens sealed files; its last tries are said before the PIN is asked for. */
export async function unlockToken(
  choice: string,
  { pinFd }: VaultSecrets,
  signal: AbortSignal,
): Promise<Token & { readonly identity: Identity }> {
  const token = await tokens.open(parseTokenChoice(choice), { signal })
  try {
    const key = await token.publicKey(signal)
    const left = await token.triesLeft(signal)
    if (left !== null) tellLine(`assay: ${token.name}: ${left} ${left === 1 ? 'try' : 'tries'} left for its PIN.`)
    using pin = await askSecret(`PIN of ${token.name}`, pinFd, signal)
    await token.unlock(pin, signal)
    return Object.assign(token, {
      identity: new SshRsaIdentity(key, async block => await token.privateStep(block, signal)),
    })
  } catch (error) {
    await token.close()
    throw error
  }
}
