import { crc32 } from 'node:zlib'
import { type DecoderBeside, decoderBeside } from '../../harness/imaging/decode-beside.node.ts'
import { PictureError } from '../../harness/imaging/picture-error.ts'
import { systemClock } from '../clock.ts'
import { anySignal, withDeadline } from '../deadline.ts'
import { Mutex } from '../mutex.ts'
import { RigError } from '../rig-error.ts'
import {
  type AnyCameraConfig,
  type Camera,
  type CameraCapabilities,
  type CameraSettings,
  type Conditions,
  type EncodedPhotograph,
  type OpenCameraOptions,
  type PictureType,
  type PreviewFrame,
  type SettingsReadBack,
  usualDeadlineMs,
} from './camera.ts'
import { Latest } from './latest.ts'
import { examinePicture } from './picture-file.ts'
import { assertPossible } from './possible-settings.ts'
import { RefusedFrames } from './refused-frames.ts'

/** A picture as a driver got it. */
export interface TakenPicture {
  readonly bytes: Uint8Array
  /** What the camera says that it used; what is left out it does not say. */
  readonly settings?: Partial<SettingsReadBack>
}

/**
 * What a driver adds: how this kind of camera takes a picture. Queueing, deadlines, closing, stamping, and refusing what
 * is no whole or no new picture are {@link DrivenCamera}'s.
 */
export interface CameraDriver {
  /** Driver and device, without credentials, e.g. `http 10.0.0.5`. */
  readonly name: string
  readonly capabilities: CameraCapabilities
  /**
   * Takes a picture exposed after this call. Called once at a time, with settings that the camera can do. When the
   * signal aborts it gives up and settles soon, with whatever error.
   *
   * @param refused is told of each picture that came and does not count: a deadline quotes it
   * @throws RigError `camera-gone` and others
   */
  take(settings: CameraSettings, signal: AbortSignal, refused: RefusedFrames): Promise<TakenPicture>
  /** Live pictures, perhaps while `take` runs, until the signal aborts; without it a preview is photographs in a row. */
  frames?(signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Lets go of the device. Called once, with nothing running but what was told to stop. */
  close(): Promise<void>
}

/** How long a driver may take to stop, ms. */
const stopMs = 3000

/** Below it there is nothing but what a sensor makes without light, of 255. */
const darkLevel = 16

const unknownConditions: Conditions = { light: 'unknown', pose: 'unknown', calibration: null }

/** Every camera: a driver, and around it what the contract of {@link Camera} promises of all of them. */
export class DrivenCamera implements Camera {
  readonly name: string
  readonly capabilities: CameraCapabilities
  readonly #driver: CameraDriver
  readonly #config: AnyCameraConfig
  readonly #options: OpenCameraOptions
  readonly #decoder: Pick<DecoderBeside, 'decode' | 'examine'>
  readonly #mutex = new Mutex()
  readonly #closing = new AbortController()
  /** Calls of the driver that have not settled, given up or not. */
  readonly #taking = new Set<Promise<unknown>>()
  readonly #previews = new Set<Promise<unknown>>()
  #closed: Promise<void> | null = null
  #lastDigest = ''

  constructor(driver: CameraDriver, config: AnyCameraConfig, options: OpenCameraOptions) {
    this.#driver = driver
    this.#config = config
    this.#options = options
    this.#decoder = options.decoder ?? decoderBeside
    this.name = config.name ?? driver.name
    this.capabilities = driver.capabilities
  }

