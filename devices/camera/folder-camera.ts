import { lstat, readdir, unlink } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { z } from 'zod'
import { readOutsideLater } from '../../harness/core/outside-file.node.ts'
import { pause } from '../deadline.ts'
import type { Driver } from '../driver.ts'
import { ms, text } from '../options.ts'
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
import { keepCamera } from './keep-camera.ts'
import { examinePicture } from './picture-file.ts'
import { runProgram } from './program/run-program.ts'
import type { RefusedFrames } from './refused-frames.ts'

const schema = z.strictObject({
  driver: z.literal('folder'),
  folder: text,
  /** Program that makes the camera take a picture, with its arguments; without one a person does. */
  trigger: z.array(text).min(1).readonly().exactOptional(),
  /** A file counts as whole once it has not changed for this long, ms, and its picture is complete. Default: 300. */
  settleMs: ms.exactOptional(),
  /** What happens to a file once it is read. Default: `keep`. */
  afterwards: z.enum(['keep', 'delete']).exactOptional(),
  ...everyCamera,
})
type FolderCameraConfig = z.infer<typeof schema>

/**
 * A folder into which a tethered camera or a scanner drops its pictures. Opening throws `camera-missing`, `camera-access`.
 */
export const folderCamera: Driver<typeof schema, OpenCameraOptions, OpenedCamera> = {
  schema,
  files: ['folder'],
  wireless: true,
  address: ({ folder }) => folder,
  open: async (config, options) =>
    await keepCamera(config, options, async () => {
      const driver = new FolderCamera(config)
      await driver.look()
      return { driver, identity: { driver: 'folder', address: config.folder, firmware: 'unknown', warnings: [] } }
    }),
}

const pollMs = 50
const usualSettleMs = 300
const pictureEndings: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.tif', '.tiff', '.webp'])

/** What tells a file from what it was: a new one, one written over, or one that grew. */
type Traces = ReadonlyMap<string, string>

class FolderCamera implements CameraDriver {
  readonly name: string
  readonly capabilities: CameraCapabilities
  readonly #config: FolderCameraConfig
  readonly #settleMs: number

  constructor(config: FolderCameraConfig) {
    this.name = `folder ${config.folder}`
    this.capabilities = { ...nothingSettable, ...(config.trigger && { proof: 'trigger' }) }
    this.#config = config
    this.#settleMs = config.settleMs ?? usualSettleMs
  }

