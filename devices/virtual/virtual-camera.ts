import { Worker } from 'node:worker_threads'
import { untilAborted } from '../../harness/core/until-aborted.ts'
import {
  type CameraCapabilities,
  type CameraSettings,
  nothingSettable,
  type OpenCameraOptions,
  type OpenedCamera,
  type Size,
} from '../camera/camera.ts'
import type { CameraDriver, TakenPicture } from '../camera/driven-camera.ts'
import { keepCamera } from '../camera/keep-camera.ts'
import { pause } from '../deadline.ts'
import { RigError } from '../rig-error.ts'
import { slowCameraMs, strikeScene, tear } from './camera-faults.ts'
import type { CardSurface } from './card-surface.ts'
import type { Scene } from './optics/scene.ts'
import { SharedMaps } from './shared-maps.ts'
import type { VirtualBench } from './virtual-bench.ts'

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
 * Opens the camera of the digital twin. It forms each picture anew from what is on the bench at that moment, in a thread of
 * its own, so that the event loop stays free.
 */
export async function openVirtualCamera(
  bench: VirtualBench,
  size: Size,
  options: OpenCameraOptions & { readonly deadlineMs?: number | undefined } = {},
): Promise<OpenedCamera> {
  const identity = { driver: 'virtual', address: 'virtual:camera', firmware: 'virtual', warnings: [] }
  const { deadlineMs = 30_000 } = options
  return await keepCamera({ deadlineMs }, options, async () => ({ driver: new VirtualCamera(bench, size), identity }))
}

class VirtualCamera implements CameraDriver {
  readonly name = 'virtual'
  readonly capabilities: CameraCapabilities
  readonly #bench: VirtualBench
  readonly #size: Size
  #worker: Worker | null = null
  #last: TakenPicture | null = null
  #shots = 0
  #surfaceIds = new WeakMap<CardSurface, number>()
  #surfaces = 0
  #workerHas = 0
  #maps = new SharedMaps()

  constructor(bench: VirtualBench, size: Size) {
    this.#bench = bench
    this.#size = size
    this.capabilities = {
      ...nothingSettable,
      // Each picture is made from what is on the bench when it is asked for.
      proof: 'stamp',
      sizes: [size],
      exposureMs: { lockable: true, range: { min: 0.001, max: 10_000, step: 0.001 } },
    }
  }

  async take(settings: CameraSettings, signal: AbortSignal): Promise<TakenPicture> {
    const bench = this.#bench
    const exposureMs = settings.exposureMs ?? defaultExposureMs
    const { faults } = bench
    if (faults.has('frozen-frame') && this.#last) return this.#last
    if (faults.has('slow-camera')) await pause(slowCameraMs, signal)
    const placed = bench.placed
    const scene = strikeScene(
      {
        truth: bench.truth,
        size: this.#size,
        lamps: bench.lamps,
        carriage: bench.carriage,
        placement: placed?.placement ?? null,
        exposureMs,
        seed: bench.seed,
        shot: ++this.#shots,
        dark: false,
        blurred: false,
      },
      faults,
    )
    const silent = new Promise<RenderReply>(() => {})
    const work = faults.has('camera-gone') ? silent : this.#render(scene, placed?.surface ?? null)
    try {
      const reply = await untilAborted(work, signal)
      if ('failed' in reply) throw new RigError('camera-failed', `the virtual camera failed: ${reply.failed}.`)
      if (faults.has('torn-frame')) return { bytes: tear(reply.jpeg), settings: { exposureMs } }
      this.#last = { bytes: reply.jpeg, settings: { exposureMs } }
      return this.#last
    } catch (error) {
      // A picture still in the making must not be taken for the next one.
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
  }

  #render(scene: Scene, surface: CardSurface | null): Promise<RenderReply> {
    const worker = this.#startWorker()
    const surfaceId = surface ? this.#identify(surface) : 0
    const known = surfaceId === this.#workerHas || surface === null
    if (surface) this.#workerHas = surfaceId
    const request: RenderRequest = { scene, surface: known ? null : this.#maps.hold(surface), surfaceId }
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
    const worker = new Worker(new URL('./optics/render-worker.ts', import.meta.url))
    worker.on('error', () => {})
    this.#worker = worker
    this.#workerHas = 0
    return worker
  }
}
