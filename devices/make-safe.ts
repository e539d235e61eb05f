import { pause } from './deadline.ts'
import { RigError } from './rig-error.ts'

const againMs = 100

/**
 * Attempts to make a device safe until one attempt succeeds: a port that was lost may come back, a damaged answer is asked
 * for again.
 *
 * @param attempt rejects when it did not succeed, also when the signal aborts
 * @param sentence what to tell, from the time in s and the last reason
 * @throws RigError `rig-unsafe` after `deadlineMs`, or at once when the port was closed
 */
export async function untilSafe(
  deadlineMs: number,
  attempt: (giveUp: AbortSignal) => Promise<void>,
  sentence: (seconds: number, why: string) => string,
): Promise<void> {
  const giveUp = AbortSignal.timeout(deadlineMs)
  let last: unknown = null
  while (!giveUp.aborted) {
    try {
      await attempt(giveUp)
      return
    } catch (error) {
      if (error !== giveUp.reason) last = error
      if (error instanceof RigError && error.code === 'port-closed') break
      await pause(againMs)
    }
  }
  const why = last instanceof Error ? last.message : 'it does not answer.'
  throw new RigError('rig-unsafe', sentence(deadlineMs / 1000, why), { cause: last })
}
