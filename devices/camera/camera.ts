import type { HowTaken } from '../../harness/vision/photograph.ts'

/** What is asked of a camera for one photograph. What is left out is the camera's own default. */
export interface CameraSettings {
  /** Exposure time, ms. The camera may round it; {@link EncodedPhotograph.how} says what was used. */
  readonly exposureMs?: number
}

/**
 * A picture as a camera delivers it: encoded. Decoding is vision's work, so a picture from a file, a phone and a rig
 * takes one and the same way.
 */
export interface EncodedPhotograph {
  /** A whole JPEG file. The caller owns it. */
  readonly bytes: Uint8Array
  readonly mime: 'image/jpeg'
  /** ISO 8601, UTC, from the rig's clock, at the start of the exposure. */
  readonly takenAt: string
  readonly how: HowTaken
}

/** What only the rig knows at the moment of exposure; a driver stamps it on the photograph. */
export interface Conditions {
  readonly light: string
  readonly pose: string
  readonly calibration: string | null
}

/**
 * A camera. One photograph at a time: a call made while another runs waits for it.
 *
 * `photograph` resolves with a complete picture taken after the call was made, never an older frame. It rejects with
 * a `RigError` (`camera-gone`, `camera-deadline`) when the camera does not deliver in its own deadline, and with the
 * signal's reason when aborted. A dark, blurred or empty picture is not an error here: the camera cannot know.
 *
 * After `close` every call rejects with `camera-closed`. Closing twice is fine, and closing ends a running exposure.
 */
export interface Camera {
  /** Driver and device, e.g. `virtual`. */
  readonly name: string
  photograph(settings?: CameraSettings, signal?: AbortSignal): Promise<EncodedPhotograph>
  close(): Promise<void>
}
