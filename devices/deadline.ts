import { setTimeout as sleepFor } from 'node:timers/promises'

/** Waits `ms` of real time. Rejects with the signal's reason when aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  try {
    await sleepFor(ms, undefined, signal ? { signal } : {})
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

/**
 * Settles with `work`, or rejects with `late()` after `ms`, or with the signal's reason when aborted: whichever is
 * first. What `work` does afterwards is ignored, so a device that never answers holds nobody up.
 */
export function withDeadline<T>(work: Promise<T>, ms: number, late: () => Error, signal?: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
      act()
    }
    const aborted = (): void => settle(() => reject(signal?.reason))
    const timer = setTimeout(() => settle(() => reject(late())), ms)
    work.then(
      value => settle(() => resolve(value)),
      error => settle(() => reject(error)),
    )
    if (signal?.aborted) aborted()
    else signal?.addEventListener('abort', aborted, { once: true })
  })
}

/** Settles with `work`, or rejects with the signal's reason when aborted, whichever is first. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const aborted = (): void => reject(signal.reason)
    const settle = (act: () => void): void => {
      signal.removeEventListener('abort', aborted)
      act()
    }
    work.then(
      value => settle(() => resolve(value)),
      error => settle(() => reject(error)),
    )
    if (signal.aborted) aborted()
    else signal.addEventListener('abort', aborted, { once: true })
  })
}
