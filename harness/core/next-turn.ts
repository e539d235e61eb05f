/** Lets whatever waits have its turn: without one, a timer's abort is never heard between two stages of pure computing. */
export function nextTurn(): Promise<void> {
  const later = globalThis.setImmediate ?? globalThis.setTimeout
  return new Promise(resolve => {
    later(resolve)
  })
}
