/** Settles with `work`, or rejects with the signal's reason when aborted, whichever is first. */
export function untilAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const aborted = (): void => reject(signal.reason)
  signal.addEventListener('abort', aborted, { once: true })
  if (signal.aborted) aborted()
  work.then(resolve, reject)
  return promise.finally(() => signal.removeEventListener('abort', aborted))
}
