import { Worker } from 'node:worker_threads'
import type { Camera, CameraSettings, Conditions, EncodedPhotograph } from '../camera/camera.ts'
import type { Clock } from '../clock.ts'
import { withDeadline } from '../deadline.ts'
import { RigError } from '../rig-error.ts'
import { Turns } from '../turns.ts'
import type { VirtualBench } from './bench.ts'
import type { CardSurface } from './card-surface.ts'
import type { Scene } from './optics/scene.ts'

export interface VirtualCameraOptions {
  readonly bench: VirtualBench
  readonly size: { readonly width: number; readonly height: number }
  readonly clock: Clock
  readonly conditions: () => Conditions
  /** Longest time for one photograph beyond its exposure, ms. */
  readonly deadlineMs?: number
}

export const defaultExposureMs = 20

/** To the worker: a scene, and its surface unless the worker has that one already. */
export interface RenderRequest {
  readonly scene: Scene
  readonly surface: CardSurface | null
  readonly surfaceId: number
}
/** From the worker. */
export type RenderReply = { readonly jpeg: Uint8Array } | { readonly failed: string }

/**
 * The camera of the digital twin. It forms each picture anew from what is on the bench at that moment, in a thread of
 * its own, so that the event loop stays free.
 */
export class VirtualCamera implements Camera {
  readonly name = 'virtual'
  readonly #options: VirtualCameraOptions
  readonly #turns = new Turns()
  readonly #closing = new AbortController()
  #worker: Worker | null = null
  #shots = 0
  #surfaceIds = new WeakMap<CardSurface, number>()
  #surfaces = 0
  #workerHas = 0

  constructor(options: VirtualCameraOptions) {
    this.#options = options
  }

  photograph(settings: CameraSettings = {}, signal?: AbortSignal): Promise<EncodedPhotograph> {
    const ends = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal
    return this.#turns.take(() => this.#expose(settings, ends), ends)
  }

  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort(new RigError('camera-closed', 'the camera was closed; open the rig again.'))
    }
    await this.#dropWorker()
  }

  async #expose(settings: CameraSettings, signal: AbortSignal): Promise<EncodedPhotograph> {
    const { bench, clock, conditions, size, deadlineMs = 30_000 } = this.#options
    const exposureMs = settings.exposureMs ?? defaultExposureMs
    if (!(exposureMs > 0 && exposureMs <= 10_000)) {
      throw new RigError('camera-settings', `an exposure of ${exposureMs} ms is not possible; ask for 0 to 10 000 ms.`)
    }
    const takenAt = clock.now().toISOString()
    const { light, pose, calibration } = conditions()
    const scene: Scene = {
      truth: bench.truth,
      size,
      lamps: bench.lamps,
      carriage: bench.carriage,
      placement: bench.placed?.placement ?? null,
      exposureMs,
      seed: bench.seed,
      shot: ++this.#shots,
      dark: bench.faults.has('dark-frame'),
      blurred: bench.faults.has('blurred-frame'),
    }
    const late = (): RigError =>
      new RigError(
        'camera-deadline',
        `camera ${this.name} did not deliver a photograph within ${deadlineMs / 1000} s. Check its cable and that no other program uses it.`,
      )
    const silent = new Promise<RenderReply>(() => {})
    const work = bench.faults.has('camera-gone') ? silent : this.#render(scene, bench.placed?.surface ?? null)
    try {
      const reply = await withDeadline(work, deadlineMs, late, signal)
      if ('failed' in reply) throw new RigError('camera-failed', `the virtual camera failed: ${reply.failed}.`)
      const how = { camera: this.name, exposureMs, light, pose, calibration }
      return { bytes: reply.jpeg, mime: 'image/jpeg', takenAt, how }
    } catch (error) {
      // A picture still in the making must not be taken for the next one.
      await this.#dropWorker()
      throw error
    }
  }

  #render(scene: Scene, surface: CardSurface | null): Promise<RenderReply> {
    const worker = this.#startWorker()
    const surfaceId = surface ? this.#identify(surface) : 0
    const known = surfaceId === this.#workerHas || surface === null
    if (surface) this.#workerHas = surfaceId
    const request: RenderRequest = { scene, surface: known ? null : surface, surfaceId }
    return new Promise((resolve, reject) => {
      const done = (act: () => void): void => {
        worker.off('message', replied).off('error', failed).off('exit', ended)
        worker.unref()
        act()
      }
      const replied = (reply: RenderReply): void => done(() => resolve(reply))
      const failed = (error: Error): void => done(() => reject(error))
      const ended = (code: number): void => done(() => reject(new Error(`its thread ended with code ${code}`)))
      worker.on('message', replied).on('error', failed).on('exit', ended)
      // Only a picture in the making keeps the process alive.
      worker.ref()
      worker.postMessage(request)
    })
  }

  #identify(surface: CardSurface): number {
    const known = this.#surfaceIds.get(surface)
    if (known !== undefined) return known
    this.#surfaceIds.set(surface, ++this.#surfaces)
    return this.#surfaces
  }

  #startWorker(): Worker {
    if (this.#worker) return this.#worker
    // Beside this file as .ts in a checkout and as .js in the published form.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const worker = new Worker(new URL(`./optics/render-worker.${extension}`, import.meta.url))
    worker.on('error', () => {})
    this.#worker = worker
    this.#workerHas = 0
    return worker
  }

  async #dropWorker(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
  }
}
