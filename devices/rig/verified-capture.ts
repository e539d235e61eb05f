import type { Camera, CameraSettings, EncodedPhotograph } from '../camera/camera.ts'
import { type SteadyOptions, type SteadyView, waitUntilSteady } from '../camera/steady.ts'
import type { Light, LightPreset } from '../light/light.ts'
import { RigError } from '../rig-error.ts'
import type { Stage } from '../stage/stage.ts'
import type { Calibration } from './calibration/calibration.ts'
import { FreshView } from './fresh-view.ts'
import type { FreshConfig, SteadyConfig } from './rig-config.ts'

/** The part of a rig that decides what a photograph shows. */
interface CaptureDevices {
  readonly camera: Camera
  readonly stage: Stage
  readonly light: Light
}

interface CaptureOptions {
  readonly steady?: SteadyConfig | undefined
  readonly fresh?: FreshConfig | undefined
  readonly calibration?: Pick<Calibration, 'lights' | 'latency'> | null
}

/**
 * A rig whose photographs are what they say. The first after a move or a change of light is taken only once the preview
 * does not change any more, and tells what was seen of that (`how.steady`); what was not touched since is not waited for
 * again. None counts that is older than the last change ({@link FreshView}), and each tells how that is known (`how.fresh`). None
 * counts whose lamps were not as asked until its end. And one that does not ask for an exposure is exposed as the
 * calibration found right for the light, where there is one.
 *
 * @returns the devices, with a camera that also rejects with `camera-unsteady`, `camera-stale`, `camera-unproved` and `light-not-set`
 */
export function verifiedCapture(
  { camera, stage, light }: CaptureDevices,
  { steady: config = 'auto', fresh: freshness = 'seen', calibration = null }: CaptureOptions = {},
): CaptureDevices {
  let waits = config !== 'never' && (config !== 'auto' || camera.capabilities.video)
  const options: SteadyOptions = typeof config === 'string' ? {} : config
  const view = new FreshView(camera, calibration?.latency?.longestMs ?? null, freshness !== 'trusted')
  let isTouched = true
  /** A call that fails half-way has touched it as well. */
  const touching = async (work: () => Promise<void>): Promise<void> => {
    isTouched = true
    await work()
  }
  /** What a camera must see of another light. */
  const setLight = (preset: LightPreset, signal: AbortSignal | undefined, set: () => Promise<void>): Promise<void> => {
    const before = light.preset
    const isLit = (each: typeof before) => each !== 'dark'
    const isSwitched = before !== 'unknown' && isLit(before) !== isLit(preset)
    return view.changing(before === preset ? null : isSwitched ? 'must' : 'may', () => touching(set), signal)
  }
  /** A camera whose video does not come may take photographs all the same; only one that was told to wait must. */
  const settle = async (signal?: AbortSignal): Promise<SteadyView | null> => {
    try {
      return await waitUntilSteady(camera, options, signal, view.old)
    } catch (error) {
      const isSeen = error instanceof RigError && error.code === 'camera-unsteady'
      if (config !== 'auto' || isSeen || signal?.aborted) throw error
      waits = false
      return null
    }
  }
  const photograph = async (settings?: CameraSettings, signal?: AbortSignal): Promise<EncodedPhotograph> => {
    await view.drained(signal)
    const steady = waits && isTouched ? await settle(signal) : null
    if (steady) view.atRest(steady.parts, steady.seenAt)
    isTouched = false
    const exposureMs = light.preset === 'unknown' ? null : calibration?.lights[light.preset]?.exposureMs
    const asked = exposureMs == null ? settings : { exposureMs, ...settings }
    const taken = await view.photograph(() => camera.photograph(asked, signal), signal)
    await light.confirm?.(signal)
    if (taken.how.light !== light.preset) {
      throw new RigError(
        'light-not-set',
        `the light was ${taken.how.light} when the photograph began, and ${light.preset} when it was done. Check the supply of the lamps, and that no other program drives them.`,
      )
    }
    const fresh = view.proof
    if (fresh === 'unproved' && freshness === 'demanded') {
      throw new RigError(
        'camera-unproved',
        `nothing proves that the photograph of camera ${camera.name} is younger than the last change: no lamp that it could be seen by was switched, and its latency was never measured. Run assay rig calibrate, or configure a light.`,
      )
    }
    const how = {
      ...taken.how,
      ...(steady && { steady: { frames: steady.frames, lastChange: steady.lastChange } }),
      ...(fresh && { fresh }),
    }
    return { ...taken, how }
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
      home: signal => touching(() => stage.home(signal)),
      goTo: (pose, signal) =>
        // In the dark a move shows nothing; the light after it proves both.
        view.changing(
          light.preset === 'dark' || stage.pose === pose ? null : 'may',
          () => touching(() => stage.goTo(pose, signal)),
          signal,
        ),
      position: signal => stage.position(signal),
      stop: () => touching(() => stage.stop()),
    },
    light: {
      name: light.name,
      get preset() {
        return light.preset
      },
      set: (preset, signal) => setLight(preset, signal, () => light.set(preset, signal)),
      // Nobody waits to see it: putting out must never take longer than it does.
      off: () => {
        view.forget()
        return touching(() => light.off())
      },
    },
  }
}
