import { createCipheriv, createDecipheriv } from 'node:crypto'

export const nonceLength = 12
export const tagLength = 16

/** AES-256-GCM: the ciphertext with its tag behind it. @param bond what the seal is bound to, beside the key */
export function seal(key: Uint8Array, nonce: Uint8Array, bond: string, clear: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bond))
  return Buffer.concat([cipher.update(clear), cipher.final(), cipher.getAuthTag()])
}

/** What {@link seal} sealed. @throws when a bit of it, the nonce, the bond or the key is another one */
export function unseal(key: Uint8Array, nonce: Uint8Array, bond: string, sealed: Uint8Array): Buffer {
  const cipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bond))
  cipher.setAuthTag(sealed.subarray(-tagLength))
  return Buffer.concat([cipher.update(sealed.subarray(0, -tagLength)), cipher.final()])
}
