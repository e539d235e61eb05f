import { z } from 'zod'
import { readOutsideLater } from '../../../harness/core/outside-file.node.ts'
import { withDeadline } from '../../deadline.ts'
import type { Driver } from '../../driver.ts'
import type { DeviceIdentity } from '../../opened-device.ts'
import { httpUrl, publicPlace, text } from '../../options.ts'
import { RigError } from '../../rig-error.ts'
import { type HttpAnswer, httpSender, wholeBody } from '../../wire/http.ts'
import {
  type CameraCapabilities,
  type CameraSettings,
  everyCamera,
  type OpenCameraOptions,
  type OpenedCamera,
  skipFrames,
  usualDeadlineMs,
} from '../camera.ts'
import { credentials } from '../credentials.ts'
import type { CameraDriver, TakenPicture } from '../driven-camera.ts'
import { SharedFrames, type StreamPicture } from '../frame-fan-out.ts'
import { keepCamera } from '../keep-camera.ts'
import { examinePicture } from '../picture-file.ts'
import { controlNames } from '../possible-settings.ts'
import type { RefusedFrames } from '../refused-frames.ts'
import { cameraAddress } from './camera-address.ts'
import { CameraServer } from './camera-server.ts'
import { MultipartPictures } from './multipart-pictures.ts'

/** A URL that sets one thing of the camera. */
const control = z
  .strictObject({
    /** Asked for with GET; `{value}` stands for the number. Relative to the camera's own `url`. */
    url: text,
    /** The number that the camera wants, for one ms, mm or K. Default: 1. */
    perUnit: z.number().exactOptional(),
  })
  .exactOptional()

const schema = z.strictObject({
  driver: z.literal('http'),
  /** One picture (snapshot) or an endless row of them (MJPEG): the answer's type tells which. */
  url: httpUrl,
  /** For basic and digest authentication. */
  ...credentials,
  /** Asked for with GET once, when the camera is opened: what fixes exposure, focus and white balance on many cameras. */
  setUp: z.array(text).readonly().exactOptional(),
  controls: z.strictObject({ exposureMs: control, focusMm: control, whiteBalanceK: control }).exactOptional(),
  /** The same picture sent again is none. */
  skipFrames,
  /** Pictures that began to arrive sooner than this after the call are older than it, ms. Default: 0. */
  latencyMs: z.number().min(0).max(60_000).exactOptional(),
  /** PEM file of the certificate that an `https:` camera signed for itself. */
  certificateFile: text.exactOptional(),
  /** Largest picture, bytes. Default: 64 MiB. */
  maxBytes: z.int().min(1024).max(1_073_741_824).exactOptional(),
  ...everyCamera,
})
type HttpCameraConfig = z.infer<typeof schema>

const usualMaxBytes = 64 * 1024 * 1024

/**
 * A camera with an address: IP cameras, phones, a Raspberry Pi, ESP32. Opening throws `camera-config`, `camera-access`,
 * `camera-busy`, `camera-gone`, `camera-answer` and those of the wire.
 */
export const httpCamera: Driver<typeof schema, OpenCameraOptions, OpenedCamera> = {
  schema,
  files: ['certificateFile'],
  address: ({ url }) => publicPlace(url),
  async open(config, options) {
    const { url, credentials } = cameraAddress(config)
    const certificate = config.certificateFile === undefined ? {} : { certificate: await pem(config.certificateFile) }
    const plain = httpSender(certificate)
    const server = new CameraServer({
      send: options.http?.(plain) ?? plain,
      url,
      credentials,
      passwordInClear: config.passwordInClear === true,
    })
    const connect = async (signal: AbortSignal): Promise<{ driver: CameraDriver; identity: DeviceIdentity }> => {
      for (const target of config.setUp ?? []) await drain(await server.get(target, signal))
      const { maxBytes = usualMaxBytes, deadlineMs = usualDeadlineMs } = config
      const first = await lookOnce(server, url, { maxBytes, deadlineMs }, signal)
      return {
        driver: new HttpCamera(config, server, url, first),
        identity: { driver: 'http', address: server.address, firmware: first.software, warnings: [] },
      }
    }
    return await keepCamera(config, options, signal => connect(signal).catch(rethrow))
  },
}

interface FirstLook {
  readonly manner: 'stream' | 'snapshot'
  readonly software: string
  readonly size: { readonly width: number; readonly height: number } | null
}

class HttpCamera implements CameraDriver {
  readonly name: string
  readonly capabilities: CameraCapabilities
  readonly #config: HttpCameraConfig
  readonly #server: CameraServer
  readonly #url: URL
  readonly #maxBytes: number
  readonly #manner: FirstLook['manner']
  readonly #frames: SharedFrames
  readonly #applied = new Map<string, number>()
  /** Of the photograph that is waited for. */
  #refused: RefusedFrames | null = null

  constructor(config: HttpCameraConfig, server: CameraServer, url: URL, first: FirstLook) {
    this.name = `http ${url.host}`
    this.#config = config
    this.#server = server
    this.#url = url
    this.#maxBytes = config.maxBytes ?? usualMaxBytes
    this.#manner = first.manner
    this.#frames = new SharedFrames(signal => this.#receive(signal))
    const control = (name: (typeof controlNames)[number]): CameraCapabilities['focusMm'] =>
      config.controls?.[name] ? { lockable: true, range: null } : null
    this.capabilities = {
      sizes: first.size ? [first.size] : [],
      exposureMs: control('exposureMs'),
      focusMm: control('focusMm'),
      whiteBalanceK: control('whiteBalanceK'),
      video: first.manner === 'stream',
    }
  }

