import { z } from 'zod'
import type { DecoderBeside } from '../../harness/imaging/decode-beside.node.ts'
import type { HowTaken } from '../../harness/vision/photograph.ts'
import type { Clock } from '../clock.ts'
import type { OpenedDevice } from '../opened-device.ts'
import { ms, text } from '../options.ts'
import type { SendHttp } from '../wire/http.ts'

/** A size of pictures, px. */
export interface Size {
  readonly width: number
  readonly height: number
}

/**
 * What is asked of a camera for one photograph. What is left out is as the camera's configuration says, and else the
 * camera's own default. What is given is locked: the camera does not adjust it by itself any more.
 */
export interface CameraSettings {
  /** Exposure time, ms. The camera may round it; {@link EncodedPhotograph.how} says what was used. */
  readonly exposureMs?: number
  /** Distance of best focus from the camera, mm. */
  readonly focusMm?: number
  /** Colour temperature that is taken for white, K. */
  readonly whiteBalanceK?: number
  /** The camera may deliver the nearest size that it has. */
  readonly size?: Size
}

/** What the camera says that it used; null where it does not say. Never what was asked for. */
export interface SettingsReadBack {
  readonly exposureMs: number | null
  readonly focusMm: number | null
  readonly whiteBalanceK: number | null
  /** Of the delivered picture itself. */
  readonly size: Size | null
}

/** What can be done about one setting. */
export interface Control {
  /** Whether it stays as set, whatever is in view. */
  readonly lockable: boolean
  /** In the setting's own unit; null where the camera does not say. */
  readonly range: { readonly min: number; readonly max: number; readonly step: number } | null
}

/** What a camera can do. null: it cannot be set through this driver; the camera does as it likes. */
export interface CameraCapabilities {
  /** Largest first; empty where the camera does not say. */
  readonly sizes: readonly Size[]
  readonly exposureMs: Control | null
  readonly focusMm: Control | null
  readonly whiteBalanceK: Control | null
  /**
   * How it proves that a photograph was exposed after it was asked for: by a `stamp` of its own, or by releasing only when
   * told (`trigger`). Left out where it may be late: then the change of light itself has to be seen.
   */
  readonly proof?: 'stamp' | 'trigger' | undefined
  /** Whether {@link Camera.preview} delivers more than whole photographs one after the other. */
  readonly video: boolean
}

/** Of a camera that does as it likes. */
export const nothingSettable: CameraCapabilities = {
  sizes: [],
  exposureMs: null,
  focusMm: null,
  whiteBalanceK: null,
  video: false,
}

export type PictureType = 'image/jpeg' | 'image/png' | 'image/tiff' | 'image/webp'

/**
 * A picture as a camera delivers it: encoded. Decoding is vision's work, so a picture from a file, a phone and a rig
 * takes one and the same way.
 */
export interface EncodedPhotograph {
  /** A whole picture file. The caller owns it. */
  readonly bytes: Uint8Array
  readonly mime: PictureType
  /** ISO 8601, UTC, from the rig's clock, at the start of the exposure. */
  readonly takenAt: string
  readonly how: HowTaken
  readonly settings: SettingsReadBack
}

/** A picture of a preview: perhaps smaller and coarser than a photograph, never to be judged. */
export interface PreviewFrame {
  readonly bytes: Uint8Array
  readonly mime: PictureType
  /** ISO 8601, UTC, from the rig's clock, when the frame had arrived. */
  readonly arrivedAt: string
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
  readonly capabilities: CameraCapabilities
  photograph(settings?: CameraSettings, signal?: AbortSignal): Promise<EncodedPhotograph>
  /**
   * Live pictures until the loop is left, the signal aborts (rejects with its reason) or the camera is closed or lost
   * (rejects with a `RigError`). A slow reader gets the newest picture, not every one. Photographs may be taken meanwhile;
   * the preview then pauses where the camera can do only one of both.
   */
  preview(signal?: AbortSignal): AsyncIterable<PreviewFrame>
  close(): Promise<void>
}

/** For one photograph beyond its exposure, where the configuration does not say. */
export const usualDeadlineMs = 15_000

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
export type AnyCameraConfig = Readonly<z.infer<z.ZodObject<typeof everyCamera>>>

/** Frames thrown away before the one that counts: those the camera may still hold from earlier. Default: 2. */
export const skipFrames = z.int().min(0).max(100).exactOptional()

/** What opening a camera may be given besides its configuration. */
export interface OpenCameraOptions {
  readonly signal?: AbortSignal | undefined
  /** Stamps photographs. Default: the system's clock. */
  readonly clock?: Clock | undefined
  /** What only the rig knows, asked at each exposure. Default: all unknown. */
  readonly conditions?: (() => Conditions) | undefined
  /** Takes the place of the wire of a camera on HTTP, given the real one: to record it or to replay a recording. */
  readonly http?: ((send: SendHttp) => SendHttp) | undefined
  /** Where pictures are decoded. Default: in processes of this program's own. */
  readonly decoder?: Pick<DecoderBeside, 'decode' | 'examine'> | undefined
}

export interface OpenedCamera extends OpenedDevice {
  readonly camera: Camera
  /**
   * Its preview is another mode of the camera (the mirror of a DSLR goes up), so it is not watched before each photograph
   * unless the rig's configuration says so.
   */
  readonly disturbedByPreview?: boolean | undefined
}
