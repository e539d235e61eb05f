import { z } from 'zod'
import type { Driver } from '../driver.ts'
import { text } from '../options.ts'
import { RigError } from '../rig-error.ts'
import {
  type CameraCapabilities,
  type CameraSettings,
  everyCamera,
  type OpenCameraOptions,
  type OpenedCamera,
} from './camera.ts'
import type { CameraDriver, TakenPicture } from './driven-camera.ts'
import { type Gphoto2Value, nearestShutter, parseDetected, parseValue, shutterMs } from './gphoto2-values.ts'
import { keepCamera } from './keep-camera.ts'
import { filmOf } from './program/picture-row.ts'
import { PreviewGate } from './program/preview-gate.ts'
import { type ProgramEnd, runProgram } from './program/run-program.ts'

const schema = z.strictObject({
  driver: z.literal('gphoto2'),
  /** e.g. `usb:001,004`. Default: the only camera. */
  port: text.exactOptional(),
  model: text.exactOptional(),
  /** Settings by gphoto2's own names, set when opened and read back: `{"iso": "100", "aperture": "8"}`. */
  values: z.record(text, z.string()).exactOptional(),
  /** The program. Default: `gphoto2` on the PATH. */
  program: text.exactOptional(),
  ...everyCamera,
})
type Gphoto2CameraConfig = z.infer<typeof schema>

/**
 * A DSLR or mirrorless camera over USB, driven by gphoto2. It must deliver JPEG, not raw and JPEG together. Opening throws
 * `camera-program`, `camera-missing`, `camera-busy`, `camera-settings`.
 */
export const gphoto2Camera: Driver<typeof schema, OpenCameraOptions, OpenedCamera> = {
  schema,
  wireless: true,
  address: ({ port = '' }) => `gphoto2 camera ${port}`.trim(),
  open: async (config, options) =>
    await keepCamera(config, options, async signal => {
      const body = new Body(config)
      const found = parseDetected((await body.run(['--auto-detect'], signal)).output)
      if (config.port === undefined && config.model === undefined && found.length !== 1) {
        const what =
          found.length === 0
            ? 'no camera. Switch it on, check its cable, and close programs that mount it'
            : `several cameras (${found.map(each => each.model).join(', ')}). Name one by port`
        throw new RigError('camera-missing', `gphoto2 sees ${what}.`)
      }
      const model = config.model ?? found.find(({ port }) => port === (config.port ?? port))?.model ?? 'camera'
      for (const [name, value] of Object.entries(config.values ?? {})) await body.set(name, value, signal)
      const driver = new Gphoto2Camera(model, body, await body.get('shutterspeed', signal))
      const version = /^gphoto2\s+(\S+)/m.exec((await body.run(['--version'], signal)).output)?.[1] ?? 'unknown'
      const address = config.port ?? found[0]?.port ?? 'usb'
      const firmware = `${model}, gphoto2 ${version}`
      return { driver, identity: { driver: 'gphoto2', address, firmware, warnings: [] }, disturbedByPreview: true }
    }),
}

class Gphoto2Camera implements CameraDriver {
  readonly name: string
  readonly capabilities: CameraCapabilities
  readonly #body: Body
  readonly #gate = new PreviewGate()
  #shutter: Gphoto2Value | null

  constructor(model: string, body: Body, shutter: Gphoto2Value | null) {
    this.name = `gphoto2 ${model}`
    this.#body = body
    this.#shutter = shutter
    const times = (shutter?.choices ?? []).flatMap(choice => shutterMs(choice) ?? [])
    const range = { min: Math.min(...times), max: Math.max(...times), step: 0 }
    this.capabilities = {
      sizes: [],
      exposureMs: times.length > 0 ? { lockable: true, range } : null,
      focusMm: null,
      whiteBalanceK: null,
      video: true,
    }
  }

