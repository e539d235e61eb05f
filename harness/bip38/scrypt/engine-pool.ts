import type { ScryptEngine } from './engine.ts'
import { Places } from './places.ts'

/** Less work than this many blocks × r × p is not worth waiting for: the light scrypt takes half a millisecond. */
const small = 8192

/**
 * Several engines as one, each at work on one derivation at a time: a derivation goes to the first engine that is free,
 * and waits where none is. Faster ones, which are free sooner, do more of the work by themselves. Small derivations never
 * wait: the first engine takes them at once.
 *
 * @param engines at least one, the fastest first; the same one twice when it may do two at a time
 */
export function enginePool(engines: readonly [ScryptEngine, ...ScryptEngine[]]): ScryptEngine {
  const places = new Places(engines.length)
  return {
    name: [...new Set(engines.map(({ name }) => name))].join(' + '),
    async derive(password, salt, parameters, watch) {
      const { N, r, p } = parameters
      if (N * r * p < small) return engines[0].derive(password, salt, parameters, watch)
      const place = await places.take(watch?.signal)
      try {
        watch?.signal?.throwIfAborted()
        return await engines[place]!.derive(password, salt, parameters, watch)
      } finally {
        places.give(place)
      }
    },
  }
}
