import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { pcscToken } from '../../../devices/token/pcsc/pcsc-token.ts'
import { installSoftwareToken } from '../../../devices/token/software-token.ts'
import { readOutside } from '../../core/outside-file.node.ts'
import { systemRandom } from '../../core/random.ts'
import { Secret } from '../../core/secret.ts'
import { makeFolder, writeDurably } from '../../custody/durable-file.ts'
import { requireLongPassword } from '../../custody/store-key.ts'
import { addRecipient, readRecipientsFile } from '../../custody/vault/recipients-file.ts'
import {
  newRecoveryPhrase,
  parseRecoveryPhrase,
  recoveryIdentity,
  recoveryRecipient,
} from '../../custody/vault/recovery-phrase.ts'
import { openSealed, parseRecipient, sealTo, type VaultRecipient } from '../../custody/vault/seal.ts'
import { sshRsaText } from '../../custody/vault/ssh-rsa.ts'
import { keyBackupFile } from '../../custody/vault/vault.ts'
import type { CommandContext } from '../context.ts'
import { noteReveal } from '../journal/note-reveal.ts'
import { printLine, tellLine } from '../terminal.ts'
import { VaultInputError, vaultHere } from './station-vault.ts'
import { askSecret, parseTokenChoice, type TokenConfig, type VaultSecrets } from './token-choice.ts'

export interface InitOptions extends VaultSecrets {
  readonly token: string
  readonly newPhrase?: boolean
  readonly spare?: string
  readonly revealSecrets?: boolean
}

/** Names of tokens stand in file names. */
const tokenName = /^[a-z][a-z0-9.-]{1,31}$/

/**
 * `assay vault init NAME`: a key is made, put into a token, and kept sealed to the recovery phrase; its public half joins the recipients.
 * With `spare` the key of another token is put into this one, by the phrase.
 */
export async function init(name: string, options: InitOptions, { signal }: CommandContext): Promise<void> {
  const vault = await vaultHere()
  if (!tokenName.test(name)) {
    throw new VaultInputError('token-name', 'A token is named by 2 to 32 lower-case letters, digits, dots and dashes.')
  }
  const choice = parseTokenChoice(options.token)
  if (choice.driver === 'pkcs11') {
    throw new VaultInputError(
      'token-readonly',
      "PKCS #11 modules differ in how a key is put in: make it with the maker's program (pkcs11-tool --keypairgen), and add its public key to the recipients file as an ssh-rsa line. The other drivers put keys in: pcsc, software.",
    )
  }
  if (options.spare !== undefined) return await makeSpare(vault.folder, options.spare, choice, options, signal)
  const backup = keyBackupFile(vault.folder, name)
  if (existsSync(backup) || readRecipientsFile(vault.recipients).some(one => one.name === name)) {
    throw new VaultInputError('token-exists', `There is a token ${name} already; name this one otherwise.`)
  }
  const { recovery, isNew, newPhrase } = await recoveryOf(vault.recipients, options, signal)
  using phrase = newPhrase
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  // Whatever fails up to here leaves no recipient behind that nobody can open with, and no phrase on paper that opens nothing.
  await install(choice, privateKey, options, signal)
  if (phrase !== null) await showPhrase(phrase, options, signal)
  makeFolder(dirname(backup), 0o700)
  const pem = Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeDurably(backup, await sealTo([recovery], pem), 0o600)
  pem.fill(0)
  if (isNew) addRecipient(vault.recipients, 'recovery phrase', recovery.text)
  const text = sshRsaText(createPublicKey(privateKey))
  addRecipient(vault.recipients, name, text)
  printLine(`The token ${name} holds a new key. Its public half stands in ${vault.recipients};`)
  printLine(`a copy of the key, which only the recovery phrase opens, is ${backup}.`)
}

interface Recovery {
  readonly recovery: VaultRecipient
  readonly isNew: boolean
  /** Words that nobody has seen yet. */
  readonly newPhrase: Secret | null
}

