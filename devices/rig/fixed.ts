import type { Light, LightPreset, OpenedLight } from '../light/light.ts'
import type { OpenedDevice } from '../opened-device.ts'
import { RigError } from '../rig-error.ts'
import type { OpenedStage, Stage, StagePosition } from '../stage/stage.ts'

/** The pose of a nest that stays under the camera. */
export const fixedPose = 'inspect'
/** What steady light from all around counts as. */
const fixedPreset = 'dome'

/** A rig without motion: the nest lies under the camera once and for all. */
export class FixedStage implements Stage {
  readonly name = 'fixed'
  readonly pose = fixedPose

  async home(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
  }

  async goTo(pose: string | StagePosition, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (pose === fixedPose) return
    const asked = typeof pose === 'string' ? `pose "${pose}"` : 'place to go to'
    throw new RigError(
      'pose-unknown',
      `the rig has no ${asked}: it has no stage, so its only pose is ${fixedPose}. Add a stage to the rig's configuration.`,
    )
  }

  async position(): Promise<StagePosition> {
    return { xMm: 0, yMm: 0, zMm: 0 }
  }

  async waitIdle(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
  }

  async stop(): Promise<void> {}
}

/** A rig in steady light that no program switches, such as a light tent with its own supply. */
export class FixedLight implements Light {
  readonly name = 'fixed'
  readonly preset = fixedPreset

  async set(preset: LightPreset, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (preset === fixedPreset) return
    throw new RigError(
      'light-preset',
      `the rig has no light "${preset}": its light is fixed and counts as ${fixedPreset}. Add a light to the rig's configuration.`,
    )
  }

  /** Nothing that could be put out. */
  async off(): Promise<void> {}
}

/** Of a device that is not there. */
const nothing: OpenedDevice = {
  identity: { driver: 'fixed', address: 'none', firmware: 'none', warnings: [] },
  makeSafe: async () => {},
  close: async () => {},
}

export async function openFixedStage(): Promise<OpenedStage> {
  return { ...nothing, stage: new FixedStage(), poses: [fixedPose] }
}

export async function openFixedLight(): Promise<OpenedLight> {
  return { ...nothing, light: new FixedLight(), presets: [fixedPreset] }
}
