import { createCipheriv, createHash, scryptSync } from 'node:crypto'
import { Point } from '@noble/secp256k1'

/*
 * BIP38 a second time, for the tests: written from the text of the BIP over OpenSSL, with nothing of `harness/bip38`. It
 * only makes codes, so that what the core opens was made elsewhere. https://github.com/bitcoin/bips/blob/master/bip-0038.mediawiki
 */

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

const sha256 = (data: Buffer): Buffer => createHash('sha256').update(data).digest()
const sha256d = (data: Buffer): Buffer => sha256(sha256(data))
const number = (data: Buffer): bigint => BigInt(`0x${data.toString('hex')}`)
const bytes32 = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
const xor = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((byte, i) => byte ^ b.readUInt8(i)))

export function base58Check(payload: Buffer): string {
  const data = Buffer.concat([payload, sha256d(payload).subarray(0, 4)])
  let text = ''
  for (let rest = number(data); rest > 0n; rest /= 58n) text = alphabet.charAt(Number(rest % 58n)) + text
  const zeros = data.findIndex(byte => byte !== 0)
  return '1'.repeat(zeros) + text
}

/** The payload of a Base58Check text, whatever its checksum. */
export function base58Payload(code: string): Buffer {
  let value = 0n
  for (const character of code) value = value * 58n + BigInt(alphabet.indexOf(character))
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex').subarray(0, -4)
}

function aes(key: Buffer, block: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
  return Buffer.concat([cipher.update(block), cipher.final()])
}

const heavy = (passphrase: string, salt: Buffer, length: number): Buffer =>
  scryptSync(Buffer.from(passphrase.normalize('NFC')), salt, length, { N: 16384, r: 8, p: 8, maxmem: 2 ** 26 })

const publicKeyOf = (key: bigint, compressed: boolean): Buffer =>
  Buffer.from(Point.BASE.multiply(key).toBytes(compressed))

function addressOf(publicKey: Buffer): string {
  const hash = createHash('ripemd160').update(sha256(publicKey)).digest()
  return base58Check(Buffer.concat([Buffer.of(0), hash]))
}

const wifOf = (key: Buffer, compressed: boolean): string =>
  base58Check(Buffer.concat([Buffer.of(0x80), key, Buffer.from(compressed ? [1] : [])]))

export interface Owner {
  readonly passphrase: string
  /** 4 bytes with lot and sequence, 8 without, hex. */
  readonly ownerSalt: string
  readonly lot?: number
  readonly sequence?: number
}

export interface SecondUnit {
  readonly intermediateCode: string
  readonly epk: string
  readonly confirmationCode: string
  readonly address: string
  readonly publicKey: string
  readonly privateKey: string
  readonly wif: string
}

/** A whole unit by «EC multiply mode»: one heavy and one light scrypt. */
export function makeUnit(owner: Owner, seedb: Buffer, compressed: boolean): SecondUnit {
  const { lot, sequence } = owner
  const hasLot = lot !== undefined && sequence !== undefined
  const salt = Buffer.from(owner.ownerSalt, 'hex')
  const lotSequence = Buffer.alloc(4)
  if (hasLot) lotSequence.writeUInt32BE(lot * 4096 + sequence)
  const entropy = hasLot ? Buffer.concat([salt, lotSequence]) : salt
  const prefactor = heavy(owner.passphrase, salt, 32)
  const passfactor = number(hasLot ? sha256d(Buffer.concat([prefactor, entropy])) : prefactor)
  const passpoint = publicKeyOf(passfactor, true)
  const magic = Buffer.from([0x2c, 0xe9, 0xb3, 0xe1, 0xff, 0x39, 0xe2, hasLot ? 0x51 : 0x53])

  const factorb = number(sha256d(seedb))
  const publicKey = Buffer.from(Point.fromBytes(passpoint).multiply(factorb).toBytes(compressed))
  const address = addressOf(publicKey)
  const addressHash = sha256d(Buffer.from(address)).subarray(0, 4)
  const derived = scryptSync(passpoint, Buffer.concat([addressHash, entropy]), 64, { N: 1024, r: 1, p: 1 })
  const [mask1, mask2, key] = [derived.subarray(0, 16), derived.subarray(16, 32), derived.subarray(32)]
  const part1 = aes(key, xor(seedb.subarray(0, 16), mask1))
  const part2 = aes(key, xor(Buffer.concat([part1.subarray(8), seedb.subarray(16)]), mask2))
  const flags = Buffer.of((compressed ? 0x20 : 0) | (hasLot ? 0x04 : 0))

  const pointb = publicKeyOf(factorb, true)
  const prefix = Buffer.of(pointb.readUInt8(0) ^ (key.readUInt8(31) & 1))
  const sealed = [prefix, aes(key, xor(pointb.subarray(1, 17), mask1)), aes(key, xor(pointb.subarray(17), mask2))]
  const privateKey = bytes32((passfactor * factorb) % order)
  return {
    intermediateCode: base58Check(Buffer.concat([magic, entropy, passpoint])),
    epk: base58Check(Buffer.concat([Buffer.of(0x01, 0x43), flags, addressHash, entropy, part1.subarray(0, 8), part2])),
    confirmationCode: base58Check(
      Buffer.concat([Buffer.of(0x64, 0x3b, 0xf6, 0xa8, 0x9a), flags, addressHash, entropy, ...sealed]),
    ),
    address,
    publicKey: publicKey.toString('hex'),
    privateKey: privateKey.toString('hex'),
    wif: wifOf(privateKey, compressed),
  }
}

/** A private key encrypted without EC multiplication. */
export function encryptKey(privateKey: Buffer, compressed: boolean, passphrase: string) {
  const publicKey = publicKeyOf(number(privateKey), compressed)
  const address = addressOf(publicKey)
  const addressHash = sha256d(Buffer.from(address)).subarray(0, 4)
  const derived = heavy(passphrase, addressHash, 64)
  const masked = xor(privateKey, derived.subarray(0, 32))
  const halves = [aes(derived.subarray(32), masked.subarray(0, 16)), aes(derived.subarray(32), masked.subarray(16))]
  return {
    epk: base58Check(Buffer.concat([Buffer.of(0x01, 0x42, compressed ? 0xe0 : 0xc0), addressHash, ...halves])),
    address,
    publicKey: publicKey.toString('hex'),
    privateKey: privateKey.toString('hex'),
    wif: wifOf(privateKey, compressed),
  }
}