/** The recovery key, as the recipients file has it; where it has none, a phrase is made or asked for. */
async function recoveryOf(path: string, options: InitOptions, signal: AbortSignal): Promise<Recovery> {
  const known = readRecipientsFile(path).find(({ kind }) => kind === 'recovery')
  if (known !== undefined) {
    if (options.newPhrase) {
      throw new VaultInputError('phrase-known', `${path} names a recovery key already: one phrase opens everything.`)
    }
    return { recovery: known, isNew: false, newPhrase: null }
  }
  if (options.newPhrase) {
    requireReveal(options)
    const newPhrase = newRecoveryPhrase(systemRandom)
    return { recovery: await recipientOf(newPhrase), isNew: true, newPhrase }
  }
  tellLine('assay: No recovery phrase is known here: give the one that you have. A first one is made by --new-phrase.')
  using phrase = await askPhrase(options, signal)
  return { recovery: await recipientOf(phrase), isNew: true, newPhrase: null }
}

async function recipientOf(phrase: Secret): Promise<VaultRecipient> {
  using identity = await recoveryIdentity(phrase)
  return parseRecipient(await recoveryRecipient(identity))
}

function requireReveal({ revealSecrets }: InitOptions): void {
  if (!revealSecrets) {
    throw new VaultInputError(
      'phrase-hidden',
      'A new phrase has to be shown once, so that somebody writes it down: add --reveal-secrets, alone in the room. The journal notes it.',
    )
  }
}

async function showPhrase(phrase: Secret, options: InitOptions, signal: AbortSignal): Promise<void> {
  await noteReveal('vault init', [], options, signal)
  for (const [i, word] of phrase.exposeText().split(' ').entries()) printLine(`${String(i + 1).padStart(2)}  ${word}`)
  tellLine('assay: Write these twelve words on paper, twice, and lock them away in two places. They are not kept here.')
}

export async function askPhrase({ phraseFd }: VaultSecrets, signal: AbortSignal): Promise<Secret> {
  using typed = await askSecret('recovery phrase, twelve words', phraseFd, signal)
  return parseRecoveryPhrase(typed)
}

async function makeSpare(
  folder: string,
  of: string,
  choice: TokenConfig,
  options: InitOptions,
  signal: AbortSignal,
): Promise<void> {
  using phrase = await askPhrase(options, signal)
  const key = await keyFromBackup(folder, of, phrase)
  await install(choice, key, options, signal)
  printLine(`The spare holds the key of the token ${of} and opens what that one opens.`)
}

/** The key of a token, from its sealed copy. @throws VaultInputError `backup-missing`; what {@link openSealed} says */
export async function keyFromBackup(folder: string, name: string, phrase: Secret): Promise<KeyObject> {
  const path = keyBackupFile(folder, name)
  if (!existsSync(path)) {
    throw new VaultInputError('backup-missing', `${path} is not there: no sealed copy of that token's key is kept.`)
  }
  using identity = await recoveryIdentity(phrase)
  const pem = await openSealed(readOutside(path, 'evidence'), identity).catch(error => {
    if ((error as { code?: string }).code !== 'not-for-this-key') throw error
    throw new VaultInputError(
      'phrase-other',
      `This phrase does not open the copy of ${name}'s key: it is the phrase of another vault, or ${path} was changed.`,
      { cause: error },
    )
  })
  try {
    return createPrivateKey(Buffer.from(pem))
  } catch {
    throw new VaultInputError('backup-faulty', `${path} holds no private key.`)
  } finally {
    pem.fill(0)
  }
}

/** As YubiKeys are delivered. */
const factoryManagementKey = '010203040506070801020304050607080102030405060708'

async function install(choice: TokenConfig, key: KeyObject, options: InitOptions, signal: AbortSignal): Promise<void> {
  if (choice.driver === 'software') {
    using password = await askSecret('password of the new token', options.pinFd, signal)
    requireLongPassword(password)
    return await installSoftwareToken(choice, key, password)
  }
  if (choice.driver !== 'pcsc') return
  const token = await pcscToken.open(choice, { signal })
  try {
    using typed =
      options.managementFd === undefined && !process.stdin.isTTY
        ? Secret.ofText(factoryManagementKey)
        : await askSecret('management key, hexadecimal (nothing: as delivered)', options.managementFd, signal)
    using management = managementKey(typed)
    await token.importKey(key, management, systemRandom, new Date())
  } finally {
    await token.close()
  }
}

function managementKey(typed: Secret): Secret {
  const text = typed.length === 0 ? factoryManagementKey : typed.exposeText().trim()
  if (!/^(?:[0-9a-f]{32}|[0-9a-f]{48}|[0-9a-f]{64})$/i.test(text)) {
    throw new VaultInputError('management-form', 'A management key has 32, 48 or 64 hexadecimal digits.')
  }
  return Secret.ofBytes(Buffer.from(text, 'hex'))
}
