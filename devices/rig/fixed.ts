import type { OpenedLight } from '../light/light.ts'
import type { OpenedDevice } from '../opened-device.ts'
import { RigError } from '../rig-error.ts'
import type { OpenedStage } from '../stage/stage.ts'

/** The pose of a nest that stays under the camera. */
export const fixedPose = 'inspect'
/** What steady light from all around counts as. */
const fixedPreset = 'dome'

/** Of a device that is not there. */
const nothing: OpenedDevice = {
  identity: { driver: 'fixed', address: 'none', firmware: 'none', warnings: [] },
  makeSafe: async () => {},
  close: async () => {},
}

/** A rig without motion: the nest lies under the camera once and for all. */
export const fixedStage: OpenedStage = {
  ...nothing,
  poses: [fixedPose],
  stage: {
    name: 'fixed',
    pose: fixedPose,
    home: async signal => signal?.throwIfAborted(),
    async goTo(pose, signal) {
      signal?.throwIfAborted()
      if (pose === fixedPose) return
      const asked = typeof pose === 'string' ? `pose "${pose}"` : 'place to go to'
      throw new RigError(
        'pose-unknown',
        `the rig has no ${asked}: it has no stage, so its only pose is ${fixedPose}. Add a stage to the rig's configuration.`,
      )
    },
    position: async () => ({ xMm: 0, yMm: 0, zMm: 0 }),
    stop: async () => {},
  },
}

/** A rig in steady light that no program switches, such as a light tent with its own supply. */
export const fixedLight: OpenedLight = {
  ...nothing,
  presets: [fixedPreset],
  light: {
    name: 'fixed',
    preset: fixedPreset,
    async set(preset, signal) {
      signal?.throwIfAborted()
      if (preset === fixedPreset) return
      throw new RigError(
        'light-preset',
        `the rig has no light "${preset}": its light is fixed and counts as ${fixedPreset}. Add a light to the rig's configuration.`,
      )
    },
    /** Nothing that could be put out. */
    off: async () => {},
  },
}
