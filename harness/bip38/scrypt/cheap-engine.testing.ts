import { scrypt } from '@noble/hashes/scrypt.js'
import type { Bytes } from '../bytes.ts'
import type { ScryptEngine, ScryptParameters } from './engine.ts'

/** An engine that writes down what it was asked for. */
export interface CheapEngine extends ScryptEngine {
  readonly asked: ScryptParameters[]
}

/**
 * scrypt with N = 2 and p = 1, for tests alone: property tests need thousands of units, and the cost of scrypt is not what
 * they are about. What is made with it opens nowhere else.
 */
export function cheapEngine(): CheapEngine {
  const asked: ScryptParameters[] = []
  return {
    name: 'cheap, for tests',
    asked,
    async derive(password, salt, parameters, { signal, onProgress } = {}) {
      signal?.throwIfAborted()
      asked.push(parameters)
      onProgress?.(1)
      return scrypt(password, salt, { N: 2, r: 1, p: 1, dkLen: parameters.dkLen }) as Bytes
    },
  }
}
