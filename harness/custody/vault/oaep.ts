import { createHash } from 'node:crypto'

/*
 * RSAES-OAEP with SHA-256 for the hash and for MGF1 (RFC 8017, 7.1.2), for keys whose holder does the bare RSA step only: a
 * PIV card, a PKCS #11 module without OAEP-SHA-256.
 */

const hashLength = 32
const sha256 = (...parts: readonly Uint8Array[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/**
 * The message in an encoded block: what RSA gave back, as long as the modulus. Every byte is looked at, whatever is wrong.
 * @returns null when it is no such block under this label
 */
export function unpadOaep(block: Uint8Array, label: string): Uint8Array | null {
  if (block.length < 2 * hashLength + 2) return null
  const maskedSeed = block.subarray(1, 1 + hashLength)
  const maskedDb = block.subarray(1 + hashLength)
  const seed = xor(maskedSeed, mgf1(maskedDb, hashLength))
  const db = xor(maskedDb, mgf1(seed, maskedDb.length))
  const labelHash = sha256(Buffer.from(label))
  let wrong = block[0]!
  for (let i = 0; i < hashLength; i++) wrong |= db[i]! ^ labelHash[i]!
  let at = 0
  for (let i = hashLength; i < db.length; i++) {
    const isBefore = Number(at === 0)
    at += isBefore * Number(db[i] === 1) * i
    wrong |= isBefore * Number(at === 0) * Number(db[i] !== 0)
  }
  const message = wrong === 0 && at > 0 ? Uint8Array.from(db.subarray(at + 1)) : null
  for (const secret of [seed, db]) secret.fill(0)
  return message
}

function mgf1(seed: Uint8Array, length: number): Uint8Array {
  const mask = Buffer.alloc(Math.ceil(length / hashLength) * hashLength)
  const counter = Buffer.alloc(4)
  for (let i = 0; i * hashLength < length; i++) {
    counter.writeUInt32BE(i)
    sha256(seed, counter).copy(mask, i * hashLength)
  }
  return mask.subarray(0, length)
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return Uint8Array.from(a, (byte, i) => byte ^ b[i]!)
}