  async take(settings: CameraSettings, signal: AbortSignal): Promise<TakenPicture> {
    return await this.#gate.photograph(async () => {
      const asked = settings.exposureMs
      if (asked !== undefined && this.#shutter && shutterMs(this.#shutter.current) !== asked) {
        const choice = nearestShutter(this.#shutter.choices, asked)
        if (choice === null)
          throw new RigError('camera-settings', `camera ${this.name} has no exposure near ${asked} ms.`)
        this.#shutter = await this.#body.set('shutterspeed', choice, signal)
      }
      const bytes = await this.#body.take(signal)
      return { bytes, settings: { exposureMs: this.#shutter ? shutterMs(this.#shutter.current) : null } }
    })
  }

  async *frames(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    yield* this.#gate.preview(ends => this.#body.film(ends), signal)
  }

  async close(): Promise<void> {}
}

/** The camera as gphoto2 reaches it: one run of the program for each thing. */
class Body {
  readonly #program: string
  readonly #where: readonly string[]

  constructor({ program = 'gphoto2', port, model }: Gphoto2CameraConfig) {
    this.#program = program
    this.#where = [...(port === undefined ? [] : ['--port', port]), ...(model === undefined ? [] : ['--camera', model])]
  }

  async run(args: readonly string[], signal: AbortSignal): Promise<{ output: string }> {
    const { output, ...end } = await runProgram({ program: this.#program, args: [...this.#where, ...args] }, signal)
    if (end.code !== 0) throw explain(end)
    return { output: Buffer.from(output).toString('utf8') }
  }

  async get(name: string, signal: AbortSignal): Promise<Gphoto2Value | null> {
    try {
      return parseValue((await this.run(['--get-config', name], signal)).output)
    } catch (error) {
      // Many cameras lack some setting; whether that matters is the caller's to say.
      if (error instanceof RigError && error.code === 'camera-settings') return null
      throw error
    }
  }

  /** @throws RigError `camera-settings` unless the camera then says that it has this value */
  async set(name: string, value: string, signal: AbortSignal): Promise<Gphoto2Value> {
    await this.run(['--set-config-value', `${name}=${value}`], signal)
    const is = await this.get(name, signal)
    if (is?.current === value) return is
    throw new RigError('camera-settings', `the camera was asked for ${name} ${value} and has ${is?.current ?? 'none'}.`)
  }

  async take(signal: AbortSignal): Promise<Uint8Array> {
    const args = [...this.#where, '--stdout', '--capture-image-and-download', '--force-overwrite']
    const { output, ...end } = await runProgram({ program: this.#program, args }, signal)
    // Some versions end with 0 though nothing was taken.
    if (end.code === 0 && output.length > 0) return output
    throw explain(end)
  }

  film(signal: AbortSignal): AsyncIterable<Uint8Array> {
    return filmOf({ program: this.#program, args: [...this.#where, '--stdout', '--capture-movie'] }, signal, explain)
  }
}

const complaints: readonly (readonly [symptom: RegExp, code: string, sentence: string])[] = [
  [
    /No camera found|Could not find the requested device|Unknown model/i,
    'camera-missing',
    'gphoto2 finds no such camera. Switch it on, and check its cable, port and model',
  ],
  [
    /Could not claim|Could not lock|Device or resource busy/i,
    'camera-busy',
    'another program holds the camera. Unmount it in the file manager (gvfs), and end other programs',
  ],
  [
    /Permission denied|insufficient permission|Access denied/i,
    'camera-access',
    'the camera may not be used. Give your user access to USB cameras (on Debian: group plugdev)',
  ],
  [
    /not found in configuration tree|Bad parameters|Failed to set new configuration|Property .*not (found|support)/i,
    'camera-settings',
    'the camera does not have this setting or value',
  ],
  [/focus/i, 'camera-focus', 'the camera could not focus, so it did not release. Set its lens to manual focus'],
  [
    /I\/O problem|Could not (read|write)|timeout|disconnected/i,
    'camera-gone',
    'the camera does not answer. Check its cable and battery',
  ],
]

function explain({ complaint }: ProgramEnd): RigError {
  const [, code, sentence] = complaints.find(([pattern]) => pattern.test(complaint)) ?? [
    null,
    'camera-gone',
    'the camera took no picture. Check its card, battery, and that gphoto2 --capture-image works',
  ]
  return new RigError(code, `${sentence}.`)
}
