import { systemClock } from '../clock.ts'
import { withDeadline } from '../deadline.ts'
import type { DeviceIdentity } from '../opened-device.ts'
import { RigError } from '../rig-error.ts'
import type { CameraConfigBase, OpenCameraOptions, OpenedCamera } from './camera-config.ts'
import { type CameraDriver, DrivenCamera } from './driven-camera.ts'
import { assertPossible } from './settings.ts'

const usualDeadlineMs = 15_000
/** Opening waits for programs to start and cameras to wake up. */
const openMs = 30_000

/**
 * Connects with `connect`, in its deadline, and keeps what came of it as a {@link Camera}. The settings of the
 * configuration are checked against what the camera can do before anything is photographed.
 */
export async function keepCamera(
  config: CameraConfigBase,
  options: OpenCameraOptions,
  connect: (signal: AbortSignal) => Promise<{ driver: CameraDriver; identity: DeviceIdentity }>,
): Promise<OpenedCamera> {
  const giveUp = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, giveUp.signal]) : giveUp.signal
  signal.throwIfAborted()
  const connecting = connect(signal)
  const late = (): RigError =>
    new RigError(
      'camera-deadline',
      `the camera was not ready within ${openMs / 1000} s. Check its cable and its power.`,
    )
  try {
    const { driver, identity } = await withDeadline(connecting, openMs, late, options.signal)
    const name = config.name ?? driver.name
    assertPossible(config.settings ?? {}, driver.capabilities, name)
    const camera = new DrivenCamera({
      driver,
      name,
      clock: options.clock ?? systemClock,
      conditions: options.conditions ?? (() => ({ light: 'unknown', pose: 'unknown', calibration: null })),
      settings: config.settings,
      deadlineMs: config.deadlineMs ?? usualDeadlineMs,
      mayRepeat: config.mayRepeat,
    })
    return { identity, camera }
  } catch (error) {
    giveUp.abort(error)
    // It may still come up, too late for us.
    void connecting.then(({ driver }) => driver.close()).catch(() => {})
    throw error
  }
}
