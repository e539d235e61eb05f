import type { Bytes } from './bytes.ts'

const zeroIv = new Uint8Array(16)

/**
 * AES-256 of single 16-byte blocks (the ECB that BIP38 asks for), by WebCrypto: native and constant in time, in Node and
 * in every browser. WebCrypto has no ECB, so a block goes through CBC with a zero IV, where the first block is the same.
 */
export interface BlockCipher {
  encrypt(block: Uint8Array): Promise<Bytes>
  decrypt(block: Uint8Array): Promise<Bytes>
}

export async function aes256(key: Uint8Array): Promise<BlockCipher> {
  const { subtle } = globalThis.crypto
  const own = Uint8Array.from(key)
  const cbc = await subtle.importKey('raw', own, 'AES-CBC', false, ['encrypt', 'decrypt'])
  own.fill(0)
  const encrypt = async (block: Uint8Array): Promise<Bytes> =>
    new Uint8Array(await subtle.encrypt({ name: 'AES-CBC', iv: zeroIv }, cbc, Uint8Array.from(block))).slice(0, 16)
  return {
    encrypt,
    async decrypt(block) {
      // CBC insists on PKCS#7 padding: a second block is made that decrypts to sixteen bytes of 16 after this one.
      const padding = await encrypt(block.map(byte => byte ^ 16))
      const both = new Uint8Array(32)
      both.set(block)
      both.set(padding, 16)
      return new Uint8Array(await subtle.decrypt({ name: 'AES-CBC', iv: zeroIv }, cbc, both))
    },
  }
}
