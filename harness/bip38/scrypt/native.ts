import type { Bytes } from '../bytes.ts'
import { Bip38Error } from '../errors.ts'
import type { ScryptEngine } from './engine.ts'
import { nodeModule } from './host.ts'

/** OpenSSL's scrypt through `node:crypto`, on libuv's threads. Null where there is no Node. Reports progress at the end only. */
export function nativeEngine(): ScryptEngine | null {
  const crypto = nodeModule('node:crypto')
  if (crypto === null) return null
  return {
    name: 'node:crypto',
    async derive(password, salt, { N, r, p, dkLen }, { signal, onProgress } = {}) {
      signal?.throwIfAborted()
      const out = await new Promise<Buffer>((resolve, reject) => {
        crypto.scrypt(password, salt, dkLen, { N, r, p, maxmem: 2 * 128 * r * (N + p + 1) }, (error, key) => {
          if (error === null) resolve(key)
          else reject(new Bip38Error('engine-failed', 'node:crypto could not compute scrypt.', { cause: error }))
        })
      })
      const own = Uint8Array.from(out) as Bytes
      out.fill(0)
      signal?.throwIfAborted()
      onProgress?.(1)
      return own
    },
  }
}
