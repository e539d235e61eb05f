import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { hashes, sign, verify } from '@noble/secp256k1'
import { type Bytes, concat, fromHex, toHex } from './bytes.ts'
import { type DecryptRequest, decrypt } from './decrypt.ts'
import { Bip38Error } from './errors.ts'
import type { ScryptOptions } from './key-derivation.ts'

hashes.sha256 = message => sha256(message)
hashes.hmacSha256 = (key, message) => hmac(sha256, key, message)

/** That somebody could sign with the key of this public key, and nothing more. Public. */
export interface KeyProof {
  readonly publicKey: string
  readonly challenge: string
  /** 64 bytes, hex: ECDSA (RFC 6979, low s) over a hash that no transaction or signed message can have. */
  readonly signature: string
}

// A tagged hash as in BIP340: the signature is good for nothing but this.
const tag = sha256(new TextEncoder().encode('assay/bip38/proof'))
const digestOf = (challenge: Uint8Array): Bytes => sha256(concat(tag, tag, challenge)) as Bytes

/** Signs a challenge (at least 16 bytes, chosen afresh by whoever will check). @throws Bip38Error `bad-argument` */
export function signChallenge(privateKey: Uint8Array, publicKey: string, challenge: Uint8Array): KeyProof {
  if (challenge.length < 16) throw new Bip38Error('bad-argument', 'A challenge has at least 16 bytes.')
  const signature = sign(digestOf(challenge), privateKey, { prehash: false })
  return { publicKey, challenge: toHex(challenge), signature: toHex(signature) }
}

/** Decrypts, signs the challenge, and drops the key. @throws Bip38Error as {@link decrypt} does */
export async function proof(
  request: DecryptRequest & { readonly challenge: Uint8Array },
  options: ScryptOptions = {},
): Promise<KeyProof> {
  const key = await decrypt(request, options)
  try {
    return signChallenge(key.privateKey, key.publicKey, request.challenge)
  } finally {
    key.privateKey.fill(0)
  }
}

/** Is this proof's signature by its public key over its challenge? False for anything malformed. */
export function verifyProof(given: KeyProof): boolean {
  try {
    const digest = digestOf(fromHex(given.challenge, 'The challenge'))
    return verify(fromHex(given.signature, 'The signature'), digest, fromHex(given.publicKey, 'The public key'), {
      prehash: false,
    })
  } catch {
    return false
  }
}