  photograph(settings: CameraSettings = {}, signal?: AbortSignal): Promise<EncodedPhotograph> {
    const ends = anySignal(signal, this.#closing.signal)
    return this.#mutex.run(() => this.#photograph(settings, ends), ends)
  }

  async *preview(signal?: AbortSignal): AsyncGenerator<PreviewFrame, void, undefined> {
    const left = new AbortController()
    const ends = anySignal(signal, this.#closing.signal, left.signal)
    const latest = new Latest<Uint8Array>()
    const aborted = (): void => latest.end(ends.reason)
    ends.addEventListener('abort', aborted, { once: true })
    const pump = track(this.#previews, this.#pump(latest, ends))
    try {
      for (;;) {
        ends.throwIfAborted()
        const bytes = await latest.take()
        const file = examinePicture(bytes)
        // One broken frame of a video is nobody's loss.
        if (typeof file === 'string') continue
        yield { bytes, mime: file.mime, arrivedAt: this.#now() }
      }
    } finally {
      ends.removeEventListener('abort', aborted)
      left.abort()
      await settled(pump, stopMs)
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#closing.abort(new RigError('camera-closed', `camera ${this.name} was closed; open the rig again.`))
    await settled(Promise.allSettled([...this.#taking, ...this.#previews]), stopMs)
    const late = (): RigError =>
      new RigError('camera-close', `camera ${this.name} did not close within ${stopMs / 1000} s. Unplug it once.`)
    await withDeadline(this.#driver.close(), stopMs, late)
  }

  async #photograph(asked: CameraSettings, signal: AbortSignal): Promise<EncodedPhotograph> {
    const { deadlineMs = usualDeadlineMs } = this.#config
    const settings = { ...this.#config.settings, ...asked }
    assertPossible(settings, this.capabilities, this.name)
    // A driver that has not stopped yet would mix its old picture into this one.
    await withDeadline(Promise.allSettled(this.#taking), deadlineMs, () => this.#late(deadlineMs), signal)
    const takenAt = this.#now()
    const { light, pose, calibration } = this.#options.conditions?.() ?? unknownConditions
    const longestMs = deadlineMs + (settings.exposureMs ?? 0)
    const giveUp = new AbortController()
    const refused = new RefusedFrames()
    const work = track(this.#taking, this.#driver.take(settings, AbortSignal.any([signal, giveUp.signal]), refused))
    let taken: TakenPicture
    try {
      taken = await withDeadline(work, longestMs, () => this.#late(longestMs, refused), signal)
    } catch (error) {
      giveUp.abort(error)
      signal.throwIfAborted()
      throw error
    }
    signal.throwIfAborted()
    const { bytes, mime, size } = await this.#whole(taken.bytes, signal)
    signal.throwIfAborted()
    await this.#refuseRepeated(bytes, signal)
    const readBack: SettingsReadBack = { exposureMs: null, focusMm: null, whiteBalanceK: null, ...taken.settings, size }
    const how = { camera: this.name, exposureMs: readBack.exposureMs, light, pose, calibration }
    return { bytes, mime, takenAt, how, settings: readBack }
  }

  /** By the rule that holds for every picture: all of it, decoded at its full size without a complaint, and not torn. */
  async #whole(
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<{ bytes: Uint8Array; mime: PictureType; size: SettingsReadBack['size'] }> {
    const file = examinePicture(bytes)
    const torn = (why: string, cause?: unknown): RigError =>
      new RigError(
        'camera-torn',
        `camera ${this.name} delivered no whole picture: ${why}. Check its cable, and take the photograph again.`,
        { cause },
      )
    if (typeof file === 'string') throw torn(`it ${file}`)
    // Its decoder makes a picture of any bits, so a camera may not deliver it.
    if (file.mime === 'image/webp') throw torn('it is WebP, in which nobody can tell damage')
    const whole = file.length < bytes.length ? bytes.subarray(0, file.length) : bytes
    try {
      await this.#decoder.examine(whole, { signal, minSidePx: 1, name: 'it' })
    } catch (cause) {
      if (!(cause instanceof PictureError)) throw cause
      throw torn(cause.message.replace(/: copy or take it again$/, ''), cause)
    }
    return { bytes: whole, mime: file.mime, size: file.size }
  }

  async #refuseRepeated(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    if (this.#config.mayRepeat) return
    // Not the picture itself, which may show secrets; a chance of one in four thousand million to refuse a new one.
    const digest = `${bytes.length} ${crc32(bytes)}`
    const repeated = digest === this.#lastDigest
    this.#lastDigest = digest
    // Two pictures without any light may well be equal.
    if (!repeated || (await this.#showsNothing(bytes, signal))) return
    throw new RigError(
      'camera-frozen',
      `camera ${this.name} delivered the very same picture twice, so it hangs. Switch it off and on, and take the photograph again.`,
    )
  }

  async #showsNothing(bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
    const { data } = await this.#decoder.decode(bytes, { signal, minSidePx: 1 })
    return data.every(level => level < darkLevel)
  }

  async #pump(latest: Latest<Uint8Array>, signal: AbortSignal): Promise<void> {
    const driver = this.#driver
    try {
      if (driver.frames) for await (const bytes of driver.frames(signal)) latest.put(bytes)
      else while (!signal.aborted) latest.put((await this.photograph({}, signal)).bytes)
      latest.end(new RigError('camera-gone', `camera ${this.name} ended its video. Check its cable and its power.`))
    } catch (error) {
      latest.end(signal.aborted ? signal.reason : error)
    }
  }

  #now(): string {
    return (this.#options.clock ?? systemClock).now().toISOString()
  }

  #late(ms: number, refused?: RefusedFrames): RigError {
    return new RigError(
      'camera-deadline',
      `camera ${this.name} did not deliver a photograph within ${(ms / 1000).toFixed(0)} s.${refused?.told ?? ''} Check its cable and that no other program uses it.`,
    )
  }
}

/** Keeps `work` in `running` until it has settled. */
function track<T>(running: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
  const tracked: Promise<unknown> = work.then(
    () => running.delete(tracked),
    () => running.delete(tracked),
  )
  running.add(tracked)
  return work
}

/** Waits until `work` has settled, at most `ms`. */
async function settled(work: Promise<unknown>, ms: number): Promise<void> {
  await withDeadline(work, ms, () => new Error('still running')).catch(() => {})
}
