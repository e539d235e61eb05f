import {
  constants,
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateDecrypt,
  randomBytes,
} from 'node:crypto'
import { parseTlvs, tlv, valueAt } from './tlv.ts'

/** YubiKey 5 in a USB reader. */
export const yubiKeyAtr = Buffer.from('3bfd1300008131fe158073c021c057597562694b657940', 'hex')

/** What a virtual card is made with. */
export interface VirtualCard {
  readonly pin?: string
  readonly tries?: number
  /** Of the management key. Default: Triple DES, as before firmware 5.7. */
  readonly management?: { readonly type: number; readonly cipher: string; readonly key: Uint8Array }
  /** Knows Yubico's GET METADATA (firmware 5.3). Default: true. */
  readonly metadata?: boolean
  /** Bytes of an answer before 61xx says that there is more. Default: 256. */
  readonly answerLength?: number
}

export const factoryManagementKey = Buffer.from('010203040506070801020304050607080102030405060708', 'hex')

/**
 * A PIV card in this process, as a YubiKey answers: SELECT, GET DATA, PUT DATA, VERIFY, GENERAL AUTHENTICATE, GET METADATA, IMPORT, version
 * and serial number, command chaining and GET RESPONSE.
 */
export class VirtualPivCard {
  readonly #pin: string
  readonly #mostTries: number
  readonly #management: NonNullable<VirtualCard['management']>
  readonly #metadata: boolean
  readonly #answerLength: number
  readonly #objects = new Map<string, Uint8Array>()
  #key: KeyObject | null = null
  #tries: number
  #isVerified = false
  #isManaged = false
  #challenge: Uint8Array | null = null
  #chain: Uint8Array[] = []
  #rest: Uint8Array = new Uint8Array(0)
  /** How many private steps the card did. */
  steps = 0
  /** Every command that came, as it came. */
  readonly seen: Uint8Array[] = []

  constructor({ pin = '123456', tries = 3, management, metadata = true, answerLength = 256 }: VirtualCard = {}) {
    this.#pin = pin
    this.#mostTries = tries
    this.#tries = tries
    this.#management = management ?? { type: 0x03, cipher: 'des-ede3', key: factoryManagementKey }
    this.#metadata = metadata
    this.#answerLength = answerLength
  }

  /** As if it had been taken out and put in again. */
  reset(): void {
    this.#isVerified = false
    this.#isManaged = false
    this.#challenge = null
    this.#chain = []
  }

  hold(key: KeyObject): void {
    this.#key = key
  }

  put(tag: string, object: Uint8Array): void {
    this.#objects.set(tag, object)
  }

