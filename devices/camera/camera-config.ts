import type { Clock } from '../clock.ts'
import type { DeviceIdentity } from '../opened-device.ts'
import type { SendHttp } from '../wire/http.ts'
import type { Camera, CameraSettings, Conditions } from './camera.ts'
import { openChromiumCamera } from './chromium/chromium-camera.ts'
import { openFfmpegCamera } from './ffmpeg-camera.ts'
import { openFolderCamera } from './folder-camera.ts'
import { openGphoto2Camera } from './gphoto2-camera.ts'
import { openHttpCamera } from './http/http-camera.ts'

/** What every camera's configuration may say. */
export interface CameraConfigBase {
  /** Name that its photographs carry, e.g. `top`; the driver's name unless told. */
  readonly name?: string
  /** Set and locked when the camera is opened, and again before a photograph that asks otherwise. */
  readonly settings?: CameraSettings
  /** Longest time for one photograph beyond its exposure, ms. 15000 unless told. */
  readonly deadlineMs?: number
  /**
   * Whether a picture that equals the one before byte for byte is taken. A sensor's noise makes no two alike, so such a
   * picture says that the camera hangs; true only for a source that is no sensor, such as a test picture. false unless
   * told.
   */
  readonly mayRepeat?: boolean
}

/** A URL that sets one thing of an HTTP camera. */
export interface HttpControl {
  /** Asked for with GET; `{value}` stands for the number. Relative to the camera's own `url`. */
  readonly url: string
  /** The number that the camera wants, for one ms, mm or K. 1 unless told. */
  readonly perUnit?: number
}

/** A camera with an address: IP cameras, phones, a Raspberry Pi, ESP32. */
export interface HttpCameraConfig extends CameraConfigBase {
  readonly driver: 'http'
  /** `http:` or `https:`; one picture (snapshot) or an endless row of them (MJPEG): the answer's type tells which. */
  readonly url: string
  /** For basic and digest authentication. Neither is in any record, log or error. */
  readonly user?: string
  /** Name of the environment variable that holds the password. */
  readonly passwordVariable?: string
  /** PEM file of the certificate that an `https:` camera signed for itself. */
  readonly certificateFile?: string
  /** Asked for with GET once, when the camera is opened: what fixes exposure, focus and white balance on many cameras. */
  readonly setUp?: readonly string[]
  readonly controls?: {
    readonly exposureMs?: HttpControl
    readonly focusMm?: HttpControl
    readonly whiteBalanceK?: HttpControl
  }
  /**
   * Pictures thrown away before the one that counts: those the camera may still hold from earlier. The same picture sent
   * again is none. 2 unless told.
   */
  readonly skipFrames?: number
  /** Pictures that began to arrive sooner than this after the call are older than it, ms. 0 unless told. */
  readonly latencyMs?: number
  /** Largest picture, bytes. 64 MiB unless told. */
  readonly maxBytes?: number
}

/** Any camera that a browser can open (UVC, built-in, virtual), through Chromium. */
export interface ChromiumCameraConfig extends CameraConfigBase {
  readonly driver: 'chromium'
  /** Part of the device's label, e.g. `HD Pro Webcam`, or its `vvvv:pppp` USB id. The only camera unless told. */
  readonly device?: string
  /** Chromium's executable; `$ASSAY_CHROMIUM`, the system's or Playwright's own unless told. */
  readonly browser?: string
  /** How a picture is taken: the camera's own still (`photo`), or a frame of its video (`frame`). `photo` unless told. */
  readonly take?: 'photo' | 'frame'
  /** Frames thrown away before the one that counts. 2 unless told. */
  readonly skipFrames?: number
  /** More command-line switches for Chromium. */
  readonly switches?: readonly string[]
}

/** Whatever ffmpeg can open. */
export interface FfmpegCameraConfig extends CameraConfigBase {
  readonly driver: 'ffmpeg'
  /** `/dev/video0`, `rtsp://…`, a file, or what `format` makes of it (`testsrc=size=640x480` with `lavfi`). */
  readonly input: string
  /** ffmpeg's input format (`-f`): `v4l2`, `lavfi`, `avfoundation`, `dshow` …; found out from the input unless told. */
  readonly format?: string
  /** ffmpeg's options for the input, e.g. `["-rtsp_transport", "tcp", "-input_format", "mjpeg"]`. */
  readonly inputOptions?: readonly string[]
  /** Controls of a V4L2 device by name, set with `v4l2-ctl` and read back: `{"exposure_time_absolute": 200}`. */
  readonly controls?: Readonly<Record<string, number>>
  /** For RTSP and HTTP inputs. Neither is in any record, log or error. */
  readonly user?: string
  readonly passwordVariable?: string
  /** Frames thrown away before the one that counts. 2 unless told. */
  readonly skipFrames?: number
  /** The program; `ffmpeg` on the PATH unless told. */
  readonly program?: string
}

/** A DSLR or mirrorless camera over USB, driven by gphoto2. */
export interface Gphoto2CameraConfig extends CameraConfigBase {
  readonly driver: 'gphoto2'
  /** e.g. `usb:001,004`; the only camera unless told. */
  readonly port?: string
  readonly model?: string
  /** Settings by gphoto2's own names, set when opened and read back: `{"iso": "100", "aperture": "8"}`. */
  readonly values?: Readonly<Record<string, string>>
  /** The program; `gphoto2` on the PATH unless told. */
  readonly program?: string
}

/** A folder into which a tethered camera or a scanner drops its pictures. */
export interface FolderCameraConfig extends CameraConfigBase {
  readonly driver: 'folder'
  readonly folder: string
  /** Program that makes the camera take a picture, with its arguments; without one a person does. */
  readonly trigger?: readonly string[]
  /** A file counts as whole once it has not changed for this long, ms, and its picture is complete. 300 unless told. */
  readonly settleMs?: number
  /** What happens to a file once it is read: `keep` or `delete`. `keep` unless told. */
  readonly afterwards?: 'keep' | 'delete'
}

/** What a rig's configuration says of its camera. */
export type CameraConfig =
  | HttpCameraConfig
  | ChromiumCameraConfig
  | FfmpegCameraConfig
  | Gphoto2CameraConfig
  | FolderCameraConfig

/** What opening a camera may be given besides its configuration. */
export interface OpenCameraOptions {
  readonly signal?: AbortSignal | undefined
  /** Stamps photographs; the system's clock unless told. */
  readonly clock?: Clock | undefined
  /** What only the rig knows, asked at each exposure; all unknown unless told. */
  readonly conditions?: (() => Conditions) | undefined
  /** Takes the place of the wire of an `http` camera, given the real one: to record it or to replay a recording. */
  readonly http?: ((send: SendHttp) => SendHttp) | undefined
}

export interface OpenedCamera {
  readonly identity: DeviceIdentity
  readonly camera: Camera
}

/**
 * Connects the camera that a configuration describes, with its settings set and read back.
 *
 * @throws RigError which says what is missing or what else answers there; nothing stays open
 */
export async function openCamera(config: CameraConfig, options: OpenCameraOptions = {}): Promise<OpenedCamera> {
  switch (config.driver) {
    case 'http':
      return await openHttpCamera(config, options)
    case 'chromium':
      return await openChromiumCamera(config, options)
    case 'ffmpeg':
      return await openFfmpegCamera(config, options)
    case 'gphoto2':
      return await openGphoto2Camera(config, options)
    case 'folder':
      return await openFolderCamera(config, options)
  }
}