  async take(settings: CameraSettings, signal: AbortSignal, refused: RefusedFrames): Promise<TakenPicture> {
    await this.#apply(settings, signal)
    const { latencyMs = 0, skipFrames = 2, mayRepeat = false } = this.#config
    this.#refused = refused
    return { bytes: await this.#frames.next({ skipFrames, mayRepeat, latencyMs }, signal, refused).catch(rethrow) }
  }

  async *frames(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      for await (const { bytes } of this.#frames.watch(signal)) yield bytes
    } catch (error) {
      rethrow(error)
    }
  }

  async close(): Promise<void> {}

  async #apply(settings: CameraSettings, signal: AbortSignal): Promise<void> {
    for (const name of controlNames) {
      const control = this.#config.controls?.[name]
      const value = settings[name]
      if (!control || value === undefined || this.#applied.get(name) === value) continue
      const number = Math.round(value * (control.perUnit ?? 1) * 1000) / 1000
      this.#applied.delete(name)
      await drain(await this.#server.get(control.url.replaceAll('{value}', String(number)), signal).catch(rethrow))
      this.#applied.set(name, value)
    }
  }

  async *#receive(signal: AbortSignal): AsyncGenerator<StreamPicture> {
    if (this.#manner === 'stream') {
      const answer = await this.#server.get(this.#url, signal)
      yield* pictures(answer, this.#server.address, this.#maxBytes, why => this.#refused?.add(why))
    } else {
      for (;;) {
        const beganAt = performance.now()
        yield { bytes: await whole(await this.#server.get(this.#url, signal), this.#maxBytes), beganAt }
      }
    }
  }
}

/** What the wire says, in the words of a camera. */
function rethrow(error: unknown): never {
  if (!(error instanceof RigError) || !error.code.startsWith('http-')) throw error
  const code = error.code === 'http-answer' ? 'camera-answer' : 'camera-gone'
  throw new RigError(code, `the camera at ${error.message}`, { cause: error })
}

interface LookLimits {
  readonly maxBytes: number
  /** For the first picture, from the answer's head on: a camera may take longer to wake up than to send one. */
  readonly deadlineMs: number
}

/** Finds out what kind of camera answers at the address. */
async function lookOnce(
  server: CameraServer,
  url: URL,
  { maxBytes, deadlineMs }: LookLimits,
  signal: AbortSignal,
): Promise<FirstLook> {
  const answer = await server.get(url, signal)
  const late = (): RigError =>
    new RigError(
      'camera-deadline',
      `the camera at ${server.address} answers, but sent no whole picture within ${deadlineMs / 1000} s. Check the network to it, and that its url is the one of the picture or of the stream itself.`,
    )
  // Whoever gave up hangs up, too: the signal is aborted when opening fails.
  return await withDeadline(firstPicture(server.address, answer, maxBytes), deadlineMs, late, signal)
}

async function firstPicture(address: string, answer: HttpAnswer, maxBytes: number): Promise<FirstLook> {
  const software = answer.headers['server']?.slice(0, 80) ?? 'unknown'
  const type = answer.headers['content-type'] ?? ''
  if (/^\s*multipart\//i.test(type)) {
    for await (const { bytes } of pictures(answer, address, maxBytes))
      return { manner: 'stream', software, size: sizeOf(bytes) }
    throw new RigError('camera-gone', `${address} ended its stream before the first picture.`)
  }
  const bytes = await whole(answer, maxBytes)
  const file = examinePicture(bytes)
  if (typeof file !== 'string') return { manner: 'snapshot', software, size: file.size }
  const what = /^\s*text\/html/i.test(type) ? 'a web page' : `what ${file}`
  throw new RigError(
    'camera-answer',
    `${address} answers with ${what}; url must be the address of the picture or of the stream itself, such as /shot.jpg or /video.`,
  )
}

function sizeOf(bytes: Uint8Array): FirstLook['size'] {
  const file = examinePicture(bytes)
  return typeof file === 'string' ? null : file.size
}

async function* pictures(
  answer: HttpAnswer,
  sender: string,
  maxBytes: number,
  dropped: (why: string) => void = () => {},
): AsyncGenerator<StreamPicture> {
  const parts = new MultipartPictures({ contentType: answer.headers['content-type'] ?? '', maxBytes, sender, dropped })
  for await (const chunk of answer.body) {
    yield* parts.push(chunk, performance.now())
    if (parts.ended) return
  }
}

async function whole(answer: HttpAnswer, maxBytes: number): Promise<Uint8Array> {
  const bytes = await wholeBody(answer.body, maxBytes)
  if (bytes) return bytes
  throw new RigError('camera-answer', `the camera's picture has more than ${maxBytes} bytes. Check its url.`)
}

/** Answers to set-up requests are short; who sends more is no camera. */
async function drain(answer: HttpAnswer): Promise<void> {
  await whole(answer, 1024 * 1024)
}

async function pem(path: string): Promise<string> {
  try {
    return (await readOutsideLater(path, 'certificate', 'own')).toString('utf8')
  } catch (cause) {
    throw new RigError('camera-config', `certificateFile ${path} cannot be read. Check the path.`, { cause })
  }
}
