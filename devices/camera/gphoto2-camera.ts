import { resolve } from 'node:path'
import { z } from 'zod'
import type { Driver } from '../driver.ts'
import { text } from '../options.ts'
import { RigError } from '../rig-error.ts'
import {
  type CameraCapabilities,
  type CameraSettings,
  everyCamera,
  nothingSettable,
  type OpenCameraOptions,
  type OpenedCamera,
} from './camera.ts'
import type { CameraDriver, TakenPicture } from './driven-camera.ts'
import { type Gphoto2Value, nearestShutter, parseDetected, parseValue, shutterMs } from './gphoto2-values.ts'
import { keepCamera } from './keep-camera.ts'
import { filmOf } from './program/picture-row.ts'
import { PreviewGate } from './program/preview-gate.ts'
import { type ProgramEnd, type ProgramRun, runProgram } from './program/run-program.ts'

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
      const driver = new Gphoto2Camera(config)
      const found = parseDetected(await driver.said(['--auto-detect'], signal))
      if (config.port === undefined && config.model === undefined && found.length !== 1) {
        const what =
          found.length === 0
            ? 'no camera. Switch it on, check its cable, and close programs that mount it'
            : `several cameras (${found.map(each => each.model).join(', ')}). Name one by port`
        throw new RigError('camera-missing', `gphoto2 sees ${what}.`)
      }
      const model = config.model ?? found.find(({ port }) => port === (config.port ?? port))?.model ?? 'camera'
      await driver.setUp(model, config.values ?? {}, signal)
      const version = /^gphoto2\s+(\S+)/m.exec(await driver.said(['--version'], signal))?.[1] ?? 'unknown'
      const address = config.port ?? found[0]?.port ?? 'usb'
      const firmware = `${model}, gphoto2 ${version}`
      return { driver, identity: { driver: 'gphoto2', address, firmware, warnings: [] }, disturbedByPreview: true }
    }),
}

/**
 * gphoto2 keeps a photograph in a file of the folder that it stands in until it has printed it, also where it only prints it; where it can
 * make none it keeps it in memory.
 */
export const withoutFiles = process.platform === 'linux' ? '/proc' : '/'

/** The camera as gphoto2 reaches it: one run of the program for each thing. */
class Gphoto2Camera implements CameraDriver {
  readonly #program: string
  readonly #where: readonly string[]
  readonly #gate = new PreviewGate()
  #model = 'camera'
  #shutter: Gphoto2Value | null = null

  constructor({ program = 'gphoto2', port, model }: Gphoto2CameraConfig) {
    this.#program = program.includes('/') ? resolve(program) : program
    this.#where = [...(port === undefined ? [] : ['--port', port]), ...(model === undefined ? [] : ['--camera', model])]
  }

  get name(): string {
    return `gphoto2 ${this.#model}`
  }

  get capabilities(): CameraCapabilities {
    const times = (this.#shutter?.choices ?? []).flatMap(choice => shutterMs(choice) ?? [])
    const range = { min: Math.min(...times), max: Math.max(...times), step: 0 }
    const exposureMs = times.length > 0 ? { lockable: true, range } : null
    return { ...nothingSettable, exposureMs, video: true, proof: 'trigger' }
  }

  /** Sets what the configuration wants and reads what exposures there are. */
  async setUp(model: string, values: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
    this.#model = model
    for (const [name, value] of Object.entries(values)) await this.#set(name, value, signal)
    this.#shutter = await this.#get('shutterspeed', signal)
  }

  async take({ exposureMs }: CameraSettings, signal: AbortSignal): Promise<TakenPicture> {
    return await this.#gate.photograph(async () => {
      if (exposureMs !== undefined && this.#shutter && shutterMs(this.#shutter.current) !== exposureMs) {
        const choice = nearestShutter(this.#shutter.choices, exposureMs)
        if (choice === null)
          throw new RigError('camera-settings', `camera ${this.name} has no exposure near ${exposureMs} ms.`)
        this.#shutter = await this.#set('shutterspeed', choice, signal)
      }
      const args = ['--stdout', '--capture-image-and-download', '--force-overwrite']
      const { output, ...end } = await this.#end(args, signal)
      // Some versions end with 0 though nothing was taken.
      if (end.code !== 0 || output.length === 0) throw explain(end)
      return { bytes: output, settings: { exposureMs: this.#shutter ? shutterMs(this.#shutter.current) : null } }
    })
  }

  async *frames(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const run = this.#run(['--stdout', '--capture-movie'])
    yield* this.#gate.preview(ends => filmOf(run, ends, explain), signal)
  }

  async close(): Promise<void> {}

  /** What a run of the program prints. */
  async said(args: readonly string[], signal: AbortSignal): Promise<string> {
    const { output, ...end } = await this.#end(args, signal)
    if (end.code !== 0) throw explain(end)
    return Buffer.from(output).toString('utf8')
  }

  #end(args: readonly string[], signal: AbortSignal): ReturnType<typeof runProgram> {
    return runProgram(this.#run(args), signal)
  }

  #run(args: readonly string[]): ProgramRun {
    return { program: this.#program, args: [...this.#where, ...args], folder: withoutFiles }
  }

  async #get(name: string, signal: AbortSignal): Promise<Gphoto2Value | null> {
    try {
      return parseValue(await this.said(['--get-config', name], signal))
    } catch (error) {
      // Many cameras lack some setting; whether that matters is the caller's to say.
      if (error instanceof RigError && error.code === 'camera-settings') return null
      throw error
    }
  }

  /** @throws RigError `camera-settings` unless the camera then says that it has this value */
  async #set(name: string, value: string, signal: AbortSignal): Promise<Gphoto2Value> {
    await this.said(['--set-config-value', `${name}=${value}`], signal)
    const is = await this.#get(name, signal)
    if (is?.current === value) return is
    throw new RigError('camera-settings', `the camera was asked for ${name} ${value} and has ${is?.current ?? 'none'}.`)
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
