import { setTimeout as sleepFor } from 'node:timers/promises'
import { untilAborted } from '../harness/core/until-aborted.ts'

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

/** Aborts with the first of them that does. */
export function anySignal(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter(signal => signal !== undefined))
}

/** In so short pieces is a deadline waited for, ms. */
const pieceMs = 250
/** So much later than asked a piece may end and still be the device's time, ms. */
const usualDelayMs = 100

/**
 * Calls `act` after `ms` in which this program ran. What a machine under load, or work of our own, took from it is no time
 * that a device had: the answer may be there and nobody had come to read it. Ends always, since some of each piece counts.
 *
 * @returns takes it back
 */
export function whenLate(ms: number, act: () => void): () => void {
  let left = ms
  let timer: NodeJS.Timeout | undefined
  let last: NodeJS.Immediate | undefined
  const wait = (): void => {
    const piece = Math.min(left, pieceMs)
    const began = performance.now()
    timer = setTimeout(() => {
      left -= Math.min(performance.now() - began, piece + usualDelayMs)
      if (left > 0) wait()
      // What has arrived by now is read first.
      else last = setImmediate(act)
    }, piece)
  }
  wait()
  return () => {
    clearTimeout(timer)
    clearImmediate(last)
  }
}

/**
 * Settles with `work`, or rejects with `late()` after `ms` (as {@link whenLate} counts them), or with the signal's reason
 * when aborted: whichever is first. What `work` does afterwards is ignored, so a device that never answers holds nobody up.
 */
export function withDeadline<T>(work: Promise<T>, ms: number, late: () => Error, signal?: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const inTime = whenLate(ms, () => reject(late()))
  work.then(resolve, reject)
  return untilAborted(promise, signal).finally(inTime)
}
