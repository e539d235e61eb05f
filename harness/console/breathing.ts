import { setImmediate } from 'node:timers/promises'

/** So many entries are read at a stretch: a few milliseconds. */
const AT_A_STRETCH = 100

/** A long journal is read so that whoever acts at the bench meanwhile is answered meanwhile. */
export async function* breathing<T>(entries: AsyncIterable<T>): AsyncGenerator<T> {
  let read = 0
  for await (const entry of entries) {
    yield entry
    if (++read % AT_A_STRETCH === 0) await setImmediate()
  }
}
