import type { Bytes } from '../bytes.ts'
import type { ScryptEngine, ScryptParameters, ScryptWatch } from './engine.ts'

/** Less work than this many blocks × r × p is not worth waiting for: the light scrypt takes half a millisecond. */
const small = 8192

/**
 * Several engines as one, each at work on one derivation at a time: a derivation goes to the first member that is free,
 * and waits where none is. Faster members, which are free sooner, do more of the work by themselves. Small derivations
 * never wait: the first member takes them at once.
 *
 * @param members at least one, the fastest first; the same engine twice when it may do two at a time
 */
export function enginePool(members: readonly [ScryptEngine, ...ScryptEngine[]]): ScryptEngine {
  const free = members.map((_, i) => i)
  const waiting: ((member: number) => void)[] = []
  const turn = (): Promise<number> => {
    const member = free.shift()
    return member === undefined ? new Promise(resolve => waiting.push(resolve)) : Promise.resolve(member)
  }
  const goOn = (member: number): void => {
    const next = waiting.shift()
    if (next !== undefined) next(member)
    else free.splice(free.findLastIndex(other => other < member) + 1, 0, member)
  }
  return {
    name: [...new Set(members.map(({ name }) => name))].join(' + '),
    async derive(
      password: Uint8Array,
      salt: Uint8Array,
      parameters: ScryptParameters,
      watch?: ScryptWatch,
    ): Promise<Bytes> {
      const { N, r, p } = parameters
      if (N * r * p < small) return members[0].derive(password, salt, parameters, watch)
      watch?.signal?.throwIfAborted()
      const member = await turn()
      try {
        watch?.signal?.throwIfAborted()
        return await members[member]!.derive(password, salt, parameters, watch)
      } finally {
        goOn(member)
      }
    },
  }
}
