import { constants, createHash, createPublicKey, type KeyObject, publicEncrypt } from 'node:crypto'
import { type Identity, type Recipient, Stanza } from 'age-encryption'
import { CustodyError } from '../custody-error.ts'
import { unpadOaep } from './oaep.ts'

/*
 * age's own `ssh-rsa` stanza (age 1.0, `agessh`): the file key by RSA-OAEP with SHA-256 under this label, named by the first four bytes
 * of SHA-256 over the key as SSH writes it (RFC 4253, 6.6). The stock `age` opens it with the private key, and seals such files
 * for `ssh-rsa …` lines.
 */

const kind = 'ssh-rsa'
const label = 'age-encryption.org/v1/ssh-rsa'
const fileKeyLength = 16
/** PIV cards hold 2048 bits; 4096 is what age takes at most. */
const bits = { least: 2048, most: 4096 }

/** Whoever holds an RSA key does its bare private step: `block` to the power d. */
export type PrivateStep = (block: Uint8Array) => Promise<Uint8Array>

/** `ssh-rsa AAAA…` of a public key. */
export const sshRsaText = (key: KeyObject): string => `${kind} ${wireOf(key).toString('base64')}`

/**
 * The key in an `ssh-rsa AAAA…` line, whatever comment stands behind it.
 * @throws CustodyError `recipient-unreadable`
 */
export function parseSshRsa(text: string): KeyObject {
  const [, base64] = /^ssh-rsa ([A-Za-z0-9+/]+={0,2})(?: [^\n]*)?$/.exec(text) ?? []
  const wire = Buffer.from(base64 ?? '', 'base64')
  const parts = wireParts(wire)
  if (parts === null || parts.length !== 3 || parts[0]!.toString('latin1') !== kind) {
    throw unreadable('it is no line that begins with ssh-rsa')
  }
  const [, e, n] = parts as [Buffer, Buffer, Buffer]
  const number = (bytes: Buffer) => bytes.subarray(bytes[0] === 0 ? 1 : 0).toString('base64url')
  let key: KeyObject
  try {
    key = createPublicKey({ key: { kty: 'RSA', n: number(n), e: number(e) }, format: 'jwk' })
  } catch (cause) {
    throw unreadable('its numbers are no RSA key', cause)
  }
  requireStrong(key)
  // One text for one key.
  if (!wireOf(key).equals(wire)) throw unreadable('its numbers are not written as SSH writes them')
  return key
}

/** @throws CustodyError `recipient-unreadable` */
function requireStrong(key: KeyObject): void {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType !== 'rsa' || modulusLength < bits.least || modulusLength > bits.most) {
    throw unreadable(`it takes an RSA key of ${bits.least} to ${bits.most} bits, not one of ${modulusLength}`)
  }
  if (publicExponent < 65537n || publicExponent % 2n === 0n) throw unreadable('its public exponent is too small')
}

/** What a stanza names its key by: base64 of four bytes. */
export const sshTag = (key: KeyObject): string =>
  createHash('sha256').update(wireOf(key)).digest().subarray(0, 4).toString('base64').replaceAll('=', '')

/** Seals for an RSA key; needs nothing but its public part. */
export class SshRsaRecipient implements Recipient {
  readonly #key: KeyObject

  constructor(key: KeyObject) {
    requireStrong(key)
    this.#key = key
  }

  wrapFileKey(fileKey: Uint8Array): Stanza[] {
    const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256', oaepLabel: Buffer.from(label) }
    const body = publicEncrypt({ key: this.#key, ...oaep }, fileKey)
    return [new Stanza([kind, sshTag(this.#key)], Uint8Array.from(body))]
  }
}

/** Opens what was sealed for an RSA key, by one private step of whoever holds it. */
export class SshRsaIdentity implements Identity {
  readonly #key: KeyObject
  readonly #privateStep: PrivateStep

  constructor(key: KeyObject, privateStep: PrivateStep) {
    this.#key = key
    this.#privateStep = privateStep
  }

  /** @returns null: nothing in the file is for this key. @throws CustodyError `stanza-damaged`; what the private step throws */
  async unwrapFileKey(stanzas: Stanza[]): Promise<Uint8Array | null> {
    const tag = sshTag(this.#key)
    const mine = stanzas.filter(({ args }) => args[0] === kind && args[1] === tag)
    if (mine.length === 0) return null
    const [stanza, ...others] = mine as [Stanza, ...Stanza[]]
    // Each costs a touch of the token: whoever writes a hundred of them gets none.
    const blockLength = (this.#key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
    if (others.length > 0 || stanza.args.length !== 2 || stanza.body.length !== blockLength) throw damagedStanza()
    const block = await this.#privateStep(stanza.body)
    const fileKey = block.length === blockLength ? unpadOaep(block, label) : null
    block.fill(0)
    if (fileKey === null || fileKey.length !== fileKeyLength) throw damagedStanza()
    return fileKey
  }
}

const damagedStanza = () =>
  new CustodyError(
    'stanza-damaged',
    'The file names this key, and what it holds for it was changed or was sealed for another key of the same name.',
  )

function wireOf(key: KeyObject): Buffer {
  const { n = '', e = '' } = key.export({ format: 'jwk' })
  const number = (text: string) => {
    const bytes = Buffer.from(text, 'base64url')
    return bytes[0]! >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes
  }
  return Buffer.concat([Buffer.from(kind), number(e), number(n)].flatMap(part => [lengthOf(part), part]))
}

function lengthOf(part: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(part.length)
  return length
}

/** RFC 4251, 5: strings, each after its length. null: they do not end where the bytes end. */
function wireParts(wire: Buffer): readonly Buffer[] | null {
  const parts: Buffer[] = []
  let at = 0
  while (at < wire.length) {
    if (wire.length - at < 4) return null
    const end = at + 4 + wire.readUInt32BE(at)
    if (end > wire.length) return null
    parts.push(wire.subarray(at + 4, end))
    at = end
  }
  return parts
}

const unreadable = (why: string, cause?: unknown) =>
  new CustodyError('recipient-unreadable', `This is no recipient that evidence can be sealed to: ${why}.`, { cause })