  /** One APDU, and its answer. */
  transmit(apdu: Uint8Array): Uint8Array {
    this.seen.push(Uint8Array.from(apdu))
    const [cla = 0, ins = 0, p1 = 0, p2 = 0, length = 0] = apdu
    const data = apdu.length > 5 ? apdu.subarray(5, 5 + length) : new Uint8Array(0)
    if (ins === 0xc0) return this.#answer(this.#rest)
    if (cla === 0x10) {
      this.#chain.push(Uint8Array.from(data))
      return status(0x9000)
    }
    const whole = Buffer.concat([...this.#chain, data])
    this.#chain = []
    const said = this.#do(ins, p1, p2, whole)
    return typeof said === 'number' ? status(said) : this.#answer(said)
  }

  #answer(data: Uint8Array): Uint8Array {
    const now = data.subarray(0, this.#answerLength)
    this.#rest = data.subarray(this.#answerLength)
    if (this.#rest.length === 0) return Buffer.concat([now, status(0x9000)])
    // 0: as many as an answer may have, or more (ISO 7816-4, 5.3.4).
    return Buffer.concat([now, status(0x6100 | (this.#rest.length > 0xff ? 0 : this.#rest.length))])
  }

  #do(ins: number, p1: number, p2: number, data: Uint8Array): Uint8Array | number {
    switch (ins) {
      case 0xa4:
        return this.#select(data)
      case 0xcb:
        return this.#objects.get(Buffer.from(valueAt(data, 0x5c) ?? []).toString('hex')) ?? 0x6a82
      case 0xdb:
        return this.#putData(data)
      case 0x20:
        return this.#verify(data)
      case 0x87:
        return p2 === 0x9b ? this.#manage(data) : this.#useKey(p1, p2, data)
      case 0xf7:
        return this.#metadata ? this.#describe(p2) : 0x6d00
      case 0xfe:
        return this.#import(p1, p2, data)
      case 0xfd:
        return Uint8Array.of(5, 4, 3)
      case 0xf8:
        return Uint8Array.of(0, 0xbb, 0x1e, 0x55)
      default:
        return 0x6d00
    }
  }

  #select(data: Uint8Array): Uint8Array | number {
    this.reset()
    if (!Buffer.from(data).toString('hex').startsWith('a000000308')) return 0x6a82
    const application = tlv(0x4f, Buffer.from('000010000100', 'hex'))
    return tlv(0x61, application, tlv(0x79, tlv(0x4f, Buffer.from('a000000308', 'hex'))))
  }

  #putData(data: Uint8Array): number {
    if (!this.#isManaged) return 0x6982
    const [name, object] = parseTlvs(data) ?? []
    if (name?.tag !== 0x5c || object?.tag !== 0x53) return 0x6a80
    this.put(Buffer.from(name.value).toString('hex'), tlv(0x53, object.value))
    return 0x9000
  }

  #verify(data: Uint8Array): number {
    if (this.#tries === 0) return 0x6983
    if (data.length === 0) return this.#isVerified ? 0x9000 : 0x63c0 | this.#tries
    const padded = Buffer.concat([Buffer.from(this.#pin), Buffer.alloc(8 - this.#pin.length, 0xff)])
    if (padded.equals(data)) {
      this.#tries = this.#mostTries
      this.#isVerified = true
      return 0x9000
    }
    this.#isVerified = false
    this.#tries--
    return this.#tries === 0 ? 0x6983 : 0x63c0 | this.#tries
  }

  #useKey(p1: number, p2: number, data: Uint8Array): Uint8Array | number {
    if (p2 !== 0x9d || this.#key === null) return 0x6a88
    if (!this.#isVerified) return 0x6982
    const block = valueAt(data, 0x7c, 0x81)
    if (p1 !== 0x07 || block?.length !== 256) return 0x6a80
    this.steps++
    return tlv(0x7c, tlv(0x82, privateDecrypt({ key: this.#key, padding: constants.RSA_NO_PADDING }, block)))
  }

  #manage(data: Uint8Array): Uint8Array | number {
    const cipher = () => createCipheriv(this.#management.cipher, this.#management.key, null).setAutoPadding(false)
    const length = this.#management.type === 0x03 ? 8 : 16
    if (valueAt(data, 0x7c, 0x80)?.length === 0) {
      this.#challenge = randomBytes(length)
      return tlv(0x7c, tlv(0x80, cipher().update(this.#challenge)))
    }
    const [proof, asked] = [valueAt(data, 0x7c, 0x80), valueAt(data, 0x7c, 0x81)]
    if (proof === null || asked === null || this.#challenge === null) return 0x6a80
    if (!Buffer.from(proof).equals(this.#challenge)) return 0x6982
    this.#isManaged = true
    return tlv(0x7c, tlv(0x82, cipher().update(asked)))
  }

  #describe(p2: number): Uint8Array | number {
    if (p2 === 0x9b) return tlv(0x01, Uint8Array.of(this.#management.type))
    if (p2 !== 0x9d || this.#key === null) return 0x6a88
    const { n = '', e = '' } = createPublicKey(this.#key).export({ format: 'jwk' })
    const number = (tag: number, text: string) => tlv(tag, Buffer.from(text, 'base64url'))
    return Buffer.concat([tlv(0x01, Uint8Array.of(0x07)), tlv(0x04, number(0x81, n), number(0x82, e))])
  }

  #import(p1: number, p2: number, data: Uint8Array): number {
    if (!this.#isManaged) return 0x6982
    if (p1 !== 0x07 || p2 !== 0x9d) return 0x6a80
    const part = (tag: number) => BigInt(`0x${Buffer.from(valueAt(data, tag) ?? [0]).toString('hex')}`)
    const [p, q] = [part(1), part(2)]
    if (p < 2n || q < 2n) return 0x6a80
    const e = 65537n
    const text = (number: bigint) => {
      const hex = number.toString(16)
      return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
    }
    const d = inverse(e, (p - 1n) * (q - 1n))
    const numbers = { n: p * q, e, d, p, q, dp: part(3), dq: part(4), qi: part(5) }
    const jwk = Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, text(number)]))
    this.#key = createPrivateKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' })
    return 0x9000
  }
}

const status = (number: number) => Buffer.from([number >> 8, number & 0xff])

/** By Euclid. */
function inverse(a: bigint, m: bigint): bigint {
  let [r, next, s, t] = [m, a, 0n, 1n]
  while (next > 0n) {
    const times = r / next
    ;[r, next, s, t] = [next, r - times * next, t, s - times * t]
  }
  return ((s % m) + m) % m
}
