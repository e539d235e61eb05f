import type { Bytes } from '../bytes.ts'
import { Bip38Error } from '../errors.ts'
import type { ScryptEngine } from './engine.ts'

/** scrypt-js: plain JavaScript, runs anywhere, and is what every other engine is tested against. */
export const referenceEngine: ScryptEngine = {
  name: 'scrypt-js',
  async derive(password, salt, { N, r, p, dkLen }, { signal, onProgress } = {}) {
    signal?.throwIfAborted()
    const { default: scryptJs } = await import('scrypt-js')
    const run = scryptJs.scrypt(password, salt, N, r, p, dkLen, done => {
      onProgress?.(done)
      return signal?.aborted ?? false
    })
    const out = await run.catch((cause: unknown) => {
      // Stopped: scrypt-js has an error of its own for it.
      signal?.throwIfAborted()
      throw new Bip38Error('engine-failed', 'scrypt-js could not compute scrypt.', { cause })
    })
    signal?.throwIfAborted()
    return Uint8Array.from(out) as Bytes
  },
}
