import { z } from 'zod'
import { systemClock } from '../clock.ts'
import { anySignal, withDeadline } from '../deadline.ts'
import type { DeviceIdentity } from '../opened-device.ts'
import { ms, text } from '../options.ts'
import { RigError } from '../rig-error.ts'
import type { OpenCameraOptions, OpenedCamera } from './camera.ts'
import type { CameraDriver } from './driven-camera.ts'
import { assertPossible } from './possible-settings.ts'

/** What every camera's configuration may say. */
export const everyCamera = {
  /** Name that its photographs carry, e.g. `top`. Default: the driver's name. */
  name: text.max(80).exactOptional(),
  /** Set and locked when the camera is opened, and again before a photograph that asks otherwise. */
  settings: z
    .strictObject({
      exposureMs: ms.exactOptional(),
      focusMm: z.number().positive().exactOptional(),
      whiteBalanceK: z.number().min(1000).max(20_000).exactOptional(),
      size: z.strictObject({ width: z.int().min(1).max(100_000), height: z.int().min(1).max(100_000) }).exactOptional(),
    })
    .exactOptional(),
  /** Longest time for one photograph beyond its exposure, ms. Default: 15000. */
  deadlineMs: ms.exactOptional(),
  /**
   * Whether a picture that equals the one before byte for byte is taken. A sensor's noise makes no two alike, so such a
   * picture says that the camera hangs; true only for a source that is no sensor, such as a test picture. Default: false.
   */
  mayRepeat: z.boolean().exactOptional(),
}

/** Frames thrown away before the one that counts: those the camera may still hold from earlier. Default: 2. */
export const skipFrames = z.int().min(0).max(100).exactOptional()

const usualDeadlineMs = 15_000
/** Opening waits for programs to start and cameras to wake up. */
const openMs = 30_000

/**
 * Connects with `connect`, in its deadline, and keeps what came of it as a {@link Camera}. The settings of the
 * configuration are checked against what the camera can do before anything is photographed.
 */
export async function keepCamera(
  config: z.infer<z.ZodObject<typeof everyCamera>>,
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
    const name = config.name ?? driver.name
    assertPossible(config.settings ?? {}, driver.capabilities, name)
    // Loads the codec of pictures, which nobody needs to read a configuration.
    const { DrivenCamera } = await import('./driven-camera.ts')
    const camera = new DrivenCamera({
      driver,
      name,
      clock: options.clock ?? systemClock,
      conditions: options.conditions ?? (() => ({ light: 'unknown', pose: 'unknown', calibration: null })),
      settings: config.settings,
      deadlineMs: config.deadlineMs ?? usualDeadlineMs,
      mayRepeat: config.mayRepeat,
    })
    // Closing ends a running exposure, so it does not wait until other devices are safe.
    return { ...rest, camera, makeSafe: () => camera.close(), close: () => camera.close() }
  } catch (error) {
    giveUp.abort(error)
    // It may still come up, too late for us.
    void connecting.then(({ driver }) => driver.close()).catch(() => {})
    throw error
  }
}
