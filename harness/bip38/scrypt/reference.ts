import type { Bytes } from '../bytes.ts'
import type { ScryptEngine } from './engine.ts'

/** scrypt-js: plain JavaScript, runs anywhere, and is what every other engine is tested against. */
export const referenceEngine: ScryptEngine = {
  name: 'scrypt-js',
  async derive(password, salt, { N, r, p, dkLen }, { signal, onProgress } = {}) {
    signal?.throwIfAborted()
    const { default: scryptJs } = await import('scrypt-js')
    const out = await scryptJs.scrypt(password, salt, N, r, p, dkLen, done => {
      onProgress?.(done)
      return signal?.aborted ?? false
    })
    signal?.throwIfAborted()
    return Uint8Array.from(out) as Bytes
  },
}
