import { type LaneRunner, startInlineRunner, startLaneWorker } from './lane-worker.ts'
import type { KernelShape } from './salsa-kernel.ts'

interface Job {
  readonly words: Uint32Array<ArrayBuffer>
  readonly N: number
  readonly signal: AbortSignal | undefined
  readonly onProgress: ((done: number) => void) | undefined
  readonly resolve: (words: Uint32Array<ArrayBuffer>) => void
  readonly reject: (reason: unknown) => void
  /** Takes it out of the queue when it is stopped while it waits. */
  readonly forget: () => void
}

/** How long a worker may wait before its memory (16 MiB a lane) is given back: starting one costs as much as a unit. */
const idleMs = 30_000

/**
 * Up to `size` workers that share one queue of lane groups. Workers start when there is work and end when there has been
 * none for a while; one that is stopped or dies is replaced by the next job. With size 0 no worker is even tried: the
 * groups run on this thread, one after the other.
 */
export class LanePool {
  readonly #module: WebAssembly.Module
  readonly #shape: KernelShape
  readonly #size: number
  readonly #queue: Job[] = []
  readonly #idle: LaneRunner[] = []
  #busy = 0
  #idleTimer: ReturnType<typeof setTimeout> | undefined

  constructor(module: WebAssembly.Module, shape: KernelShape, size: number) {
    this.#module = module
    this.#shape = shape
    this.#size = size
  }

  run(
    words: Uint32Array<ArrayBuffer>,
    N: number,
    signal?: AbortSignal,
    onProgress?: (done: number) => void,
  ): Promise<Uint32Array<ArrayBuffer>> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const forget = (): void => this.#forget(job)
      const job: Job = { words, N, signal, onProgress, resolve, reject, forget }
      this.#queue.push(job)
      signal?.addEventListener('abort', forget)
      this.#next()
    })
  }

  /** Ends the workers that wait for work; those at work end when they are done. */
  close(): void {
    clearTimeout(this.#idleTimer)
    for (const runner of this.#idle.splice(0)) runner.close()
  }

  /** A stopped job that still waits is never begun; one at work is stopped by its runner. */
  #forget(job: Job): void {
    job.signal?.removeEventListener('abort', job.forget)
    const at = this.#queue.indexOf(job)
    if (at < 0) return
    this.#queue.splice(at, 1)
    job.reject(job.signal?.reason)
  }

  #next(): void {
    if (this.#busy >= Math.max(1, this.#size)) return
    const job = this.#queue.shift()
    if (job === undefined) return
    // From here on its runner listens. A signal of a whole lot must not gather a listener for every unit.
    job.signal?.removeEventListener('abort', job.forget)
    this.#busy++
    clearTimeout(this.#idleTimer)
    const runner = this.#idle.pop() ?? this.#start()
    runner
      .run(job.words, job.N, job.signal, job.onProgress)
      .then(
        words => {
          this.#idle.push(runner)
          job.resolve(words)
        },
        reason => {
          runner.close()
          job.reject(reason)
        },
      )
      .finally(() => {
        this.#busy--
        this.#next()
        if (this.#busy === 0) this.#sleep()
      })
  }

  #start(): LaneRunner {
    const worker = this.#size > 0 ? startLaneWorker(this.#module, this.#shape) : null
    return worker ?? startInlineRunner(this.#module, this.#shape)
  }

  #sleep(): void {
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => this.close(), idleMs)
    // In Node a timer has `unref`, so that a process that is done need not wait for it.
    const timer = this.#idleTimer as unknown as { unref?: () => void }
    timer.unref?.()
  }
}
