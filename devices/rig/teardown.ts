import { withDeadline } from '../deadline.ts'
import type { OpenedDevice } from '../opened-device.ts'
import { RigError } from '../rig-error.ts'

/** How one device of a rig ends. */
export interface Ending extends Pick<OpenedDevice, 'makeSafe' | 'close'> {
  /** For sentences. */
  readonly name: string
}

const closeMs = 4000

/**
 * Makes all devices safe at once, then lets go of all of them. A device that fails or hangs holds up no other, and every
 * step has its deadline, so that this always ends.
 *
 * @throws RigError `rig-unsafe` when a device could not be made safe, else what it was that failed
 */
export async function tearDown(endings: readonly Ending[], deadlineMs: number): Promise<void> {
  const safe = await Promise.allSettled(
    endings.map(async ({ makeSafe, name }) => {
      const late = () =>
        new RigError(
          'rig-unsafe',
          `the ${name} was not made safe within ${deadlineMs / 1000} s: its driver hangs. Lamps may be on and axes may move: switch both off at their supply.`,
        )
      // A driver keeps its own deadline; this one is for the driver that does not.
      await withDeadline(makeSafe(deadlineMs), deadlineMs + 1000, late)
    }),
  )
  const closed = await Promise.allSettled(
    endings.map(async ({ close, name }) => {
      const late = () =>
        new RigError('port-close', `the ${name} did not close within ${closeMs / 1000} s; it was left behind.`)
      await withDeadline(close(), closeMs, late)
    }),
  )
  const errors = [...safe, ...closed].filter(end => end.status === 'rejected').map(end => end.reason)
  if (errors.length === 1) throw errors[0]
  if (errors.length > 1) {
    const unsafe = errors.find(error => error instanceof RigError && error.code === 'rig-unsafe') ?? errors[0]
    throw new RigError('rig-unsafe', String(unsafe.message), { cause: new AggregateError(errors) })
  }
}
