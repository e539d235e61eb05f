import type { Camera } from '../camera/camera.ts'
import { anySignal, whenLate, withDeadline } from '../deadline.ts'
import type { Light } from '../light/light.ts'
import { RigError } from '../rig-error.ts'
import type { Stage } from '../stage/stage.ts'

/** Longest time that a device of a rig may take for a call, ms, whatever its driver says of itself. */
interface CallDeadlines {
  /** Beyond the exposure. */
  readonly photographMs: number
  readonly moveMs: number
  readonly homeMs: number
  readonly lightMs: number
}

/** What the drivers allow themselves, ms. */
export interface UsualDeadlines {
  readonly photographMs?: number | undefined
  /** Of a photograph that does not ask for one. */
  readonly exposureMs?: number | undefined
  readonly moveMs?: number | undefined
  readonly homeMs?: number | undefined
}

/** Twice that, and some. */
export function callDeadlines(usual: UsualDeadlines): CallDeadlines {
  const { photographMs = 15_000, exposureMs = 0, moveMs = 15_000, homeMs = 60_000 } = usual
  return {
    photographMs: 2 * photographMs + exposureMs + 5000,
    moveMs: 2 * moveMs + homeMs + 5000,
    homeMs: homeMs + moveMs + 15_000,
    lightMs: 30_000,
  }
}

/**
 * The devices of a rig with a deadline on every call. Drivers have shorter ones of their own; these are for the driver
 * that hangs. A call that was given up rejects with `driver-hung` and the signal that was handed to the driver aborts, so
 * that a driver which merely waits lets go as well.
 */
export function watchCamera(camera: Camera, { photographMs }: CallDeadlines): Camera {
  return {
    name: camera.name,
    get capabilities() {
      return camera.capabilities
    },
    photograph: (settings, signal) =>
      call(`camera ${camera.name}`, 'a photograph', photographMs + (settings?.exposureMs || 0), signal, inner =>
        camera.photograph(settings, inner),
      ),
    preview: signal => camera.preview(signal),
    close: () => camera.close(),
  }
}

export function watchStage(stage: Stage, { moveMs, homeMs }: CallDeadlines): Stage {
  const name = `stage ${stage.name}`
  return {
    name: stage.name,
    get pose() {
      return stage.pose
    },
    home: signal => call(name, 'homing', homeMs, signal, inner => stage.home(inner)),
    goTo: (pose, signal) => call(name, 'a move', moveMs, signal, inner => stage.goTo(pose, inner)),
    position: signal => call(name, 'its position', moveMs, signal, inner => stage.position(inner)),
    stop: () => call(name, 'stopping', moveMs, undefined, () => stage.stop()),
  }
}

export function watchLight(light: Light, { lightMs }: CallDeadlines): Light {
  const name = `light ${light.name}`
  return {
    name: light.name,
    get preset() {
      return light.preset
    },
    set: (preset, signal) => call(name, `setting ${preset}`, lightMs, signal, inner => light.set(preset, inner)),
    ...(light.confirm && {
      confirm: (signal?: AbortSignal) =>
        call(name, 'telling how it is set', lightMs, signal, async inner => await light.confirm?.(inner)),
    }),
    off: () => call(name, 'switching off', lightMs, undefined, () => light.off()),
  }
}

/** A driver that was told to stop may brake and reset first, ms. */
const stopMs = 10_000

/** Rejects with the signal's reason when it aborts, once the driver has ended what it was doing. */
async function call<T>(
  device: string,
  what: string,
  deadlineMs: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const giveUp = new AbortController()
  const late = (): RigError => {
    const error = new RigError(
      'driver-hung',
      `${device} did not end ${what} within ${deadlineMs / 1000} s: its driver hangs. Check the cable and the power of the device, then run assay rig doctor.`,
    )
    giveUp.abort(error)
    return error
  }
  const abandoned = new AbortController()
  let stopping = (): void => {}
  const aborted = (): void => {
    stopping = whenLate(stopMs, () => abandoned.abort(signal?.reason))
  }
  signal?.addEventListener('abort', aborted, { once: true })
  try {
    return await withDeadline(work(anySignal(signal, giveUp.signal)), deadlineMs, late, abandoned.signal)
  } finally {
    signal?.removeEventListener('abort', aborted)
    stopping()
  }
}