  async take(_settings: CameraSettings, signal: AbortSignal, refused: RefusedFrames): Promise<TakenPicture> {
    const before = await this.#quiet(signal)
    const refusals = new Refusals(refused, (await this.#others()).keys())
    const trigger = new AbortController()
    const ends = AbortSignal.any([signal, trigger.signal])
    const arrival = this.#arrival(before, ends, refusals)
    try {
      // Some triggers end at once, others only when the picture is there.
      const [path] = await Promise.all([arrival, this.#pull(ends)])
      const bytes = await readOutsideLater(path, 'picture')
      if (this.#config.afterwards === 'delete') await unlink(path)
      return { bytes }
    } catch (error) {
      trigger.abort(error)
      await arrival.catch(() => {})
      signal.throwIfAborted()
      throw error
    }
  }

  async *frames(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    let seen = await this.#quiet(signal)
    for (;;) {
      const path = await this.#arrival(seen, signal)
      seen = new Map([...seen, [path, await trace(path)]])
      yield await readOutsideLater(path, 'picture')
    }
  }

  async close(): Promise<void> {}

  /** Everything in the folder that could be a picture. */
  async look(): Promise<Traces> {
    const { folder } = this.#config
    let names: string[]
    try {
      names = await readdir(folder)
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      const [errorCode, why] =
        code === 'EACCES' ? ['camera-access', 'may not be read'] : ['camera-missing', 'is not there']
      throw new RigError(errorCode!, `the folder ${folder} of the camera ${why}. Check folder.`, { cause })
    }
    const paths = names
      .filter(name => !name.startsWith('.') && pictureEndings.has(extname(name).toLowerCase()))
      .map(name => join(folder, name))
    const traces = await Promise.all(paths.map(async path => [path, await trace(path)] as const))
    return new Map(traces.filter(([, seen]) => seen !== ''))
  }

  /** Waits until nothing is being written any more: a picture that is still on its way is older than the call. */
  async #quiet(signal: AbortSignal): Promise<Traces> {
    for (let before = await this.look(); ; ) {
      const isYoung = (await Promise.all([...before.keys()].map(age))).some(ageMs => ageMs < this.#settleMs)
      if (!isYoung) return before
      await pause(this.#settleMs, signal)
      before = await this.look()
    }
  }

  /** The path of the first whole picture that is not as it was. */
  async #arrival(before: Traces, signal: AbortSignal, refused?: Refusals): Promise<string> {
    const still = new Map<string, { trace: string; since: number }>()
    for (;;) {
      for (const [path, seen] of await this.look()) {
        if (before.get(path) === seen) continue
        const known = still.get(path)
        if (known?.trace !== seen) still.set(path, { trace: seen, since: performance.now() })
        else if (performance.now() - known.since >= this.#settleMs) {
          const why = await faultOf(path, seen)
          if (why === null) return path
          refused?.once(path + seen, why)
        }
      }
      for (const [name, why] of refused ? await this.#others() : []) refused?.once(name, why)
      await pause(pollMs, signal)
    }
  }

  /** What else lies there and is no picture that is taken, by name, with why not. */
  async #others(): Promise<ReadonlyMap<string, string>> {
    const found = await readdir(this.#config.folder, { withFileTypes: true }).catch(() => [])
    return new Map(
      found
        .filter(entry => !entry.name.startsWith('.'))
        .flatMap(entry => {
          if (entry.isDirectory()) return [[entry.name, 'lies in a folder of its own, which is not looked into']]
          const ending = extname(entry.name).toLowerCase()
          return pictureEndings.has(ending)
            ? []
            : [[entry.name, `is a file ${ending || 'without an ending'}, no JPEG, PNG, TIFF or WebP`]]
        }) as [string, string][],
    )
  }

  async #pull(signal: AbortSignal): Promise<void> {
    const [program, ...args] = this.#config.trigger ?? []
    if (program === undefined) return
    const { code } = await runProgram({ program, args }, signal)
    if (code === 0) return
    throw new RigError(
      'camera-trigger',
      `the trigger ${program} of the camera ended with code ${code}. Try it by hand.`,
    )
  }
}

/** Empty: no such file, or no file at all. */
async function trace(path: string): Promise<string> {
  const found = await lstat(path, { bigint: true }).catch(() => null)
  return found?.isFile() ? `${found.ino} ${found.size} ${found.mtimeNs}` : ''
}

/** Since the file changed last, ms. A clock that is behind, as on network folders, makes it large, never negative. */
async function age(path: string): Promise<number> {
  const found = await lstat(path).catch(() => null)
  const ageMs = found ? Date.now() - found.mtimeMs : Number.POSITIVE_INFINITY
  return ageMs < 0 ? Number.POSITIVE_INFINITY : ageMs
}

/** Why a file is no picture that can be taken, or null. */
async function faultOf(path: string, seen: string): Promise<string | null> {
  const bytes = await readOutsideLater(path, 'picture').catch(() => null)
  if (bytes === null) return 'cannot be read'
  const file = examinePicture(bytes)
  if (typeof file === 'string') return file
  return (await trace(path)) === seen ? null : 'is still being written'
}

/** Each file's reason once, however often the folder is looked at. */
class Refusals {
  readonly #refused: RefusedFrames
  readonly #told: Set<string>

  constructor(refused: RefusedFrames, known: Iterable<string>) {
    this.#refused = refused
    this.#told = new Set(known)
  }

  once(what: string, why: string): void {
    if (this.#told.has(what)) return
    this.#told.add(what)
    this.#refused.add(why)
  }
}
