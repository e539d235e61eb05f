import { AssayError } from '../../core/assay-error.ts'
import { readOutside } from '../../core/outside-file.node.ts'
import { systemRandom } from '../../core/random.ts'
import { Secret } from '../../core/secret.ts'
import { type Person, PersonName, peopleOf, type Role } from '../../custody/journal/people.ts'
import { makePersonKey, makeTokenPersonKey, readPersonKey } from '../../custody/person-key.ts'
import { fingerprint } from '../../custody/signing-key.ts'
import { SecretInput } from '../bip38/secret-input.ts'
import type { CommandContext } from '../context.ts'
import { say } from '../line/site-command.ts'
import { refusePassphrases } from '../refuse-passphrases.ts'
import type { PersonKeyOptions } from './open-person-key.ts'
import { type SigningOptions, signedByWho } from './sign-act.ts'
import { type JournalOptions, openStationJournal, readStationJournal } from './station-journal.ts'

interface PersonOptions extends JournalOptions, SigningOptions {
  readonly by?: string
}

export async function add(
  name: string,
  options: PersonOptions & { readonly role: readonly Role[]; readonly key?: string },
  context: CommandContext,
): Promise<void> {
  refusePassphrases('The name', [name])
  const publicKey = options.key === undefined ? null : readPublicKey(options.key)
  await using journal = await openStationJournal(options, context.signal)
  const people = await peopleOf(journal.entriesOn('people'))
  const person = { name, roles: [...new Set(options.role)], publicKey }
  const said = people.adding(person, options.by ?? null)
  await journal.append(await signedByWho(said, people, options, context.signal))
  say(options, person, [`${name} is in the register: ${person.roles.join(', ')}.`])
}

/** Makes the key that a person signs with: no register is asked, as nobody's key is known before. */
export async function makeKey(
  name: string,
  options: PersonKeyOptions & { readonly out: string; readonly json?: boolean },
  { signal }: CommandContext,
): Promise<void> {
  refusePassphrases('The name', [name])
  if (!PersonName.safeParse(name).success) {
    throw new AssayError('person-name', `A person is named by 2 to 32 lower-case letters, digits, dots and dashes.`)
  }
  const publicKey = await (options.token === undefined
    ? newPassphraseKey(name, options, signal)
    : newTokenKey(name, options.out, options.token, signal))
  const said = { name, publicKey, fingerprint: fingerprint(publicKey), file: options.out }
  say(options, said, [
    `${options.out} holds the key of ${name}, sealed ${options.token === undefined ? 'under the passphrase' : 'to the token'}; nobody can open it without.`,
    `Fingerprint: ${said.fingerprint}. Into the register: assay people add ${name} --role … --key ${options.out}`,
  ])
}

async function newPassphraseKey(
  name: string,
  { out, passphraseFd }: PersonKeyOptions & { readonly out: string },
  signal: AbortSignal,
): Promise<string> {
  const typed = await new SecretInput().read(`new passphrase of ${name}`, passphraseFd, signal)
  using passphrase = Secret.ofBytes(typed)
  typed.fill(0)
  return await makePersonKey(out, name, passphrase, systemRandom)
}

/** Needs the token's public key only: no PIN. */
async function newTokenKey(name: string, out: string, choice: string, signal: AbortSignal): Promise<string> {
  const [{ tokens }, { parseTokenChoice }, { sshRsaText }] = await Promise.all([
    import('../../../devices/token/tokens.ts'),
    import('../vault/token-choice.ts'),
    import('../../custody/vault/ssh-rsa.ts'),
  ])
  const token = await tokens.open(parseTokenChoice(choice), { signal })
  try {
    return await makeTokenPersonKey(out, name, sshRsaText(await token.publicKey(signal)), systemRandom)
  } finally {
    await token.close()
  }
}

export async function list(options: JournalOptions): Promise<void> {
  await using journal = await readStationJournal(options)
  const { all } = await peopleOf(journal.entriesOn('people'))
  say(options, { people: all }, all.length === 0 ? ['Nobody is in the register yet.'] : all.map(personLine))
}

export async function retire(
  name: string,
  options: PersonOptions & { readonly why?: string },
  context: CommandContext,
): Promise<void> {
  await using journal = await openStationJournal(options, context.signal)
  const people = await peopleOf(journal.entriesOn('people'))
  const said = people.retiring(name, options.by ?? null, options.why ?? null)
  await journal.append(await signedByWho(said, people, options, context.signal))
  say(options, { name }, [`${name} has retired; the name stays theirs.`])
}

function personLine({ name, roles, publicKey, addedAt, retiredAt }: Person): string {
  const key = publicKey === null ? '' : `  key ${fingerprint(publicKey)}`
  const until = retiredAt === null ? '' : ` until ${retiredAt.slice(0, 10)}`
  return `${name.padEnd(16)} ${roles.join(', ').padEnd(20)} since ${addedAt.slice(0, 10)}${until}${key}`
}

/** RFC 8410 and OpenSSH (RFC 8709): what stands before the 32 bytes of an Ed25519 public key. */
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')
const sshHead = Buffer.from('0000000b7373682d6564323535313900000020', 'hex')

/** An Ed25519 public key from its file: PEM, one line of OpenSSH, base64url, or the sealed key of a person. */
export function readPublicKey(file: string): string {
  let text: string
  try {
    text = readOutside(file, 'note').toString('utf8')
  } catch (cause) {
    throw new AssayError('file-unreadable', `${file} cannot be read as a public key.`, { cause })
  }
  if (text.startsWith('{')) return readPersonKey(file).publicKey
  if (/PRIVATE KEY/.test(text)) {
    throw new AssayError('key-private', `${file} is a private key, which is for nobody else; name the public one.`)
  }
  const coded =
    /-----BEGIN PUBLIC KEY-----([\s\S]*?)-----END/.exec(text)?.[1] ?? /^ssh-ed25519 (\S+)/.exec(text)?.[1] ?? text
  const bytes = Buffer.from(coded.replaceAll(/\s/g, ''), 'base64url')
  const head = [spkiHead, sshHead].find(
    start => bytes.length === start.length + 32 && bytes.subarray(0, start.length).equals(start),
  )
  const key = head === undefined ? bytes : bytes.subarray(head.length)
  if (key.length === 32) return key.toString('base64url')
  throw new AssayError('key-unreadable', `${file} is no Ed25519 public key (PEM, OpenSSH, or base64url).`)
}
