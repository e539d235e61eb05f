import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { bech32 } from '@scure/base'
import { Decrypter, Encrypter, type Identity, type Recipient } from 'age-encryption'
import type { Secret } from '../../core/secret.ts'
import { CustodyError } from '../custody-error.ts'
import { parseSshRsa, SshRsaRecipient, sshTag } from './ssh-rsa.ts'

/** Whom evidence is sealed to: a token's RSA key, or the recovery key. Public. */
export interface VaultRecipient {
  readonly kind: 'token' | 'recovery'
  /** `ssh-rsa AAAA…` without a comment, or `age1…`. */
  readonly text: string
  /** What stanzas name a token's key by; null where they name none, so that nobody sees whom a file is for. */
  readonly tag: string | null
}

/** @throws CustodyError `recipient-unreadable` */
export function parseRecipient(given: string): VaultRecipient {
  const text = given.trim()
  if (text.startsWith('ssh-rsa ')) {
    const key = parseSshRsa(text)
    return { kind: 'token', text: text.split(' ').slice(0, 2).join(' '), tag: sshTag(key) }
  }
  if (isX25519(text)) return { kind: 'recovery', text, tag: null }
  throw new CustodyError(
    'recipient-unreadable',
    `${JSON.stringify(text.slice(0, 24))} is no recipient: it takes a line that begins with ssh-rsa (a token) or with age1 (a recovery key).`,
  )
}

function isX25519(text: string): text is `${string}1${string}` {
  try {
    const { prefix, bytes } = bech32.decodeToBytes(text)
    // X25519 passes over the topmost bit (RFC 7748): with it set, one key would be two recipients.
    return prefix === 'age' && bytes.length === 32 && bytes[31]! < 0x80 && text === text.toLowerCase()
  } catch {
    return false
  }
}

/** Fewer would be lost with one token, or with one piece of paper. */
const fewestRecipients = 2

/**
 * The recipients that evidence is sealed to.
 * @throws CustodyError `recipients-few`, `recipients-no-recovery`, `recipient-twice`, `recipient-unreadable`
 */
export function parseRecipients(texts: readonly string[]): readonly VaultRecipient[] {
  const recipients = texts.map(parseRecipient)
  const distinct = new Set(recipients.map(({ text }) => text))
  if (distinct.size !== recipients.length) {
    throw new CustodyError('recipient-twice', 'The vault names one recipient twice; each is a key of its own.')
  }
  if (recipients.length < fewestRecipients) {
    throw new CustodyError(
      'recipients-few',
      `The vault names ${recipients.length} recipient; it takes at least ${fewestRecipients}, so that one may be lost (assay vault init).`,
    )
  }
  if (!recipients.some(({ kind }) => kind === 'recovery')) {
    throw new CustodyError(
      'recipients-no-recovery',
      'The vault names no recovery key (age1…): without one, evidence is lost with its tokens (assay vault init).',
    )
  }
  return recipients
}

const recipientOf = ({ kind, text }: VaultRecipient): string | Recipient =>
  kind === 'token' ? new SshRsaRecipient(parseSshRsa(text)) : text

/** One age v1 file, for every one of the recipients. Needs their public keys only. */
export async function sealTo(recipients: readonly VaultRecipient[], clear: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  let fileKey = new Uint8Array(0)
  encrypter.addRecipient({
    wrapFileKey: made => {
      fileKey = Uint8Array.from(made)
      return []
    },
  })
  for (const recipient of recipients) encrypter.addRecipient(recipientOf(recipient))
  const { sessionKey } = partsOf(await encrypter.encrypt(new Uint8Array(0)))!
  const salt = randomBytes(16)
  const payload = payloadOf(clear, fileKey, salt)
  fileKey.fill(0)
  return Buffer.concat([sessionKey, salt, ...payload])
}

const chunkLength = 64 * 1024

/**
 * age's payload (C2SP age, «Payload»; STREAM), by OpenSSL: a fifth of the time of the library's own, which would take a third of a
 * second for the pictures of a first unit.
 */
function payloadOf(clear: Uint8Array, fileKey: Uint8Array, salt: Uint8Array): readonly Uint8Array[] {
  const key = new Uint8Array(hkdfSync('sha256', fileKey, salt, 'payload', 32))
  const parts: Uint8Array[] = []
  const chunks = Math.max(1, Math.ceil(clear.length / chunkLength))
  const nonce = Buffer.alloc(12)
  for (let i = 0; i < chunks; i++) {
    // Eleven bytes count, the last one marks the end.
    nonce.writeUInt32BE(i, 7)
    nonce[11] = Number(i === chunks - 1)
    const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
    parts.push(
      cipher.update(clear.subarray(i * chunkLength, (i + 1) * chunkLength)),
      cipher.final(),
      cipher.getAuthTag(),
    )
  }
  key.fill(0)
  return parts
}

/** What opens sealed files: a token's identity, or the recovery key as age writes it. */
export type Opener = Identity | Secret

/**
 * What {@link sealTo} sealed.
 * @throws CustodyError `not-for-this-key`, `sealed-damaged`; what a token says
 */
export async function openSealed(sealed: Uint8Array, opener: Opener): Promise<Uint8Array> {
  const decrypter = new Decrypter()
  decrypter.addIdentity('exposeText' in opener ? opener.exposeText() : opener)
  try {
    return await decrypter.decrypt(sealed)
  } catch (cause) {
    // Ours speak for themselves; the library's own may quote what it read.
    if (cause instanceof Error && 'code' in cause && 'exitCode' in cause) throw cause
    const isForeign = cause instanceof Error && cause.message.includes('no identity matched')
    throw isForeign ? foreign() : damaged(cause)
  }
}

const foreign = () =>
  new CustodyError(
    'not-for-this-key',
    'This file was not sealed for this key, or its head was changed. Try another token, or the recovery phrase.',
  )

const damaged = (cause: unknown) =>
  new CustodyError('sealed-damaged', 'This file was changed, cut off or is no age file; nothing of it was shown.', {
    cause,
  })

/** The three things that a sealed file is made of. */
export interface SealedParts {
  /** The file's key, wrapped for every recipient, under a MAC: age's head. */
  readonly sessionKey: Uint8Array
  /** 16 bytes, from which and the file's key the key of the payload is made. */
  readonly salt: Uint8Array
  /** The payload: ChaCha20-Poly1305 in chunks of 64 KiB, the last one marked. */
  readonly cipherText: Uint8Array
  /** For whom: the first two words of every stanza. */
  readonly stanzas: readonly { readonly kind: string; readonly tag: string }[]
}

const endOfHead = /^--- [A-Za-z0-9+/]{43}\n/
/** No head of ours is nearly as long. */
const longestHead = 64 * 1024

/** What a sealed file is made of, without opening it. null: it is no age file. */
export function partsOf(sealed: Uint8Array): SealedParts | null {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const text = bytes.toString('latin1', 0, longestHead)
  if (!text.startsWith('age-encryption.org/v1\n')) return null
  const mac = text.indexOf('\n--- ')
  const end = mac < 0 ? null : endOfHead.exec(text.slice(mac + 1))
  if (end === null) return null
  const head = mac + 1 + end[0].length
  if (bytes.length < head + 16 + 16) return null
  const stanzas = [...text.slice(0, mac).matchAll(/^-> (\S+)(?: (\S+))?/gm)].map(([, kind, tag]) => ({
    kind: kind!,
    tag: tag ?? '',
  }))
  return {
    sessionKey: bytes.subarray(0, head),
    salt: bytes.subarray(head, head + 16),
    cipherText: bytes.subarray(head + 16),
    stanzas,
  }
}
