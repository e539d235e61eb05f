import { createCipheriv, createDecipheriv, createPublicKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { exitCodes } from '../../../harness/core/assay-error.ts'
import type { Random } from '../../../harness/core/random.ts'
import type { Secret } from '../../../harness/core/secret.ts'
import { blockLength } from '../token.ts'
import { pinBlocked, pinWrong, TokenError, tokenLocked } from '../token-error.ts'
import { type CardCommand, exchange, good, type Transmit } from './apdu.ts'
import { certificateObject, keyOfCertificate } from './certificate.ts'
import { tlv, valueAt } from './tlv.ts'

/*
 * A PIV card by its commands: NIST SP 800-73-4, part 2; what only YubiKeys know (metadata, import) by Yubico's PIV documentation.
 * The key management slot, 9D: the one whose key is meant for opening what was encrypted.
 */

const application = Uint8Array.of(0xa0, 0x00, 0x00, 0x03, 0x08)
const slot = 0x9d
const certificateTag = Uint8Array.of(0x5f, 0xc1, 0x0b)
const rsa2048 = 0x07
const pinLength = { least: 6, most: 8 }

const instruction = {
  select: 0xa4,
  verify: 0x20,
  getData: 0xcb,
  putData: 0xdb,
  authenticate: 0x87,
  importKey: 0xfe,
  metadata: 0xf7,
} as const

const status = { locked: 0x6982, blocked: 0x6983, missing: 0x6a82, noKey: 0x6a80, noReference: 0x6a88 } as const

/** The management key's ciphers by what metadata and authentication call them. */
const managementCiphers: Readonly<
  Record<number, { readonly name: string; readonly keyLength: number; readonly blockLength: number }>
> = {
  3: { name: 'des-ede3', keyLength: 24, blockLength: 8 },
  8: { name: 'aes-128-ecb', keyLength: 16, blockLength: 16 },
  10: { name: 'aes-192-ecb', keyLength: 24, blockLength: 16 },
  12: { name: 'aes-256-ecb', keyLength: 32, blockLength: 16 },
}

/** When a YubiKey wants its PIN and its touch for the key that is put in. */
const policy = { pinOnce: 0x02, touchCached: 0x03 }

/** The PIV application of a card; one command at a time. */
export class PivCard {
  readonly #transmit: Transmit
  readonly #what: string

  /** @param what names the card in errors */
  constructor(transmit: Transmit, what: string) {
    this.#transmit = transmit
    this.#what = what
  }

  /** @throws TokenError `token-no-piv` */
  async select(): Promise<void> {
    const { status: said } = await this.#ask({ header: [instruction.select, 0x04, 0x00], data: application })
    if (said === good) return
    throw new TokenError('token-no-piv', `${this.#what} is no PIV card, or its PIV is switched off (ykman config).`)
  }

  /** @throws TokenError `token-empty` */
  async publicKey(): Promise<KeyObject> {
    const key = (await this.#keyOfMetadata()) ?? (await this.#keyOfCertificate())
    const { modulusLength } = key?.asymmetricKeyDetails ?? {}
    if (key?.asymmetricKeyType === 'rsa' && modulusLength === 8 * blockLength) return key
    throw new TokenError(
      'token-empty',
      `${this.#what} holds no RSA-2048 key in slot 9D (key management); put one in with assay vault init.`,
      { exitCode: exitCodes.usage },
    )
  }

  /** What a YubiKey from firmware 5.3 on says of a slot; certificates may be older than the key. */
  async #keyOfMetadata(): Promise<KeyObject | null> {
    const { status: said, data } = await this.#ask({ header: [instruction.metadata, 0x00, slot] })
    if (said !== good) return null
    const written = valueAt(data, 0x04)
    const n = written && valueAt(written, 0x81)
    const e = written && valueAt(written, 0x82)
    if (!n || !e) return null
    const number = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
    try {
      return createPublicKey({ key: { kty: 'RSA', n: number(n), e: number(e) }, format: 'jwk' })
    } catch {
      return null
    }
  }

  async #keyOfCertificate(): Promise<KeyObject | null> {
    const data = tlv(0x5c, certificateTag)
    const { status: said, data: object } = await this.#ask({ header: [instruction.getData, 0x3f, 0xff], data })
    return said === good ? keyOfCertificate(object) : null
  }

  /** null: the PIN was given already, so the card does not say. */
  async triesLeft(): Promise<number | null> {
    const { status: said } = await this.#ask({ header: [instruction.verify, 0x00, 0x80] })
    return triesIn(said)
  }

  /** @throws TokenError `pin-form`, `pin-wrong`, `pin-blocked`, `token-answer` */
  async verify(pin: Secret): Promise<void> {
    const typed = pin.expose()
    const padded = new Uint8Array(pinLength.most).fill(0xff)
    const isForm =
      typed.length >= pinLength.least &&
      typed.length <= pinLength.most &&
      typed.every(byte => byte > 0x20 && byte < 0x7f)
    if (isForm) padded.set(typed)
    typed.fill(0)
    if (!isForm) {
      throw new TokenError(
        'pin-form',
        'A PIN of a PIV card has 6 to 8 letters or digits; nothing was sent to the card, and no try was lost.',
        { exitCode: exitCodes.usage },
      )
    }
    const { status: said } = await this.#ask({ header: [instruction.verify, 0x00, 0x80], data: padded })
    padded.fill(0)
    if (said === good) return
    const left = triesIn(said)
    if (left === 0) throw pinBlocked(this.#what)
    if (left !== null) throw pinWrong(this.#what, left)
    throw this.#refused(said, 'its PIN')
  }

  /** @throws TokenError `token-locked`, `token-empty`, `token-answer` */
  async privateStep(block: Uint8Array): Promise<Uint8Array> {
    const data = tlv(0x7c, tlv(0x82), tlv(0x81, block))
    const { status: said, data: answer } = await this.#ask({
      header: [instruction.authenticate, rsa2048, slot],
      data,
    })
    if (said === status.locked) throw tokenLocked(this.#what)
    if (said !== good) throw this.#refused(said, 'its key')
    const result = valueAt(answer, 0x7c, 0x82)
    if (result?.length === blockLength) return Uint8Array.from(result)
    throw new TokenError('token-answer', `${this.#what} gave back no block of its key: is another key in slot 9D?`)
  }

  /**
   * Puts a key into slot 9D, with a certificate that tells its public part, on a YubiKey. PIN once a session, touch kept for 15 s.
   * @param management the management key, 16 to 32 bytes
   * @throws TokenError `management-wrong`, `token-import`
   */
  async importKey(key: KeyObject, management: Secret, random: Random, now: Date): Promise<void> {
    await this.#authenticate(management, random)
    const { p = '', q = '', dp = '', dq = '', qi = '' } = key.export({ format: 'jwk' })
    const half = blockLength / 2
    const parts = [p, q, dp, dq, qi].map((text, i) => {
      const number = Buffer.from(text, 'base64url')
      return tlv(i + 1, Buffer.alloc(half - number.length), number)
    })
    const policies = [tlv(0xaa, Uint8Array.of(policy.pinOnce)), tlv(0xab, Uint8Array.of(policy.touchCached))]
    const data = Buffer.concat([...parts, ...policies])
    const imported = await this.#ask({ header: [instruction.importKey, rsa2048, slot], data })
    for (const secret of [data, ...parts]) secret.fill(0)
    if (imported.status !== good) throw this.#notTaken(imported.status)
    const object = certificateObject(key, 'Assay evidence', random.bytes(8), now)
    const put = await this.#ask({
      header: [instruction.putData, 0x3f, 0xff],
      data: Buffer.concat([tlv(0x5c, certificateTag), object]),
    })
    if (put.status !== good) throw this.#notTaken(put.status)
  }

  /** Both sides prove that they know the management key (SP 800-73-4, part 2, 3.2.4). */
  async #authenticate(management: Secret, random: Random): Promise<void> {
    const type = await this.#managementType()
    const cipher = managementCiphers[type]
    const key = management.expose()
    try {
      if (cipher === undefined || key.length !== cipher.keyLength) throw this.#managementWrong()
      const header = [instruction.authenticate, type, 0x9b] as const
      const asked = await this.#ask({ header, data: tlv(0x7c, tlv(0x80)) })
      const witness = asked.status === good ? valueAt(asked.data, 0x7c, 0x80) : null
      if (witness?.length !== cipher.blockLength) throw this.#refused(asked.status, 'its management key')
      const open = createDecipheriv(cipher.name, key, null).setAutoPadding(false)
      const proof = Buffer.concat([open.update(witness), open.final()])
      const challenge = random.bytes(cipher.blockLength)
      const data = tlv(0x7c, tlv(0x80, proof), tlv(0x81, challenge))
      const answered = await this.#ask({ header, data })
      const answer = answered.status === good ? valueAt(answered.data, 0x7c, 0x82) : null
      const close = createCipheriv(cipher.name, key, null).setAutoPadding(false)
      const expected = Buffer.concat([close.update(challenge), close.final()])
      if (answer?.length !== expected.length || !timingSafeEqual(answer, expected)) throw this.#managementWrong()
    } finally {
      key.fill(0)
    }
  }

  /** Older cards do not say and use Triple DES. */
  async #managementType(): Promise<number> {
    const { status: said, data } = await this.#ask({ header: [instruction.metadata, 0x00, 0x9b] })
    return (said === good ? valueAt(data, 0x01)?.[0] : undefined) ?? 0x03
  }

  async #ask(command: CardCommand) {
    return await exchange(this.#transmit, command)
  }

  #managementWrong(): TokenError {
    return new TokenError('management-wrong', `This is not the management key of ${this.#what}; nothing was changed.`, {
      exitCode: exitCodes.usage,
    })
  }

  #notTaken(said: number): TokenError {
    return new TokenError('token-import', `${this.#what} did not take the key (${hex(said)}).`)
  }

  #refused(said: number, what: string): TokenError {
    const isEmpty = said === status.missing || said === status.noKey || said === status.noReference
    if (said === status.blocked) return pinBlocked(this.#what)
    if (isEmpty) return new TokenError('token-empty', `${this.#what} has no RSA-2048 key in slot 9D (${hex(said)}).`)
    return new TokenError('token-answer', `${this.#what} refused to use ${what} (${hex(said)}).`)
  }
}

function triesIn(said: number): number | null {
  if (said === status.blocked) return 0
  return said >> 4 === 0x63c ? said & 0x0f : null
}

const hex = (said: number) => said.toString(16).padStart(4, '0')
