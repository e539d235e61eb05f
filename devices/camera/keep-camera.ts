import { anySignal, withDeadline } from '../deadline.ts'
import type { DeviceIdentity } from '../opened-device.ts'
import { RigError } from '../rig-error.ts'
import type { AnyCameraConfig, OpenCameraOptions, OpenedCamera } from './camera.ts'
import type { CameraDriver } from './driven-camera.ts'
import { assertPossible } from './possible-settings.ts'

/** Opening waits for programs to start and cameras to wake up. */
const openMs = 30_000

/**
 * Connects with `connect`, in its deadline, and keeps what came of it as a {@link Camera}. The settings of the
 * configuration are checked against what the camera can do before anything is photographed.
 */
export async function keepCamera(
  config: AnyCameraConfig,
  options: OpenCameraOptions,
  connect: (signal: AbortSignal) => Promise<{
    readonly driver: CameraDriver
    readonly identity: DeviceIdentity
    readonly disturbedByPreview?: boolean
  }>,
): Promise<OpenedCamera> {
  const giveUp = new AbortController()
  const signal = anySignal(options.signal, giveUp.signal)
  signal.throwIfAborted()
  const connecting = connect(signal)
  const late = (): RigError =>
    new RigError(
      'camera-deadline',
      `the camera was not ready within ${openMs / 1000} s. Check its cable and its power.`,
    )
  try {
    const { driver, ...rest } = await withDeadline(connecting, openMs, late, options.signal)
    assertPossible(config.settings ?? {}, driver.capabilities, config.name ?? driver.name)
    // Loads the codec of pictures, which nobody needs to read a configuration.
    const { DrivenCamera } = await import('./driven-camera.ts')
    const camera = new DrivenCamera(driver, config, options)
    // Closing ends a running exposure, so it does not wait until other devices are safe.
    return { ...rest, camera, makeSafe: () => camera.close(), close: () => camera.close() }
  } catch (error) {
    giveUp.abort(error)
    // It may still come up, too late for us.
    void connecting.then(({ driver }) => driver.close()).catch(() => {})
    throw error
  }
}
