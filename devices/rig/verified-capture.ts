import type { Steadiness } from '../../harness/vision/photograph.ts'
import type { Camera, CameraSettings, EncodedPhotograph } from '../camera/camera.ts'
import { type SteadyOptions, waitUntilSteady } from '../camera/steady.ts'
import type { Light } from '../light/light.ts'
import { RigError } from '../rig-error.ts'
import type { Stage } from '../stage/stage.ts'
import type { Calibration } from './calibration/calibration.ts'
import type { SteadyConfig } from './rig-config.ts'

/** The part of a rig that decides what a photograph shows. */
interface CaptureDevices {
  readonly camera: Camera
  readonly stage: Stage
  readonly light: Light
}

interface CaptureOptions {
  readonly steady?: SteadyConfig | undefined
  readonly calibration?: Pick<Calibration, 'lights'> | null
}

/**
 * A rig whose photographs are what they say. The first after a move or a change of light is taken only once the preview
 * does not change any more, and tells what was seen of that (`how.steady`); what was not touched since is not waited for
 * again. None counts whose lamps were not as asked until its end. And one that does not ask for an exposure is exposed as the
 * calibration found right for the light, where there is one.
 *
 * @returns the devices, with a camera that also rejects with `camera-unsteady` and `light-not-set`
 */
export function verifiedCapture(
  { camera, stage, light }: CaptureDevices,
  { steady: config = 'auto', calibration = null }: CaptureOptions = {},
): CaptureDevices {
  let waits = config !== 'never' && (config !== 'auto' || camera.capabilities.video)
  const options: SteadyOptions = typeof config === 'string' ? {} : config
  let isTouched = true
  /** A call that fails half-way has touched it as well. */
  const touching = (work: Promise<void>): Promise<void> => {
    isTouched = true
    return work
  }
  /** A camera whose video does not come may take photographs all the same; only one that was told to wait must. */
  const settle = async (signal?: AbortSignal): Promise<Steadiness | null> => {
    try {
      return await waitUntilSteady(camera, options, signal)
    } catch (error) {
      const isSeen = error instanceof RigError && error.code === 'camera-unsteady'
      if (config !== 'auto' || isSeen || signal?.aborted) throw error
      waits = false
      return null
    }
  }
  const photograph = async (settings?: CameraSettings, signal?: AbortSignal): Promise<EncodedPhotograph> => {
    const steady = waits && isTouched ? await settle(signal) : null
    isTouched = false
    const exposureMs = light.preset === 'unknown' ? null : calibration?.lights[light.preset]?.exposureMs
    const asked = exposureMs == null ? settings : { exposureMs, ...settings }
    const taken = await camera.photograph(asked, signal)
    await light.confirm?.(signal)
    if (taken.how.light !== light.preset) {
      throw new RigError(
        'light-not-set',
        `the light was ${taken.how.light} when the photograph began, and ${light.preset} when it was done. Check the supply of the lamps, and that no other program drives them.`,
      )
    }
    return steady === null ? taken : { ...taken, how: { ...taken.how, steady } }
  }
  return {
    camera: {
      name: camera.name,
      get capabilities() {
        return camera.capabilities
      },
      photograph,
      preview: signal => camera.preview(signal),
      close: () => camera.close(),
    },
    stage: {
      name: stage.name,
      get pose() {
        return stage.pose
      },
      home: signal => touching(stage.home(signal)),
      goTo: (pose, signal) => touching(stage.goTo(pose, signal)),
      position: signal => stage.position(signal),
      stop: () => touching(stage.stop()),
    },
    light: {
      name: light.name,
      get preset() {
        return light.preset
      },
      set: (preset, signal) => touching(light.set(preset, signal)),
      off: () => touching(light.off()),
    },
  }
}
