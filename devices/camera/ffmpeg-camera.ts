import { stat } from 'node:fs/promises'
import { z } from 'zod'
import type { Driver } from '../driver.ts'
import { publicPlace, text, withoutCredentials } from '../options.ts'
import { RigError } from '../rig-error.ts'
import {
  type CameraCapabilities,
  type CameraSettings,
  everyCamera,
  nothingSettable,
  type OpenCameraOptions,
  type OpenedCamera,
  type SettingsReadBack,
  skipFrames,
} from './camera.ts'
import { credentials } from './credentials.ts'
import type { CameraDriver, TakenPicture } from './driven-camera.ts'
import { type FfmpegInput, ffmpegInput } from './ffmpeg-input.ts'
import { keepCamera } from './keep-camera.ts'
import { examinePicture } from './picture-file.ts'
import { filmOf } from './program/picture-row.ts'
import { PreviewGate } from './program/preview-gate.ts'
import { runProgram } from './program/run-program.ts'
import { RefusedFrames } from './refused-frames.ts'
import { V4l2Controls } from './v4l2-controls.ts'

const schema = z.strictObject({
  driver: z.literal('ffmpeg'),
  /** `/dev/video0`, `rtsp://…`, a file, or what `format` makes of it (`testsrc=size=640x480` with `lavfi`). */
  input: withoutCredentials(text),
  /** ffmpeg's input format (`-f`): `v4l2`, `lavfi`, `avfoundation`, `dshow` … Default: found out from the input. */
  format: text.exactOptional(),
  /** ffmpeg's options for the input, e.g. `["-rtsp_transport", "tcp", "-input_format", "mjpeg"]`. */
  inputOptions: z.array(text).readonly().exactOptional(),
  /** Controls of a V4L2 device by name, set with `v4l2-ctl` and read back: `{"exposure_time_absolute": 200}`. */
  controls: z.record(text, z.number()).exactOptional(),
  /** For RTSP and HTTP inputs. */
  ...credentials,
  skipFrames,
  /** The program. Default: `ffmpeg` on the PATH. */
  program: text.exactOptional(),
  ...everyCamera,
})

/** Its lines say how grave they are. */
const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'level+warning']

/**
 * Whatever ffmpeg can open. Each photograph is a run of its own, so nothing old waits in a buffer; the picture is a PNG, so
 * nothing is lost that the source had. Opening throws `camera-program`, `camera-missing`, `camera-access`, `camera-busy`,
 * `camera-config`.
 */
export const ffmpegCamera: Driver<typeof schema, OpenCameraOptions, OpenedCamera> = {
  schema,
  wireless: true,
  address: ({ input }) => (input.includes('://') ? publicPlace(input) : input),
  async open(config, options) {
    const input = ffmpegInput(config)
    return await keepCamera(config, options, async signal => {
      const program = config.program ?? 'ffmpeg'
      const { output } = await runProgram({ program, args: ['-hide_banner', '-version'] }, signal)
      const version = /^ffmpeg version (\S+)/.exec(Buffer.from(output).toString('latin1', 0, 200))?.[1]
      if (version === undefined) throw new RigError('camera-program', `${program} is not ffmpeg. Correct program.`)
      const controls = input.device === null ? null : await V4l2Controls.of(input.device, signal)
      if (config.controls && !controls) {
        throw new RigError('camera-config', 'controls need an input that is a V4L2 device, and the program v4l2-ctl.')
      }
      await controls?.set(config.controls ?? {}, signal)
      const isFile = await stat(config.input).then(
        found => found.isFile(),
        () => false,
      )
      const driver = new FfmpegCamera(program, input, config.skipFrames ?? (isFile ? 0 : 2), controls)
      await driver.measure(signal)
      return {
        driver,
        identity: { driver: 'ffmpeg', address: input.address, firmware: `ffmpeg ${version}`, warnings: [] },
      }
    })
  },
}

class FfmpegCamera implements CameraDriver {
  readonly name: string
  readonly #program: string
  readonly #input: FfmpegInput
  readonly #skipFrames: number
  readonly #controls: V4l2Controls | null
  readonly #gate = new PreviewGate()
  #sizes: CameraCapabilities['sizes'] = []

  constructor(program: string, input: FfmpegInput, skipFrames: number, controls: V4l2Controls | null) {
    this.name = `ffmpeg ${input.address}`
    this.#program = program
    this.#input = input
    this.#skipFrames = skipFrames
    this.#controls = controls
  }

