import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'
import type { Secret } from '../core/secret.ts'
import { CustodyError } from './custody-error.ts'

/** RFC 8410: what stands before the 32 bytes of an Ed25519 private key, and of a public one. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')

/** An Ed25519 key that signs for a site or a person. Its 32 bytes are a secret; the rest is public. */
export class SigningKey {
  /** 32 bytes, base64url. */
  readonly publicKey: string
  readonly #key: KeyObject

  /** @param seed 32 bytes from a random source, or as {@link SigningKey} was stored */
  constructor(seed: Secret) {
    const bytes = seed.expose()
    if (bytes.length !== 32) throw new RangeError(`an Ed25519 key has 32 bytes, not ${bytes.length}`)
    const der = Buffer.concat([pkcs8Head, bytes])
    this.#key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    der.fill(0)
    bytes.fill(0)
    const spki = createPublicKey(this.#key).export({ format: 'der', type: 'spki' })
    this.publicKey = spki.subarray(spkiHead.length).toString('base64url')
  }

  /** 64 bytes, base64url. */
  sign(message: Uint8Array): string {
    return sign(null, message, this.#key).toString('base64url')
  }
}

const spkiOf = (publicKey: string): Buffer => Buffer.concat([spkiHead, Buffer.from(publicKey, 'base64url')])

/** A public key as openssl reads it. */
export const publicKeyPem = (publicKey: string): string =>
  `-----BEGIN PUBLIC KEY-----\n${spkiOf(publicKey).toString('base64')}\n-----END PUBLIC KEY-----\n`

/** Names a key in signatures: SHA-256 of its DER, hexadecimal. */
export const keyId = (publicKey: string): string => createHash('sha256').update(spkiOf(publicKey)).digest('hex')

/** Did the holder of `publicKey` sign exactly this? False for whatever is no key or no signature. */
export function isSignedBy(publicKey: string, message: Uint8Array, signature: string): boolean {
  const read = readSignature(publicKey, signature)
  try {
    return read !== null && verify(null, message, read.key, read.bytes)
  } catch {
    return false
  }
}

/** The same, worked out beside the thread that asks: a long journal is read on meanwhile. */
export async function isSignedBeside(publicKey: string, message: Uint8Array, signature: string): Promise<boolean> {
  const read = readSignature(publicKey, signature)
  try {
    return read !== null && (await verifyBeside(null, message, read.key, read.bytes))
  } catch {
    return false
  }
}

const verifyBeside = promisify(verify)

/** A key and a signature from their texts; null where one of them is none. */
function readSignature(
  publicKey: string,
  signature: string,
): { readonly key: KeyObject; readonly bytes: Buffer } | null {
  const key = Buffer.from(publicKey, 'base64url')
  const bytes = Buffer.from(signature, 'base64url')
  // One text for one key and one signature: base64url has spare bits, in which two texts could mean the same bytes.
  if (key.length !== 32 || key.toString('base64url') !== publicKey) return null
  if (bytes.length !== 64 || bytes.toString('base64url') !== signature) return null
  try {
    return { key: publicKeyObject(publicKey), bytes }
  } catch {
    return null
  }
}

/** The last key that was asked for: a journal has one, and tens of thousands of signatures. */
let lastKey: { readonly publicKey: string; readonly object: KeyObject } | null = null

function publicKeyObject(publicKey: string): KeyObject {
  if (lastKey?.publicKey !== publicKey) {
    const object = createPublicKey({ key: spkiOf(publicKey), format: 'der', type: 'spki' })
    lastKey = { publicKey, object }
  }
  return lastKey!.object
}

/**
 * What two people read to each other when they exchange keys: eight groups of four hexadecimal digits, 128 bits of the
 * key's SHA-256.
 */
export function fingerprint(publicKey: string): string {
  const hash = createHash('sha256').update('assay-key-1\n').update(Buffer.from(publicKey, 'base64url')).digest('hex')
  return hash.slice(0, 32).toUpperCase().match(/.{4}/g)!.join(' ')
}

/** The fingerprint as a person typed it, with or without spaces. @throws CustodyError `fingerprint-unlike` */
export function requireFingerprint(publicKey: string, typed: string): void {
  const bare = (text: string) => text.replaceAll(/[\s:-]/g, '').toUpperCase()
  if (bare(typed) !== bare(fingerprint(publicKey))) {
    throw new CustodyError(
      'fingerprint-unlike',
      `The key's fingerprint is ${fingerprint(publicKey)}, not the one that was typed. Compare it once more in person; do not accept the key.`,
    )
  }
}