  get capabilities(): CameraCapabilities {
    return { ...nothingSettable, ...this.#controls?.capabilities, sizes: this.#sizes, video: true }
  }

  /** Takes a first picture: a source that gives none should say so when it is opened, not when it is needed. */
  async measure(signal: AbortSignal): Promise<void> {
    const file = examinePicture(await this.#picture(signal, new RefusedFrames()))
    if (typeof file !== 'string' && file.size) this.#sizes = [file.size]
  }

  async take(settings: CameraSettings, signal: AbortSignal, refused: RefusedFrames): Promise<TakenPicture> {
    return await this.#gate.photograph(async () => {
      const readBack: Partial<SettingsReadBack> = (await this.#controls?.apply(settings, signal)) ?? {}
      return { bytes: await this.#picture(signal, refused), settings: readBack }
    })
  }

  async *frames(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    yield* this.#gate.preview(ends => this.#film(ends), signal)
  }

  async close(): Promise<void> {}

  /** Until one comes of which nothing was lost: a run ends with 0 also when it filled half a picture by guessing. */
  async #picture(signal: AbortSignal, refused: RefusedFrames): Promise<Uint8Array> {
    const pick = `-an -vf select=gte(n\\,${this.#skipFrames}) -frames:v 1 -vsync 0 -c:v png -pix_fmt rgb24 -f image2pipe -`
    const args = [...quiet, ...this.#input.args, ...pick.split(' ')]
    for (;;) {
      const { output, code, complaint } = await runProgram({ program: this.#program, args }, signal)
      if (code !== 0 || output.length === 0) throw this.#explain(complaint)
      const why = lossIn(complaint)
      if (why === null) return output
      refused.add(why)
    }
  }

  #film(signal: AbortSignal): AsyncIterable<Uint8Array> {
    const small = '-an -vf scale=min(1280\\,iw):-2 -c:v mjpeg -pix_fmt yuvj420p -q:v 5 -f mjpeg -'.split(' ')
    const run = { program: this.#program, args: [...quiet, ...this.#input.args, ...small] }
    return filmOf(run, signal, ({ code, complaint }) => (code === 0 ? null : this.#explain(complaint)))
  }

  #explain(complaint: string): RigError {
    const [, code, sentence] = complaints.find(([pattern]) => pattern.test(complaint)) ?? other
    return new RigError(code, `camera ${this.name} ${sentence}.`)
  }
}

/** Frames that began before the stream was joined cannot be decoded, and are not delivered. */
const ofJoining = /non-existing PPS|no frame!|decode_slice_header error|Could not find ref|unable to decode APP fields/i
/** Warnings that mean a part of a picture was lost. */
const ofLoss = /missed \d+ packets|max delay reached|corrupt|conceal|damaged|overread|invalid.*(code|marker|mb)/i

/** Why a picture does not count though ffmpeg delivered it, in words that hold no address; null when it does. */
function lossIn(complaint: string): string | null {
  const lines = complaint.split('\n').filter(line => !ofJoining.test(line))
  const isLost = lines.some(
    line => /\[(error|fatal|panic)\]/.test(line) || (/\[warning\]/.test(line) && ofLoss.test(line)),
  )
  return isLost ? 'lost a part of its data on the way (ffmpeg complained while it decoded)' : null
}

/** What ffmpeg says, which may hold the address with its password: recognised here, never passed on. */
const complaints: readonly (readonly [symptom: RegExp, code: string, sentence: string])[] = [
  [/No such (file|device)/i, 'camera-missing', 'is not there. Check its cable and input'],
  [/Permission denied/i, 'camera-access', 'may not be used. Give your user access to it (on Debian: group video)'],
  [/401 Unauthorized|403 Forbidden/i, 'camera-access', 'lets nobody in with this user and password'],
  [/404 Not Found/i, 'camera-access', 'has nothing at this path. Check input'],
  [/Device or resource busy/i, 'camera-busy', 'is in use. End the other program that uses it'],
  [
    /Connection (refused|timed out|reset)|No route to host|Name or service/i,
    'camera-gone',
    'cannot be reached. Check it',
  ],
  [
    /Unknown input format|Unrecognized option|Option not found/i,
    'camera-config',
    'has a format or option that this ffmpeg does not know',
  ],
  [
    /Invalid data found|moov atom|Invalid argument/i,
    'camera-answer',
    'delivers nothing that ffmpeg can read. Check input and format',
  ],
]
const other = [/./, 'camera-gone', 'delivered no frame. Check its cable, and that ffmpeg can open it'] as const
